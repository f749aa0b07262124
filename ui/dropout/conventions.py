"""Two conventions of scaling, and their means over many masks."""

import streamlit as st

from mnist_core.inside.dropout import ManyMasks, both_conventions
from mnist_core.inside.first_layer import unit_on_pixels
from ui.dropout.figures import Sums, sums_table
from ui.dropout.rate import rate_slider
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, captioned, grey_map
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import MEAN_OVER, MEAN_RATE, MEAN_SEED
from ui.shared.widgets import dice, slide_over

MEANS_OVER = [1, 3, 10, 30, 100, 300, 1000]
CONVENTIONS = """
If half of the numbers are missing in training and none later, the next layer would suddenly get
twice as much. There are two cures. **PyTorch's (“inverted”)**: enlarge by $1/(1-p)$ in training,
do nothing later. **The original of 2014**: do nothing in training, shrink by $1-p$ later. You may
read “after training, multiply the weights by $1-p$”: that is the original, and with PyTorch it
would be a mistake. In both, evaluation is the mean over all masks of training:
"""
UNIT = """
The same for a number that the network needs: the logit $z$ of the digit {digit} in softmax
regression, a weighted sum of the pixels, when pixels fall out before it. Both conventions get the
same {masks}; the bias of $z$ never falls out.
"""


@section
def conventions(digit: LessonDigit) -> None:
    """The mean over many masks in both conventions, beside what it comes near to."""
    st.subheader("Two conventions, one expectation", anchor=False)
    say(CONVENTIONS)
    st.latex(
        r"\begin{aligned}"
        r"\text{PyTorch: } E\left[\tfrac{m \cdot x}{1-p}\right] &= x \\"
        r"\text{original: } E[m \cdot x] &= (1-p) \cdot x \end{aligned}"
    )
    left, right = st.columns(2, gap="large")
    with left:
        rate = rate_slider(MEAN_RATE)
    with right:
        count = slide_over(MEAN_OVER, "Masks", MEANS_OVER, (MEANS_OVER[0], MEANS_OVER[-1]))
    model = shared_reader("softmax_regression").trained.model
    unit = int(model(digit.image).argmax())
    weight, bias = unit_on_pixels(model, unit)
    inverted, original = both_conventions(
        digit.image[0, 0], weight, bias, rate=rate, count=count, seed=MEAN_SEED.get()
    )
    show_means({"PyTorch": inverted, "Original": original}, count)
    dice(MEAN_SEED, "Other masks")
    say(UNIT.format(digit=unit, masks="mask" if count == 1 else f"{count} masks"))
    rows = {"PyTorch": inverted, "Original": original}
    st.html(
        sums_table(
            {
                name: Sums(found.mean_sum, found.standard_error, found.eval_sum)
                for name, found in rows.items()
            }
        )
    )


def show_means(both: dict[str, ManyMasks], count: int) -> None:
    """For each convention the mean of the masked digits, and what evaluation hands on."""
    masks = "one mask" if count == 1 else f"mean of {count} masks"
    figures = []
    for name, found in both.items():
        parts = {f"train, {masks}": found.mean_input, "eval": found.eval_input}
        figures += [
            (
                grey_map(values.numpy(), Look(f"{name}, {part}", width_px=168)),
                f"<b>{name}</b><br>{part}",
            )
            for part, values in parts.items()
        ]
    show_picture(captioned(figures), "means")
    say("One scale for all four: black is 0, white is 1 or more.", small=True)
