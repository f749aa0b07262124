"""The numbers of a graph's leaves as one line of text, such as “u = 2, v = -3”."""

import math
from collections.abc import Iterable, Mapping

from mnist_core.errors import ExpressionUnusable
from mnist_core.words import plainly

USUAL = {"u": 2.0, "v": -3.0, "w": 0.5, "x": 2.0, "b": -1.0}
OTHERWISE, MOST = 1.0, 1e6
"""What a leaf without a number gets, and the greatest size of a number."""


def read_leaves(text: str) -> dict[str, float]:
    """Name → number, of “name = number” between commas. Raises ExpressionUnusable."""
    found: dict[str, float] = {}
    for part in filter(str.strip, text.split(",")):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        try:
            value = float(number.replace("−", "-"))
        except ValueError:
            value = math.nan
        if not (equals and name.isidentifier() and abs(value) <= MOST):
            raise ExpressionUnusable(
                f"“{part.strip()[:20]}” gives no leaf a number: write it as u = 2, within "
                f"±{MOST:,.0f}."
            )
        found[name] = value
    return found


def write_leaves(leaves: Mapping[str, float]) -> str:
    """What `read_leaves` reads."""
    return ", ".join(f"{name} = {plainly(value)}" for name, value in leaves.items())


def numbers_for(names: Iterable[str], given: Mapping[str, float]) -> dict[str, float]:
    """A number for each name: the one given, else the usual one."""
    return {name: given.get(name, USUAL.get(name, OTHERWISE)) for name in names}
