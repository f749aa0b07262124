import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.testing import assert_close

from mnist_core import train as command
from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable, MnistLabError, RecipeUnusable, TrainingDiverged
from mnist_core.evaluation.metrics import test_accuracy as accuracy_on
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import ARCHITECTURES, AUTOENCODERS, MODELS
from mnist_core.models.vae import VAE
from mnist_core.shipping.run_folder import claim_run
from mnist_core.train import chosen_recipe, is_shipped, parse_arguments
from mnist_core.training import features
from mnist_core.training.run import Run
from mnist_core.training.run_file import load_network
from tests.core.trainings import barred_digits

SHIPPED = MODELS | AUTOENCODERS
ROOT = Path(__file__).resolve().parents[2]
DIGITS = {"train": barred_digits(40, seed=1), "test": barred_digits(20, seed=2)}


def recipe_of(line: str) -> Recipe:
    return chosen_recipe(parse_arguments(line.split()))


# The command line


def test_a_key_alone_leaves_everything_to_the_recipe() -> None:
    options = vars(parse_arguments(["deep_cnn_pen"]))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    assert (options.pop("key"), options.pop("threads"), options.pop("device")) == (
        "deep_cnn_pen", 1, device,
    )  # fmt: skip
    assert set(options.values()) == {None}


@pytest.mark.parametrize("key", SHIPPED)
def test_where_weights_are_shipped_their_recipe_is_the_usual_one(key: str) -> None:
    assert recipe_of(key) == recipe_of(f"{key} --recipe shipped") == SHIPPED[key].recipe
    assert is_shipped(parse_arguments([key]))


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_every_network_can_be_trained_as_its_source_does(key: str) -> None:
    source = ARCHITECTURES[key].source_recipe
    assert recipe_of(f"{key} --recipe source") == source
    assert not is_shipped(parse_arguments([key, "--recipe", "source"]))
    if key not in SHIPPED:
        assert recipe_of(key) == source


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "resnet18_transfer --recipe shipped",
            "No weights of resnet18_transfer are shipped: use --recipe source.",
        ),
        ("deep_cnn_pen --recipe source", "The source has no recipe for deep_cnn_pen."),
        ("mlp --batch-size 0", "Batch size must be between 1 and 60000, not 0."),
        ("mlp --learning-rate nan", "Learning rate must be between 0 and 10000, not nan."),
        (
            "resnet18_transfer --training-digits 0",
            "Training digits must be between 1 and 60000, not 0.",
        ),
        (
            "mlp --patience 3",
            "The recipe of the shipped weights has no use for --patience: use --recipe source.",
        ),
        ("mlp --recipe source --clip-norm 0", "Clip norm must be between 1e-06 and 1e+06, not 0."),
        (
            "deep_cnn --softmax-twice",
            "The recipe of the shipped weights has no use for --softmax-twice: use --recipe "
            "source.",
        ),
    ],
)
def test_recipes_that_cannot_be_are_refused_with_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises(RecipeUnusable) as refusal:
        recipe_of(line)
    assert str(refusal.value) == sentence


def test_every_setting_can_be_given_in_place_of_the_recipe_s() -> None:
    line = (
        "convnet --recipe source --optimizer momentum --schedule warm_up_cosine "
        "--precision bfloat16 "
        "--learning-rate 0.2 --batch-size 7 --epochs 3 --seed 9 --training-digits 50 "
        "--weight-decay 0.1 --no-shuffle --no-standardise --softmax-twice --equal-weights "
        "--rate-far-too-high --random-backbone --no-frozen-batch-norm "
        "--clip-norm 1.5 --patience 4 --held-out 6"
    )
    assert recipe_of(line) == Recipe(
        "cross_entropy", "momentum", 0.2, 7, 3, seed=9, shuffle=False, standardise=False,
        training_digits=50, precision="bfloat16", schedule="warm_up_cosine", weight_decay=0.1,
        softmax_twice=True, equal_weights=True, rate_far_too_high=True, random_backbone=True,
        frozen_batch_norm=False, clip_norm=1.5, patience=4, held_out=6,
    )  # fmt: skip
    options = parse_arguments(["mlp", *["--device", "cpu", "--threads", "2", "--folder", "a/b"]])
    assert (options.device, options.threads, options.folder) == ("cpu", 2, Path("a/b"))


def test_the_precision_may_be_chosen_by_measuring(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "faster_precision", lambda *_: "bfloat16")
    assert recipe_of(f"mlp --precision auto --folder {tmp_path}").precision == "bfloat16"


def test_a_training_that_goes_on_keeps_the_precision_it_began_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "faster_precision", lambda *_: "bfloat16")
    begun = recipe_of("mlp --recipe source --precision float32")
    claim_run(tmp_path, begun)
    assert recipe_of(f"mlp --recipe source --precision auto --folder {tmp_path}") == begun


