from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO

import pytest

from mnist_core.data import mnist as data
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


def test_the_program_names_no_setting_that_is_as_usual() -> None:
    program = run_as_python(run("mlp"), "A run")
    assert "ema_decay" not in program
    assert "softmax_twice" not in program
    assert "shuffle=False" in program
