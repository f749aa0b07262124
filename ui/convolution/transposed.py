"""Transposed convolution: each cell of a small picture stamps the kernel, and stamps add up."""

import streamlit as st
import torch
from torch import Tensor

from mnist_core.layers.pooling import Pooling, mean_pool
from mnist_core.layers.transposed_convolution import Stamping, stamp_first, transposed_size
from ui.shared.components.pictures import Pick, pickable
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, Mark, captioned, grey_map, number_map, signed_map
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import (
    STAMP_CELL,
    STAMP_DILATION,
    STAMP_OUTPUT_PADDING,
    STAMP_PADDING,
    STAMP_STRIDE,
)
from ui.shared.widgets import slide

SAYS = """
A convolution gathers a window into one cell, so pictures shrink. A decoder that draws has to make
them larger, and runs the same way backwards: each cell **stamps** the whole kernel onto the result,
as strongly as the cell is bright. Where stamps overlap, they add up. Here your digit, shrunk to
7 × 7 cells, grows again. Pull the slider, or click on a cell.
"""
GRADIENT = """
It is also how a message goes back through a convolution (see *Backwards through your digit*): the
gradient of a convolution by its input is the transposed convolution with the same kernel. It brings
back the *size* of a picture, not its values. With a stride that does not divide the kernel, some
cells get more stamps than their neighbours, and a chequered pattern shows.
"""
KERNEL = torch.tensor([[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]])
SMALL = Pooling(4, 4)
INPUT = "stamping"


@section
def transposed(digit: LessonDigit) -> None:
    """The digit made small, its stamps so far, and the size of the result in numbers."""
    st.subheader("The other way round: transposed convolution", anchor=False)
    say(SAYS)
    small = mean_pool(digit.image[0, 0], SMALL)
    stamping = _chosen()
    size = transposed_size(len(small), len(KERNEL), stamping)
    cell = slide(STAMP_CELL, "Cell that stamps, row by row", 0, small.numel() - 1)
    pickable(stamped_picture(small, cell, stamping), "stamps", _go_to)
    st.latex(size_in_numbers(len(small), stamping, size))
    say(GRADIENT)


def stamped_picture(small: Tensor, cell: int, stamping: Stamping) -> str:
    """The small picture (n, n), the kernel, and all stamps up to this cell's, which is framed."""
    row, column = divmod(cell, small.shape[1])
    made = stamp_first(small[None], KERNEL[None, None], cell + 1, stamping)[0]
    reach = stamping.dilation * (len(KERNEL) - 1) + 1
    top, left = (place * stamping.stride - stamping.padding for place in (row, column))
    result = signed_map(
        made.numpy(),
        max(1.0, float(made.abs().max())),
        Look(f"Stamps of {cell + 1} cells", [Mark(top, left, reach, reach)], 300),
    )
    seen = grey_map(small.numpy(), Look("The small digit", [Mark(row, column)], 180, pick=INPUT))
    kernel = number_map(KERNEL.numpy(), 1.0, Look("The kernel", width_px=130))
    height, width = made.shape
    return captioned([
        (seen, f"{small.shape[0]} × {small.shape[1]}"),
        (kernel, f"the stamp, times {float(small[row, column]):.2f}"),
        (result, f"{height} × {width}, after {cell + 1} stamps"),
    ])  # fmt: skip


def size_in_numbers(size: int, stamping: Stamping, result: int) -> str:
    """The size of the result, in letters and in numbers, as LaTeX."""
    s, p, d, more = (
        stamping.stride, stamping.padding, stamping.dilation, stamping.output_padding,
    )  # fmt: skip
    k = len(KERNEL)
    return (
        r"\begin{gathered} (n-1)s - 2p + d(k-1) + \text{output padding} + 1 \\[4pt]"
        rf"= ({size}-1)\cdot {s} - 2\cdot {p} + {d}\cdot({k}-1) + {more} + 1 = {result}"
        r"\end{gathered}"
    )


def _chosen() -> Stamping:
    left, right = st.columns(2, gap="medium")
    with left:
        stride = slide(STAMP_STRIDE, "Stride s of the stamps", 1, 4)
        dilation = slide(STAMP_DILATION, "Dilation d of the stamps", 1, 3)
    with right:
        padding = slide(STAMP_PADDING, "Padding p that is cut off", 0, 2)
        more = slide(STAMP_OUTPUT_PADDING, "Output padding", 0, 3)
    return Stamping(stride, padding, dilation, more)


def _go_to(pick: Pick) -> None:
    side = SMALL.output_shape(28, 28)[0]
    STAMP_CELL.set(int(pick.y * side) * side + int(pick.x * side))
