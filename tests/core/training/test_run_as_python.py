from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from torch import Tensor

from mnist_core.data import mnist as data
from mnist_core.data.idx import digits_from_paths
from mnist_core.data.origin import origin_of
from mnist_core.errors import DataUnavailable
from mnist_core.latent.generate import generate_sets, generated_origin
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.run import Run
from mnist_core.training.run_as_python import run_as_python
from tests.core.tiny import tiny_digits

SETTINGS = {"batch_size": 16, "epochs": 2, "seed": 5}


def printed_by(program: str, monkeypatch: pytest.MonkeyPatch) -> str:
    sets = {"train": tiny_digits(), "test": tiny_digits(20, 1)}
    monkeypatch.setattr(data, "load_mnist", sets.__getitem__)
    output = StringIO()
    with redirect_stdout(output):
        exec(compile(program, "snippet", "exec"), {})
    return output.getvalue()


def run(key: str, **settings: object) -> Run:
    recipe: Recipe = replace(ARCHITECTURES[key].source_recipe, **SETTINGS, **settings)  # type: ignore[arg-type]
    return Run(key, recipe, tiny_digits(), tiny_digits(20, 1))


@pytest.mark.parametrize("key", ["softmax_regression", "mlp", "convnet", "deep_cnn", "vae"])
def test_the_program_repeats_the_run_to_the_last_digit(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = run(key)
    trained.advance_to(9)
    program = run_as_python(trained, "A run")
    assert printed_by(program, monkeypatch).strip() == trained.history.to_csv().strip()


def test_changes_on_the_way_are_repeated_too(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = run("mlp", optimizer="adam", learning_rate=1e-3, equal_weights=True, shuffle=True)
    trained.advance_to(3)
    trained.set_learning_rate(0.01)
    trained.set_batch_size(8)
    trained.advance_to(11)
    program = run_as_python(trained, "A run")
    assert printed_by(program, monkeypatch).strip() == trained.history.to_csv().strip()
    assert "equal_weights=True" in program


def test_a_run_that_stopped_early_is_repeated_too(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = run(
        "mlp", learning_rate=0.9, shuffle=True, patience=1, held_out=10, clip_norm=5.0,
    )  # fmt: skip
    trained.advance_to(40)
    assert any(before.held_out_loss < after.held_out_loss
               for before, after in pairwise(trained.history.tests))  # fmt: skip
    program = run_as_python(trained, "A run")
    assert printed_by(program, monkeypatch).strip() == trained.history.to_csv().strip()


def test_the_program_names_no_setting_that_is_as_usual() -> None:
    program = run_as_python(run("mlp"), "A run")
    assert "ema_decay" not in program
    assert "softmax_twice" not in program
    assert "shuffle=False" in program


def test_the_program_makes_the_very_digits_of_a_run_on_generated_ones() -> None:
    counts, seeds = (40, 10), (1, 2)
    origin = generated_origin(counts, seeds)
    train, test = generate_sets(counts, seeds)
    recipe = replace(ARCHITECTURES["softmax_regression"].source_recipe, batch_size=16, epochs=1)
    trained = Run("softmax_regression", recipe, train, test, origin=origin)
    trained.advance_to(3)
    output = StringIO()
    with redirect_stdout(output):
        exec(compile(run_as_python(trained, "A run"), "snippet", "exec"), {})
    assert output.getvalue().strip() == trained.history.to_csv().strip()


def test_the_program_asks_for_the_very_files_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    digits = tiny_digits(150)
    write_idx("train-images-idx3-ubyte", digits.images)
    write_idx("train-labels-idx1-ubyte", digits.labels)
    names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"]
    train, test = digits_from_paths(names)
    origin = origin_of("files", train, test, names=names)
    recipe = replace(ARCHITECTURES["softmax_regression"].source_recipe, batch_size=16, epochs=1)
    trained = Run("softmax_regression", recipe, train, test, origin=origin)
    trained.advance_to(3)
    program = compile(run_as_python(trained, "A run"), "snippet", "exec")
    output = StringIO()
    with redirect_stdout(output):
        exec(program, {})
    assert output.getvalue().strip() == trained.history.to_csv().strip()
    write_idx("train-labels-idx1-ubyte", digits.labels.flip(0))
    with pytest.raises(DataUnavailable, match="other digits"):
        exec(program, {})


def write_idx(name: str, values: Tensor) -> None:
    header = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4) for n in values.shape)
    Path(name).write_bytes(header + values.numpy().tobytes())
