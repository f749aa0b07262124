"""Convolution: a kernel slides over a picture, and channels are added up."""

import streamlit as st

from mnist_core.experiments.kernels import window_at
from mnist_core.layers.convolution import (
    contributions,
    convolve,
    convolve_by_loops,
    output_size,
    same_padding,
)
from ui.convolution.channels import several_channels
from ui.convolution.one_kernel import one_kernel
from ui.convolution.two_orders import two_orders
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.tour.stops import CONVOLUTION

ANSWERS = """
What does a convolutional layer do with a picture? It slides a small table of weights, the
**kernel**, over it, multiplies what lies under the kernel by the weights, and adds up: one number
for each place, and here you can follow every one of them.
"""
WINDOW = r"""
The kernel $w$ has $k × k$ weights. Laid on one place of the input $x$, it makes one cell of the
output $y$: **multiply each cell by the weight that lies on it, add everything up, add the bias**
$b$ (one more number that is learnt):
"""
WORDS = """
- **Padding** $p$ puts zeros round the picture, so that the kernel can also stand on its border.
- **Stride** $s$ is how many cells the window moves on at each step.
- **Dilation** $d$ spreads the kernel: it looks at every $d$-th cell only, and sees further.
- **“Same” padding** adds $d(k-1)$ zeros in each direction, down and across: half of them before
  the picture and half after it. Then at stride 1 the output is as large as the input. An odd number
  cannot be halved: PyTorch puts the one that is left over below and on the right, and so do we.
"""
TURNED = """
Mathematicians call this a *cross-correlation*: in their convolution the kernel is first turned
upside down and back to front. A network does not mind, because it learns its weights, turned or
not.
"""
CHANNELS = r"""
A colour picture has three numbers at each place: red, green and blue, its **input channels**. And a
layer has many kernels, each of which makes a map of its own, an **output channel**. Every output
channel $o$ has one kernel for *each* input channel $c$. What they make is added up, cell by cell,
and then the bias of that output channel:
"""
EXPERIMENTS = [
    (
        "Start from *Identity*. Write 0 into the middle cell of the kernel, and 1 into the cell to "
        "the right of it.",
        "the digit moves one cell to the left. Every output cell now copies its right neighbour.",
    ),
    (
        "Set the kernel size to 7, the padding to 0 and the dilation to 5. Then raise the padding.",
        "first a sentence, because the window reaches over 31 cells and the picture has 28. With "
        "a padding of 2 the window fits in two places each way, so the output has 2 × 2 cells.",
    ),
    (
        "Under *Several channels*, take 1 input channel, then 3, and look at output channel 2.",
        "with red alone nothing in it is blue. When the blue channel comes in with its negative "
        "weight, the lower half of the digit turns blue: there it has more blue than red.",
    ),
]

open_lesson(CONVOLUTION, ANSWERS)
digit = choose_digit()
st.subheader("One kernel over one channel", anchor=False)
st.markdown(WINDOW)
st.latex(r"y_{ij} = b + \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{uv} \; x_{is + ud - p,\; js + vd - p}")
one_kernel(digit)
st.markdown(WORDS)
st.markdown(TURNED)
st.subheader("Several channels", anchor=False)
st.markdown(CHANNELS)
st.latex(r"y_o = b_o + \sum_{c=1}^{C_{in}} w_{oc} \star x_c")
several_channels(digit)
st.subheader("The same sum in two orders", anchor=False)
two_orders(digit)
close_lesson(
    EXPERIMENTS, output_size, same_padding, window_at, convolve_by_loops, contributions, convolve
)
