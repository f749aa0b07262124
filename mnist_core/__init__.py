"""MNIST Lab without the app: `from mnist_core import read_digit`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_core.reading import Reading, Verdict, read_digit

__all__ = ["Reading", "Verdict", "read_digit"]


def __getattr__(name: str) -> object:
    """Load the network code when it is first asked for, not when a submodule is imported."""
    if name in __all__:
        from mnist_core import reading

        return getattr(reading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
