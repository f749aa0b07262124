"""Max, min and mean pooling: as loops, and all windows at once."""

import math
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from mnist_core.errors import LayerImpossible

Pair = int | tuple[int, int]
"""One number for both axes, or one for the rows and one for the columns."""


@dataclass(frozen=True)
class Axis:
    """How a window moves along one axis; the settings are those of PyTorch's poolings.

    kernel:    cells that the window looks at
    stride:    cells that it moves on at each step
    padding:   cells added before the first and after the last
    dilation:  from one cell that it looks at to the next
    ceil_mode: whether the last window may reach over the end
    """

    kernel: int
    stride: int
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def extent(self) -> int:
        """From the first cell of a window to its last, both counted: d (k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    def starts(self, size: int) -> list[int]:
        """Where each window begins: i·s − p, negative in the padding. Raises LayerImpossible."""
        return [i * self.stride - self.padding for i in range(pooled_size(size, self))]

    def reach(self, size: int) -> int:
        """How many cells outside the picture the windows see at most. Raises LayerImpossible."""
        return max(self.padding, self.starts(size)[-1] + self.extent - size)

    def one_step_past(self, size: int) -> tuple[int, int, int]:
        """Where a window after the last one would begin and end, and the last place there is.

        The padding counts as a place. Raises LayerImpossible.
        """
        start = self.starts(size)[-1] + self.stride
        return start, start + self.extent - 1, size - 1 + self.padding


@dataclass(frozen=True)
class Pooling:
    """Settings of a pooling, as PyTorch names them; without a stride, windows lie side by side."""

    kernel: Pair = 2
    stride: Pair | None = None
    padding: Pair = 0
    dilation: Pair = 1
    ceil_mode: bool = False

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Along the rows' numbers (downwards), and along the columns' (to the right)."""
        stride = self.kernel if self.stride is None else self.stride
        pairs = [_pair(value) for value in (self.kernel, stride, self.padding, self.dilation)]
        (k, s, p, d), (k2, s2, p2, d2) = zip(*pairs, strict=True)
        return Axis(k, s, p, d, self.ceil_mode), Axis(k2, s2, p2, d2, self.ceil_mode)

    def output_shape(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of what comes out. Raises LayerImpossible."""
        down, right = self.axes
        return pooled_size(height, down), pooled_size(width, right)


def pooled_size(size: int, axis: Axis) -> int:
    r"""⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 windows along an axis of `size` n cells.

    With `ceil_mode` ⌈ ⌉ instead of ⌊ ⌋, but no window begins beyond the picture's last cell.
    Raises LayerImpossible for what PyTorch refuses too.
    """
    _refuse_impossible(axis)
    room = size + 2 * axis.padding - axis.extent
    round_up = axis.stride - 1 if axis.ceil_mode else 0
    count = (room + round_up) // axis.stride + 1
    if axis.ceil_mode and (count - 1) * axis.stride - axis.padding >= size:
        count -= 1
    if size < 1 or count < 1:
        raise LayerImpossible(
            f"The window reaches over {axis.extent} cells, but with its padding the picture has "
            f"only {size + 2 * axis.padding}: choose a smaller kernel or dilation."
        )
    return count


def max_pool_by_loops(picture: Tensor, pooling: Pooling) -> Tensor:
    """y[i, j] = the largest x[i·s + a·d − p, j·s + b·d − p] in the picture, a, b = 0 … k − 1.

    picture: (H, W); returns (H′, W′), −∞ where a window sees nothing of the picture.
    """
    down, right = pooling.axes
    pooled = picture.new_full(pooling.output_shape(*picture.shape), -math.inf)
    for i, j in product(range(pooled.shape[0]), range(pooled.shape[1])):
        for a, b in product(range(down.kernel), range(right.kernel)):
            row = i * down.stride + a * down.dilation - down.padding
            column = j * right.stride + b * right.dilation - right.padding
            if 0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]:
                pooled[i, j] = max(pooled[i, j], picture[row, column])
    return pooled


def max_pool(values: Tensor, pooling: Pooling) -> Tensor:
    """The largest value of each window; the padding counts as −∞, so it never wins.

    values: (…, H, W); returns (…, H′, W′). The gradient goes to the first of the largest alone.
    Raises LayerImpossible.
    """
    return windows(values, pooling, -math.inf).flatten(-2).max(dim=-1).values


def min_pool(values: Tensor, pooling: Pooling) -> Tensor:
    """The smallest value of each window; the padding counts as +∞. Else as `max_pool`.

    min(x) = −max(−x)
    """
    return -max_pool(-values, pooling)


def mean_pool(values: Tensor, pooling: Pooling, count_padding: bool = True) -> Tensor:
    """The sum of each window over how many cells it has; the padding counts as 0.

    count_padding: whether its cells are counted (PyTorch's `count_include_pad`); those that
                   `ceil_mode` adds never are
    values: (…, H, W); returns (…, H′, W′). Raises LayerImpossible.
    """
    total = windows(values, pooling, 0.0).sum(dim=(-2, -1))
    return total / _counted(values, pooling, count_padding)


def windows(values: Tensor, pooling: Pooling, outside: float) -> Tensor:
    """What each window sees: (…, H, W) → (…, H′, W′, k, k); `outside` where the picture is not.

    Raises LayerImpossible.
    """
    height, width = values.shape[-2:]
    rows, columns = _places(height, width, pooling)
    seen = values[..., rows.clamp(0, height - 1), columns.clamp(0, width - 1)]
    return torch.where(_within(values, pooling, [0, 0]), seen, outside)


@dataclass(frozen=True)
class Window:
    """One position of the window, and what the three poolings make of it.

    rows, columns: of the cells that it looks at; outside the picture they lie in the padding
    values:        (k, k), NaN outside the picture
    cells:         by how many the mean divides
    """

    rows: list[int]
    columns: list[int]
    values: Tensor
    cells: int

    @property
    def inside(self) -> list[float]:
        """The values in the picture, row by row."""
        return [value for value in self.values.flatten().tolist() if not math.isnan(value)]

    @property
    def largest(self) -> float:
        """What max pooling makes of it."""
        return max(self.inside, default=-math.inf)

    @property
    def smallest(self) -> float:
        """What min pooling makes of it."""
        return min(self.inside, default=math.inf)

    @property
    def mean(self) -> float:
        """What mean pooling makes of it."""
        return sum(self.inside) / self.cells if self.cells else math.nan


def look_at(
    picture: Tensor, pooling: Pooling, row: int, column: int, count_padding: bool = True
) -> Window:
    """The window of the output cell (row, column), on a picture (H, W) without NaN.

    Raises LayerImpossible.
    """
    rows, columns = _places(picture.shape[0], picture.shape[1], pooling)
    return Window(
        rows[row, 0, :, 0].tolist(),
        columns[0, column, 0].tolist(),
        windows(picture, pooling, math.nan)[row, column],
        int(_counted(picture, pooling, count_padding)[row, column]),
    )


def _places(height: int, width: int, pooling: Pooling) -> tuple[Tensor, Tensor]:
    """Rows (H′, 1, k, 1) and columns (1, W′, 1, k) that the windows look at: i·s + a·d − p."""
    rows, columns = (
        torch.tensor(axis.starts(size))[:, None] + axis.dilation * torch.arange(axis.kernel)
        for axis, size in zip(pooling.axes, (height, width), strict=True)
    )
    return rows[:, None, :, None], columns[None, :, None, :]


def _within(values: Tensor, pooling: Pooling, reach: list[int]) -> Tensor:
    """Which cells of the windows lie in the picture, or at most `reach` cells beside it."""
    height, width = values.shape[-2:]
    rows, columns = _places(height, width, pooling)
    in_rows = (rows >= -reach[0]) & (rows < height + reach[0])
    return in_rows & (columns >= -reach[1]) & (columns < width + reach[1])


def _counted(values: Tensor, pooling: Pooling, count_padding: bool) -> Tensor:
    """By how many cells the mean of each window divides, (H′, W′)."""
    reach = [axis.padding if count_padding else 0 for axis in pooling.axes]
    return _within(values, pooling, reach).sum(dim=(-2, -1))


def _refuse_impossible(axis: Axis) -> None:
    if min(axis.kernel, axis.stride, axis.dilation) < 1 or axis.padding < 0:
        raise LayerImpossible(
            "Kernel, stride and dilation are whole numbers from 1 on, and padding from 0 on."
        )
    if axis.padding > axis.kernel // 2:
        raise LayerImpossible(
            f"A padding of {axis.padding} is too much for a kernel of {axis.kernel}: PyTorch "
            f"allows at most half of it ({axis.kernel // 2})."
        )


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value