@pytest.mark.parametrize(
    "line",
    ["lenet", "", "deep_cnn --epochs many", "mlp --optimizer lion", "mlp --recipe own",
     "mlp --precision float16", "mlp --shuffle yes"],
)  # fmt: skip
def test_wrong_arguments_end_the_program(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse_arguments(line.split())
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert "error:" in shown
    assert "--optimizer {sgd,momentum,adagrad,rmsprop,adam,adadelta,adamw}" in shown


def test_help_names_every_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--help"])
    shown = capsys.readouterr().out
    assert all(key in shown for key in ARCHITECTURES | MODELS)
    assert "torchrun --nproc-per-node" in shown


def test_without_mnist_the_command_ends_with_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    empty, work = tmp_path / "empty", tmp_path / "work"
    empty.mkdir()
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "mnist_core.train", "deep_cnn"],
        cwd=work,
        env=os.environ | {"MNIST_DIR": str(empty), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"MNIST is not in {empty}.")
    assert "MNIST_DIR" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(work.iterdir()) == []


# Training by any recipe


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Trains as the command line says, on few digits, into a folder of its own."""
    monkeypatch.setattr(command, "load_mnist", lambda split: DIGITS[split])

    def train(line: str) -> Path:
        folder = tmp_path / "folder"
        if "--folder" not in line:
            line = f"{line} --folder {folder}"
        command.main([*line.split(), "--recipe", "source", "--device", "cpu"])
        return folder

    return train


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_a_training_writes_its_weights_and_its_history_and_says_where(
    key: str, trained: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    digits = "--training-digits 8 --batch-size 4" if "resnet" in key else "--batch-size 8"
    folder = trained(f"{key} --recipe source --epochs 1 {digits} --random-backbone")
    names = {"history.csv", "recipe.json", "run.safetensors"}
    kept = {"features.safetensors"} if "resnet" in key else set()
    assert {path.name for path in folder.iterdir()} == names | kept
    network = load_network(folder / "run.safetensors")
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    assert [int(row["step"]) for row in rows] == [1, 2] if "resnet" in key else [1, 2, 3, 4, 5]
    shown = capsys.readouterr().out
    assert "After 1 epochs: test loss " in shown
    assert f"Weights: {folder / 'run.safetensors'}" in shown
    assert f"History: {folder / 'history.csv'}" in shown
    if isinstance(network, VAE):
        assert "nats per image (reconstruction " in shown
    else:
        accuracy = accuracy_on(network, DIGITS["test"])
        assert_close(float(rows[-1]["test_accuracy"]), accuracy)
        assert f"accuracy {accuracy:.2%}." in shown


def test_without_a_folder_it_is_under_runs_by_the_model_s_name(
    trained: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "load_mnist", lambda split: DIGITS[split])
    command.main(["mlp", "--recipe", "source", "--epochs", "1", "--device", "cpu"])
    assert (tmp_path / "runs" / "mlp_source" / "run.safetensors").is_file()


LINE = "convnet --epochs 3 --batch-size 8 --shuffle"


@pytest.mark.parametrize("killed_at_step", [1, 7, 10, 14])
def test_a_training_that_was_broken_off_ends_like_one_that_was_not(
    killed_at_step: int,
    trained: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    straight = tmp_path / "straight"
    trained(f"{LINE} --folder {straight}")
    work = Run.work

    def killed(run: Run) -> object:
        if run.step_count == killed_at_step:
            raise KeyboardInterrupt
        return work(run)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "work", killed)
        with pytest.raises(KeyboardInterrupt):
            trained(LINE)
    resumed = trained(LINE)
    expected = load_file(straight / "run.safetensors")
    assert_close(load_file(resumed / "run.safetensors"), expected, rtol=0, atol=0, equal_nan=True)
    assert (resumed / "history.csv").read_text() == (straight / "history.csv").read_text()


@pytest.mark.parametrize("failing", ["write_run", "describe_last_test"])
def test_a_training_killed_while_it_writes_ends_like_one_that_was_not(
    failing: str, trained: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(f"{LINE} --folder {tmp_path / 'straight'}")
    function, calls = getattr(command, failing), []

    def killed_at_the_second_call(*arguments: object) -> object:
        calls.append(failing)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return function(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(command, failing, killed_at_the_second_call)
        with pytest.raises(KeyboardInterrupt):
            trained(LINE)
    resumed = trained(LINE)
    expected = (tmp_path / "straight" / "history.csv").read_text()
    assert (resumed / "history.csv").read_text() == expected


def test_a_finished_training_is_not_trained_further_but_more_epochs_are(
    trained: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = trained("mlp --epochs 1 --batch-size 8")
    before = (folder / "run.safetensors").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Run, "work", lambda _: pytest.fail("it was trained further"))
        trained("mlp --epochs 1 --batch-size 8")
    assert (folder / "run.safetensors").read_bytes() == before
    trained("mlp --epochs 2 --batch-size 8")
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    assert len(rows) == 10


def test_more_epochs_later_are_as_good_as_at_once(
    trained: Callable[[str], Path], tmp_path: Path
) -> None:
    trained(f"convnet --epochs 2 --batch-size 8 --folder {tmp_path / 'straight'}")
    trained("convnet --epochs 1 --batch-size 8")
    folder = trained("convnet --epochs 2 --batch-size 8")
    ours, theirs = (load_network(f / "run.safetensors") for f in (folder, tmp_path / "straight"))
    assert_close(dict(ours.state_dict()), dict(theirs.state_dict()), rtol=0, atol=0)


EARLY = "mlp --epochs 30 --batch-size 8 --learning-rate 0.9 --patience 2 --held-out 10"


def test_a_training_stops_early_and_says_so(
    trained: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = trained(EARLY)
    shown = capsys.readouterr().out
    assert "Stopped early: 2 looks in a row at the held-out digits found no loss below" in shown
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    losses = [float(row["held_out_loss"]) for row in rows if row["held_out_loss"]]
    assert losses.index(min(losses)) == len(losses) - 3
    assert len(rows) < 30 * 4
    trained(EARLY)
    assert "Stopped early" in capsys.readouterr().out


def test_early_stopping_with_nothing_held_out_is_refused(trained: Callable[[str], Path]) -> None:
    with pytest.raises(RecipeUnusable, match="Early stopping needs digits that are held out"):
        trained("mlp --patience 2")


@pytest.mark.parametrize("other", ["--seed 1", "--batch-size 9", "--softmax-twice", "--no-shuffle"])
def test_other_settings_in_the_same_folder_are_refused_with_a_sentence(
    other: str, trained: Callable[[str], Path]
) -> None:
    line = "softmax_regression --epochs 1"
    folder = trained(line)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(MnistLabError) as refusal:
        trained(f"{line} {other}")
    assert str(refusal.value) == (
        f"{folder} holds a training with other settings. Delete it, or name another folder with "
        "--folder."
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_file_in_the_folder_is_refused_with_a_sentence(
    trained: Callable[[str], Path],
) -> None:
    folder = trained("mlp --epochs 1 --batch-size 8")
    path = folder / "run.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MnistLabError, match=r"run\.safetensors is not a readable"):
        trained("mlp --epochs 2 --batch-size 8")


@pytest.mark.parametrize("key", ["mlp", "convnet", "vae"])
def test_a_training_that_diverges_in_its_first_epoch_keeps_what_was_good(
    key: str, trained: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    line = f"{key} --optimizer sgd --learning-rate 1e4 --epochs 20 --batch-size 2"
    with pytest.raises(TrainingDiverged) as end:
        trained(line)
    assert re.fullmatch(
        r"The loss is no longer a finite number \((nan|inf)\): training stopped before step \d+\. "
        r"A lower learning rate helps\. The last good weights, of \d+ batches, and the history are "
        rf"in {folder}\.",
        str(end.value),
    )
    network = load_network(folder / "run.safetensors")
    assert all(value.isfinite().all() for value in network.state_dict().values())
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    last = int(re.findall(r"before step (\d+)", str(end.value))[0]) - 1
    assert [int(row["step"]) for row in rows] == [*range(1, last + 1)]
    assert last < 20
    with pytest.raises(TrainingDiverged) as again:
        trained(line)
    assert str(again.value) == str(end.value)


class Clock:
    """Moves on by ten seconds at every unit of work."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def slow(self, work: Callable[[Run], object]) -> Callable[[Run], object]:
        def slow_work(run: Run) -> object:
            self.now_s += 10
            return work(run)

        return slow_work


