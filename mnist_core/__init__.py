"""MNIST Lab without the app: `from mnist_core import read_digit`."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_core.data.idx import digits_from_paths
    from mnist_core.data.mnist import load_mnist
    from mnist_core.latent.generate import generate_digits, generate_sets
    from mnist_core.models.recipes import Recipe
    from mnist_core.number import Number, read_number
    from mnist_core.reading import Reading, Verdict, read_digit
    from mnist_core.training.run import Run

__all__ = [
    "Number",
    "Reading",
    "Recipe",
    "Run",
    "Verdict",
    "digits_from_paths",
    "generate_digits",
    "generate_sets",
    "load_mnist",
    "read_digit",
    "read_number",
]

_HOMES = {
    "Reading": "reading", "Verdict": "reading", "read_digit": "reading",
    "Number": "number", "read_number": "number",
    "load_mnist": "data.mnist", "digits_from_paths": "data.idx",
    "generate_digits": "latent.generate", "generate_sets": "latent.generate",
    "Recipe": "models.recipes", "Run": "training.run",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Load the network code when it is first asked for, not when a submodule is imported."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
