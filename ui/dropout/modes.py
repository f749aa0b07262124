"""Training mode and evaluation mode side by side."""

import streamlit as st

from mnist_core.inside.dropout import both_modes
from ui.dropout.figures import numbers
from ui.dropout.rate import rate_slider
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, Mark, captioned, grey_map
from ui.shared.figures.tiles import scale_bar
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import MODES_RATE, MODES_SEED
from ui.shared.widgets import dice

MODES = """
Dropout is for learning only. In **train mode** (`model.train()`) numbers fall out, and PyTorch
multiplies those that stay by $1/(1-p)$. In **eval mode** (`model.eval()`), when the network is
used, dropout does *nothing at all*. The last picture is the gradient, the message of how to get
better that flows back: where a number fell out, none gets through.
"""


@section
def modes(digit: LessonDigit) -> None:
    """The two modes on a patch, number by number."""
    st.subheader("Train mode and eval mode", anchor=False)
    say(MODES)
    st.latex(
        r"\begin{aligned}"
        r"\text{train: } \tilde x &= \frac{m \cdot x}{1-p} \\ \text{eval: } \tilde x &= x \\"
        r"\frac{\partial L}{\partial x} &= \frac{m}{1-p} \cdot"
        r"\frac{\partial L}{\partial \tilde x} \end{aligned}"
    )
    rate = rate_slider(MODES_RATE)
    found = both_modes(digit.image[0, 0], rate, MODES_SEED.get())
    limit = 1 / (1 - rate)
    where = Mark(found.row, found.column, *found.inputs.shape)
    whole = Look("The digit, with a frame round the patch", [where], 168)
    parts = {
        "x, the patch": found.inputs,
        "m, the mask: 1 stays, 0 falls out": found.mask.float(),
        f"train mode: m · x × {limit:.2f}": found.training,
        "eval mode: x itself": found.evaluation,
        f"gradient in train mode: m × {limit:.2f}": found.gradient,
    }
    figures = [(grey_map(digit.image[0, 0].numpy(), whole), "the patch in the digit")]
    figures += [(numbers(values.numpy(), limit, name), name) for name, values in parts.items()]
    show_picture(captioned(figures) + scale_bar(limit, "one scale for all five"), "both_modes")
    dice(MODES_SEED, "Another mask")
