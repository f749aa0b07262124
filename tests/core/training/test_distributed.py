import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.multiprocessing as processes
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core import train as command
from mnist_core.models.build import build_network
from mnist_core.training.distributed import ALONE, Workers, join_workers, leave_workers
from mnist_core.training.history import TestResult
from mnist_core.training.objectives import BatchLoss
from mnist_core.training.order import Pool
from mnist_core.training.run import Run
from mnist_core.training.run_file import load_network, open_run, pack_run
from mnist_core.training.trainer import Trainer
from tests.core.trainings import barred_digits, quick_recipe, weights_of

TRAIN, TEST = barred_digits(40, seed=1), barred_digits(20, seed=2)
EVEN, UNEVEN = 16, 7  # batch sizes; the last of an epoch has 8, and 5
COMMAND = [
    "mlp", "--recipe", "source", "--epochs", "1", "--batch-size", "16", "--device", "cpu",
    "--folder",
]  # fmt: skip


# Shares


@given(batch_size=st.integers(0, 300), count=st.integers(1, 16))
def test_the_shares_of_all_workers_hold_each_picture_once(batch_size: int, count: int) -> None:
    pictures = torch.arange(batch_size)
    shares = [pictures[Workers(rank, count).share(batch_size)] for rank in range(count)]
    assert sorted(torch.cat(shares).tolist()) == pictures.tolist()
    sizes = [len(share) for share in shares]
    assert max(sizes) - min(sizes) <= 1


def test_a_process_alone_has_the_whole_batch_and_its_own_loss() -> None:
    assert torch.arange(5)[ALONE.share(5)].tolist() == [0, 1, 2, 3, 4]
    loss = BatchLoss(torch.tensor(2.0))
    assert ALONE.mean(loss, 1.0) is loss


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert join_workers() is ALONE
    leave_workers()
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert join_workers() is ALONE


# Two processes


def train_some(key: str, batch_size: int, workers: Workers) -> dict[str, Any]:
    """The first gradients, and the figures of some steps, of a training without random numbers."""
    recipe = quick_recipe(key, batch_size=batch_size, optimizer="sgd", learning_rate=0.01)
    model = build_network(key, recipe, 0.0, 1.0)
    trainer = Trainer(model, [Pool.of(TRAIN)], recipe, workers=workers)
    results = [trainer.step()]
    gradients = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    results += [trainer.step() for _ in range(5)]
    return {
        "gradients": gradients,
        "results": [
            [r.step, r.samples, r.batch_size, r.loss, r.accuracy, r.reconstruction, r.kl]
            for r in results
        ],
        "weights": weights_of(model),
    }


def run_some(workers: Workers) -> dict[str, Any]:
    """A run with everything random in it, and the same opened from the first process's file."""
    recipe = quick_recipe("deep_cnn", distorted_share=0.5, final_distorted_share=0.5)
    run = Run("deep_cnn", recipe, TRAIN, TEST, workers=workers)
    run.advance_to(3)
    files = [pack_run(run)]
    if workers.count > 1:
        torch.distributed.broadcast_object_list(files)
    run.advance_epoch()
    opened = open_run(files[0], "file", TRAIN, TEST, workers=workers)
    opened.advance_epoch()
    return {
        "tests": [untimed(test) for test in run.history.tests],
        "losses": run.history.column("loss").tolist(),
        "weights": weights_of(run.trainer.model),
        "opened": weights_of(opened.trainer.model),
    }


