"""Which values of a training a chart gets: few enough, drawable, at places that stay."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.training.history import smoothed
from ui.shared.figures.charts import Columns, Series

LARGEST_WINDOW = 100


def spikes_kept(values: Series, at_most: int) -> NDArray[np.int64]:
    """Indices of at most `at_most` values, among them the least and the greatest of each stretch.

    The stretches are as long as a power of 2, so that they stay where they are while more come.
    """
    if len(values) <= at_most:
        return np.arange(len(values))
    width = 2 ** int(np.ceil(np.log2(2 * len(values) / at_most)))
    stretches = -(-len(values) // width)
    padded = np.pad(values, (0, stretches * width - len(values)), mode="edge")
    rows = padded.reshape(stretches, width)
    ends = np.stack([rows.argmin(axis=1), rows.argmax(axis=1)], axis=1)
    indices = ends + np.arange(stretches)[:, None] * width
    return np.unique(np.minimum(indices, len(values) - 1))


def stable_stride(count: int, at_most: int) -> NDArray[np.int64]:
    """Every 2ᵏ-th index, and the last: at most `at_most` of them, that stay as more come."""
    if count == 0:
        return np.arange(0)
    stride = 1
    while count / stride > at_most - 1:
        stride *= 2
    return np.unique(np.append(np.arange(0, count, stride), count - 1))


def drawable(values: Series, log: bool) -> NDArray[np.bool_]:
    """Which are numbers, above 0 on a logarithmic axis."""
    return np.isfinite(values) & (values > 0) if log else np.isfinite(values)


def drawable_only(values: Series, log: bool) -> Series:
    """The same with NaN for those that cannot be drawn."""
    return np.where(drawable(values, log), values, np.nan)


def never_empty(table: Columns) -> Columns:
    """With a row that is not drawn where there is none."""
    if len(table["samples"]):
        return table
    return {
        name: np.array([""], dtype=object) if name == "line" else np.array([np.nan])
        for name in table
    }


def smooth(values: Series) -> Series:
    """Means over more batches the longer the training is; what is not finite is bridged."""
    finite = np.isfinite(values)
    if not finite.all() and finite.any():
        at = np.arange(len(values))
        values = np.interp(at, at[finite], values[finite])
    return smoothed(values, min(LARGEST_WINDOW, max(1, len(values) // 50)))