@pytest.fixture
def slow_world(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Every unit of a run's work takes ten seconds, by the clock of the command line."""
    clock = Clock()
    monkeypatch.setattr(command, "Saves", partial(command.Saves, clock))
    monkeypatch.setattr(Run, "work", clock.slow(Run.work))
    return clock


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_whatever_the_network_it_is_saved_every_minute(
    key: str,
    trained: Callable[[str], Path],
    slow_world: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments, write = [0.0], command.write_run

    def noted(run: Run, path: Path) -> None:
        moments.append(slow_world.now_s)
        write(run, path)

    monkeypatch.setattr(command, "write_run", noted)
    size = "--training-digits 40 --random-backbone" if "resnet" in key else ""
    trained(f"{key} --epochs 1 --batch-size 2 {size}")
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert len(gaps) > 3
    assert max(gaps) <= 60
    assert slow_world.now_s - moments[-1] <= 60


@pytest.mark.parametrize("key", ["convnet", "resnet18_transfer", "vae"])
@pytest.mark.parametrize("killed_after", [3, 8, 13, 16])
def test_a_training_killed_in_mid_epoch_goes_on_from_its_last_minute(
    key: str,
    killed_after: int,
    trained: Callable[[str], Path],
    slow_world: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = "--training-digits 16 --random-backbone" if "resnet" in key else ""
    line = f"{key} --epochs 2 --batch-size 4 --shuffle {size}"

    def forget_features() -> None:
        monkeypatch.setattr(features, "SHELF", features._Shelf(features.MAX_BYTES))

    forget_features()
    folder = trained(line)
    straight = folder.rename(folder.with_name("straight"))
    straight_s = slow_world.now_s
    forget_features()
    slow_work, units = Run.work, []

    def killed(run: Run) -> object:
        units.append(run.step_count)
        if len(units) == killed_after:
            raise KeyboardInterrupt
        return slow_work(run)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "work", killed)
        with pytest.raises(KeyboardInterrupt):
            trained(line)
    forget_features()
    before_s = slow_world.now_s
    resumed = trained(line)
    again_s = slow_world.now_s - before_s + 10 * (killed_after - 1) - straight_s
    assert 0 <= again_s <= 60
    expected = load_file(straight / "run.safetensors")
    assert_close(load_file(resumed / "run.safetensors"), expected, rtol=0, atol=0, equal_nan=True)
    history = (straight / "history.csv").read_text()
    assert (resumed / "history.csv").read_text() == history


def test_ctrl_c_ends_a_training_with_one_line_and_the_same_command_goes_on(tmp_path: Path) -> None:
    line = ["mlp", "--recipe", "source", "--optimizer", "momentum", "--device", "cpu", "--epochs",
            "9999", "--batch-size", "8", "--shuffle", "--folder", "kept"]  # fmt: skip
    program = (
        "import sys; from mnist_core import train; from tests.core.test_train import DIGITS; "
        "train.load_mnist = DIGITS.get; sys.exit(train.program(sys.argv[1:]))"
    )
    recipe = recipe_of(" ".join(line))
    straight = Run("mlp", recipe, DIGITS["train"], DIGITS["test"])
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", program, *line],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as training:
            assert training.stdout is not None
            assert training.stdout.readline().startswith("After ")
            training.send_signal(signal.SIGINT)
            _, shown = training.communicate(timeout=60)
        assert training.returncode == 130
        said = shown.splitlines()[-1]
        stands = re.fullmatch(
            r"Stopped in epoch [\d ]+ of 9999, after ([\d ]+) batches: the same command goes on "
            r"from there\.",
            said,
        )
        assert stands, shown
        assert "Traceback" not in shown
        done = int(stands[1].replace(" ", ""))
        assert done > straight.step_count
        straight.advance_to(done)
        kept = load_file(tmp_path / "kept" / "run.safetensors")
        own = {k: v for k, v in kept.items() if not k.startswith("run:")}
        assert_close(own, dict(straight.trainer.model.state_dict()), rtol=0, atol=0)


def test_a_second_ctrl_c_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal = signal.default_int_handler  # a shell lets its background jobs ignore Ctrl-C
    monkeypatch.setattr(signal, "getsignal", lambda number: in_a_terminal)
    saves = command.Saves()
    with saves.heed_ctrl_c():
        signal.raise_signal(signal.SIGINT)
        assert saves.is_stopping
        assert saves.are_due
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_before_the_training_has_begun_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: str) -> Digits:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "load_mnist", stop)
    assert command.program(["mlp", "--recipe", "source", "--device", "cpu"]) == 130
    line = "Stopped at once: the same command goes on from what was last saved.\n"
    assert capsys.readouterr().err == line


def test_a_folder_is_left_alone_when_the_data_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_: str) -> Digits:
        raise DataUnavailable("MNIST is nowhere.")

    monkeypatch.setattr(command, "load_mnist", nowhere)
    for key in ("mlp", "deep_cnn"):
        with pytest.raises(DataUnavailable):
            command.main([key, "--folder", str(tmp_path / key), "--device", "cpu"])
        assert not (tmp_path / key).exists()


def test_the_mistakes_can_be_made_from_the_command_line(trained: Callable[[str], Path]) -> None:
    folder = trained("mlp --equal-weights --no-shuffle --epochs 1 --batch-size 8")
    network = load_network(folder / "run.safetensors")
    weight = network.state_dict()["features.1.weight"]
    assert_close(weight, weight[:1].expand_as(weight), rtol=1e-4, atol=1e-6)
    recipe = replace(ARCHITECTURES["mlp"].source_recipe, equal_weights=True)
    assert recipe_of("mlp --recipe source --equal-weights") == recipe