def all_figures(workers: Workers, folder: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {
        f"{key} {size}": train_some(key, size, workers)
        for key, size in (("mlp", EVEN), ("mlp", UNEVEN), ("vae", EVEN))
    }
    figures["run"] = run_some(workers)
    command.load_mnist = lambda split: TRAIN if split == "train" else TEST  # type: ignore[attr-defined]
    command.main([*COMMAND, str(folder)])
    return figures


def work_as(rank: int, port: int, folder: Path) -> dict[str, Any]:
    """What each process does, as if torchrun had started it."""
    torch.set_num_threads(1)
    torchrun_s = {
        "RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        "CUDA_VISIBLE_DEVICES": "",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in torchrun_s.items():
            patch.setenv(name, value)
        workers = join_workers()
        assert workers == Workers(rank, 2)
        return all_figures(workers, folder / "both")


def work_as_second(_: int, port: int, folder: Path) -> None:
    torch.save(work_as(1, port, folder), folder / "second.pt")


Figures = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(scope="module")
def figures(shared_folder: Path) -> Iterator[Figures]:
    """Of the first process, which is this one, of the second, and of one alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    original = command.load_mnist
    other = processes.spawn(work_as_second, (port, shared_folder), nprocs=1, join=False)
    try:
        first = work_as(0, port, shared_folder)
        while not other.join():
            pass
        second = torch.load(shared_folder / "second.pt")
        yield first, second, all_figures(ALONE, shared_folder / "alone")
    finally:
        command.load_mnist = original  # type: ignore[attr-defined]


def untimed(test: TestResult) -> dict[str, float]:
    """Without how long it took, which two processes need not agree on."""
    return {name: value for name, value in vars(test).items() if name != "worked_s"}


def assert_about_equal(ours: Any, theirs: Any) -> None:
    assert_close(ours, theirs, rtol=1e-4, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("batch_size", [EVEN, UNEVEN])
def test_two_processes_have_the_gradients_and_losses_of_one_on_the_same_batches(
    figures: Figures, batch_size: int
) -> None:
    first, second, alone = (some[f"mlp {batch_size}"] for some in figures)
    assert len(alone["gradients"]) == 6
    assert_close(first["gradients"], second["gradients"], rtol=0, atol=0)
    assert_about_equal(first["gradients"], alone["gradients"])
    assert_about_equal(first["results"], alone["results"])
    assert_about_equal(second["results"], alone["results"])
    assert_about_equal(first["weights"], alone["weights"])


def test_two_processes_stay_at_the_same_weights_bit_for_bit(figures: Figures) -> None:
    first, second, _ = figures
    for name in (f"mlp {EVEN}", f"mlp {UNEVEN}", f"vae {EVEN}"):
        assert_close(first[name]["weights"], second[name]["weights"], rtol=0, atol=0)


def test_each_process_draws_noise_of_its_own_and_the_rest_of_a_vae_s_loss_is_as_of_one(
    figures: Figures,
) -> None:
    first, _, alone = (some[f"vae {EVEN}"]["results"][0] for some in figures)
    assert_about_equal(first[6], alone[6])  # the KL is computed without noise
    assert first[5] != alone[5]
    assert_close(first[5], alone[5], rtol=0.05, atol=0)
    assert_close(first[3], first[5] + first[6])


def test_batch_norm_dropout_distortion_and_files_keep_the_processes_together(
    figures: Figures,
) -> None:
    first, second, alone = (some["run"] for some in figures)
    assert_close(first["weights"], second["weights"], rtol=0, atol=0)
    assert_close(first["opened"], second["opened"], rtol=0, atol=0)
    assert_about_equal(first["losses"], second["losses"])
    assert_about_equal(first["tests"], second["tests"])
    assert len(first["losses"]) == len(alone["losses"]) == 5
    assert max(abs(a - b) for a, b in zip(first["losses"], alone["losses"], strict=True)) > 1e-3


def test_the_command_with_two_processes_writes_the_file_that_one_writes(
    figures: Figures, shared_folder: Path
) -> None:
    assert figures
    ours, theirs = (
        weights_of(load_network(shared_folder / name / "run.safetensors"))
        for name in ("both", "alone")
    )
    assert_about_equal(ours, theirs)
    for name in ("both", "alone"):
        assert (shared_folder / name / "history.csv").read_text().count("\n") == 4
