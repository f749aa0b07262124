"""How much faster batches come from tensors in memory than from torchvision's DataLoader."""

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from benchmarks.report import Found, Row, found, least_row
from mnist_core.data.mnist import Digits, load_mnist, mnist_root, to_images_01
from mnist_core.models.build import build_network
from mnist_core.models.recipes import MLP_SOURCE
from mnist_core.training.optimizers import make_optimizer
from mnist_core.training.order import DigitOrder, Pool
from mnist_core.training.run import Run

PASSES = "training, forward and backward pass alone"
BATCH = MLP_SOURCE.batch_size
RECIPE = replace(MLP_SOURCE, shuffle=True)
ROUNDS = 3
LEAST_GAIN = 3
OUR_EPOCHS = 10
"""Epochs of ours against one of the DataLoader, so that both take long enough to time."""


@contextmanager
def extracted_mnist() -> Iterator[Path]:
    """MNIST as torchvision wants it, in a folder that is gone afterwards: files not compressed."""
    with tempfile.TemporaryDirectory(prefix="mnist_lab_bench_") as folder:
        raw = Path(folder) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for path in (mnist_root() / "MNIST" / "raw").iterdir():
            if path.suffix == ".gz":
                (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
            else:
                (raw / path.name).write_bytes(path.read_bytes())
        yield Path(folder)


def torchvision_loader(root: Path) -> DataLoader:  # type: ignore[type-arg]
    """The usual way to read MNIST."""
    from torchvision.datasets import MNIST
    from torchvision.transforms import ToTensor

    dataset = MNIST(root, train=True, transform=ToTensor())
    return DataLoader(dataset, batch_size=BATCH, shuffle=True, num_workers=0)


def load_with_torchvision(loader: DataLoader) -> None:  # type: ignore[type-arg]
    """One epoch of batches, float32 (64, 1, 28, 28)."""
    for _images_01, _labels in loader:
        pass


def load_ours(digits: Digits) -> None:
    """The same for OUR_EPOCHS epochs, as the trainer does it."""
    order = DigitOrder([Pool.of(digits)], shuffle=True, seed=0)
    while order.epoch < OUR_EPOCHS:
        images, _labels = order.next(BATCH)
        to_images_01(images)


def train_with_torchvision(loader: DataLoader) -> None:  # type: ignore[type-arg]
    """One epoch of the MLP in the usual loop."""
    model = build_network("mlp", RECIPE, 0.0, 1.0).train()
    optimizer = make_optimizer(RECIPE, model.parameters())
    for images_01, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images_01), labels).backward()
        optimizer.step()


def train_ours(digits: Digits) -> None:
    """One epoch of the same MLP as the page trains it: its log and its looks at layers included."""
    run = Run("mlp", RECIPE, digits, digits)
    run.test_every = 2 * run.trainer.steps_per_epoch
    while run.trainer.epochs_done < 1:
        run.work()


def only_forward_and_backward(digits: Digits) -> None:
    """The passes of one epoch of the MLP, on one batch that is there already."""
    model = build_network("mlp", RECIPE, 0.0, 1.0).train()
    images_01, labels = to_images_01(digits.images[:BATCH]), digits.labels[:BATCH].long()
    for _ in range(len(digits) // BATCH):
        model.zero_grad()
        F.cross_entropy(model(images_01), labels).backward()


def time_s(action: Callable[[], None]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure_loading() -> Found:
    """Medians of a few epochs each, in turn, on one thread."""
    torch.set_num_threads(1)
    digits = load_mnist("train")
    times: dict[str, list[float]] = {}
    with extracted_mnist() as root:
        loader = torchvision_loader(root)
        actions = {
            "loading, ours": lambda: load_ours(digits),
            "loading, DataLoader": lambda: load_with_torchvision(loader),
            "training, ours": lambda: train_ours(digits),
            "training, DataLoader": lambda: train_with_torchvision(loader),
            PASSES: lambda: only_forward_and_backward(digits),
        }
        for _ in range(ROUNDS):
            for name, action in actions.items():
                times.setdefault(name, []).append(time_s(action))
    epoch_s = {name: statistics.median(values) for name, values in times.items()}
    epoch_s["loading, ours"] /= OUR_EPOCHS
    loading = epoch_s["loading, DataLoader"] / epoch_s["loading, ours"]
    training = epoch_s["training, DataLoader"] / epoch_s["training, ours"]
    rates = {name: f"{len(digits) / seconds:,.0f} digits/s" for name, seconds in epoch_s.items()}
    rows = [
        *(Row(name, rate) for name, rate in rates.items()),
        least_row("loading, ours ÷ DataLoader", loading, 50),
        least_row("training an epoch of mlp, ours ÷ DataLoader", training, LEAST_GAIN),
    ]
    return found(rows, says(epoch_s["training, DataLoader"], epoch_s[PASSES]))


def says(with_loader_s: float, passes_s: float) -> str:
    """How much a trainer could gain at best: what the passes alone leave."""
    most = with_loader_s / passes_s
    reach = "out of reach" if most < LEAST_GAIN else "in reach"
    return (
        f"Forward and backward pass alone take {passes_s:.1f} s of the {with_loader_s:.1f} s that "
        f"an epoch takes with the DataLoader. A trainer that did nothing else would be {most:.2f} "
        f"times as fast, so the last bar is {reach} in float32."
    )
