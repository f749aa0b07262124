"""MNIST Lab without the app: `from mnist_core import read_digit`."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_core.data.mnist import load_mnist
    from mnist_core.latent.generate import generate_digits
    from mnist_core.models.recipes import Recipe
    from mnist_core.reading import Reading, Verdict, read_digit
    from mnist_core.training.run import Run

__all__ = ["Reading", "Recipe", "Run", "Verdict", "generate_digits", "load_mnist", "read_digit"]

_HOMES = {
    "Reading": "reading", "Verdict": "reading", "read_digit": "reading",
    "load_mnist": "data.mnist", "generate_digits": "latent.generate",
    "Recipe": "models.recipes", "Run": "training.run",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Load the network code when it is first asked for, not when a submodule is imported."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
