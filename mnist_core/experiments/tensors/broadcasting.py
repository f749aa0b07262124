"""Which shapes go together: the broadcasting rule, dimension by dimension.

Shapes are written one under the other from the right. Two sizes go together when they are equal or
one of them is 1, or missing; that one is read again and again, with stride 0, and nothing is
copied.
Source: NumPy documentation, “Broadcasting”; PyTorch documentation, “Broadcasting semantics”.
"""

from dataclasses import dataclass
from itertools import zip_longest

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Meeting:
    """Two sizes that meet in one dimension; None for one that is missing.

    dimension: counted from the right, −1 is the last
    result: the size of both together; None where they do not go together
    says: one sentence
    """

    dimension: int
    first: int | None
    second: int | None
    result: int | None
    says: str


@dataclass(frozen=True)
class Broadcast:
    """meetings: from the last dimension on; shape: of the result, None where there is none."""

    meetings: list[Meeting]
    shape: Shape | None

    @property
    def problem(self) -> str | None:
        """Why the two shapes do not go together; None where they do."""
        refused = (meeting.says for meeting in self.meetings if meeting.result is None)
        return next(refused, None)


def broadcast(first: Shape, second: Shape) -> Broadcast:
    """How two shapes go together, from the last dimension to the first."""
    meetings = [
        _meet(-1 - place, *sizes)
        for place, sizes in enumerate(zip_longest(reversed(first), reversed(second)))
    ]
    results = [meeting.result for meeting in reversed(meetings)]
    shape = tuple(size for size in results if size is not None)
    return Broadcast(meetings, shape if len(shape) == len(results) else None)


def _meet(dimension: int, first: int | None, second: int | None) -> Meeting:
    where = f"Dimension {dimension}"
    if first is None or second is None:
        size, missing = (second, "first") if first is None else (first, "second")
        says = f"{where}: the {missing} has none, so it is repeated {size} times."
        return Meeting(dimension, first, second, size, says)
    if first == second:
        return Meeting(dimension, first, second, first, f"{where}: both have {first}.")
    if 1 in (first, second):
        size, repeated = (second, "first") if first == 1 else (first, "second")
        says = f"{where}: the {repeated} has 1, which is repeated {size} times."
        return Meeting(dimension, first, second, size, says)
    says = (
        f"{where}: {first} and {second} do not go together: they would have to be equal, or one "
        "of them 1."
    )
    return Meeting(dimension, first, second, None, says)


def expanded_strides(shape: Shape, stride: Shape, result: Shape) -> Shape:
    """The strides with which a tensor is read as one of shape `result`: 0 where it is repeated.

    shape, stride: its own, of the same length; result: what `broadcast` gave.
    """
    missing = len(result) - len(shape)
    own = [
        0 if size == 1 and wanted != 1 else step
        for size, step, wanted in zip(shape, stride, result[missing:], strict=True)
    ]
    return (*([0] * missing), *own)
