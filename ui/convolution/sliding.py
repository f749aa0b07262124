"""How the kernel slides: its size, stride, dilation and padding, and the size of the output."""

import streamlit as st

from mnist_core.layers.convolution import Sliding, same_padding
from ui.convolution.channels import small_slider
from ui.convolution.kernel_cells import forget_problem
from ui.convolution.one_kernel_figures import same_sentence, size_formula
from ui.shared.address import numbers, switches, take_ahead
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say
from ui.shared.state import (
    KERNEL_DILATION,
    KERNEL_PADDING,
    KERNEL_SAME,
    KERNEL_SIZE,
    KERNEL_STRIDE,
)
from ui.shared.widgets import slide_up_to, toggle

LARGEST_KERNEL = 7
MOST_STRIDE, MOST_DILATION = 4, 5
SIDE = 28
SIZE_LABEL, STRIDE_LABEL, DILATION_LABEL = "Kernel size k", "Stride s", "Dilation d"
SAME_LABEL, PADDING_LABEL = "“Same” padding: keep the size", "Padding p"
WINDOW = r"""
The kernel $w$ has $k × k$ weights. Laid on one place of the input $x$, it makes one cell of the
output $y$; $b$ is the bias:
"""
WINDOW_RULE = (
    r"y_{ij} = b + \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{uv} \; x_{is + ud - p,\; js + vd - p}"
)
WORDS = """
- **Padding** $p$ puts zeros round the picture, so that the kernel can also stand on its border.
- **Stride** $s$ is how many cells the window moves on at each step.
- **Dilation** $d$ spreads the kernel: it looks at every $d$-th cell only, and sees further.
- **“Same” padding** adds $d(k-1)$ zeros in each direction, down and across: half of them before
  the picture and half after it. Then at stride 1 the output is as large as the input. An odd number
  cannot be halved: PyTorch puts the one that is left over below and on the right, and so do we.
"""


def chosen_size() -> int:
    """Of the kernel."""
    return take_ahead(KERNEL_SIZE, SIZE_LABEL, numbers(1, LARGEST_KERNEL))


def chosen_sliding(kernel_size: int) -> Sliding:
    """As the widgets of the chapter have it, which may be folded.

    Raises LayerImpossible for “same” padding at another stride than 1.
    """
    stride = take_ahead(KERNEL_STRIDE, STRIDE_LABEL, numbers(1, MOST_STRIDE))
    dilation = take_ahead(KERNEL_DILATION, DILATION_LABEL, numbers(1, MOST_DILATION))
    padding = take_ahead(KERNEL_PADDING, PADDING_LABEL, numbers(0, kernel_size))
    if take_ahead(KERNEL_SAME, SAME_LABEL, switches()):
        return Sliding(same_padding(kernel_size, dilation, stride), stride, dilation)
    return Sliding((min(padding, kernel_size),) * 2, stride, dilation)


def choose_sliding() -> None:
    """The formula with its settings, and what size the output gets."""
    say(WINDOW)
    st.latex(WINDOW_RULE)
    say(WORDS)
    with st.container(horizontal=True):
        size = small_slider(KERNEL_SIZE, SIZE_LABEL, 1, LARGEST_KERNEL, on_change=forget_problem)
        small_slider(KERNEL_STRIDE, STRIDE_LABEL, 1, MOST_STRIDE)
        dilation = small_slider(KERNEL_DILATION, DILATION_LABEL, 1, MOST_DILATION)
    same = toggle(KERNEL_SAME, SAME_LABEL)
    with st.container(width=480):
        slide_up_to(KERNEL_PADDING, PADDING_LABEL, 0, size, disabled=same)
    say(same_sentence(size, dilation), small=True)
    formula = try_or_say(
        lambda: size_formula(SIDE, size, chosen_sliding(size)), st.warning, ":material/block:"
    )
    if formula is not None:
        say(formula)
