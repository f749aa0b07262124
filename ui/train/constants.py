"""Which constants standardise the pixels: 0.1307 and 0.3081, or somebody else's."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.experiments.pixel_constants import RIGHT, WRONG, standardise
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import CONSTANTS_OF, PIXELS_OVER
from ui.shared.widgets import segmented

SAYS = """
To **standardise** the pixels, one subtracts their mean and divides by their standard deviation, so
that they have mean 0 and standard deviation 1. Both constants are computed here from the training
digits, never typed in: one course uses those of pixels divided by 256, although the pixels that it
feeds were divided by 255.
"""


@section
def pixel_constants(digits: Digits) -> None:
    """Pixels on one scale, standardised by the constants of that scale or of another."""
    with st.expander("Standardising the pixels: which constants?", icon=":material/straighten:"):
        say(SAYS)
        divisors = [RIGHT, WRONG]
        with st.container(horizontal=True):
            scale = segmented(PIXELS_OVER, "Pixels divided by", divisors)
            chosen = segmented(CONSTANTS_OF, "Constants of pixels divided by", divisors)
        found = standardise(digits.pixel_statistics, scale, chosen)
        mean, deviation = found.constants
        st.markdown(
            "| | mean | standard deviation |\n|---|---|---|\n"
            f"| constants | {mean:.4f} | {deviation:.4f} |\n"
            f"| the pixels afterwards | {_signed(found.mean)} | {found.deviation:.4f} |\n\n"
            f"Paper becomes {_signed(found.paper)}, full ink {_signed(found.ink)}. "
            + (WRONG_PAIR if scale != chosen else RIGHT_PAIR)
        )


RIGHT_PAIR = "Scale and constants belong together: the pixels have mean 0 and deviation 1."
WRONG_PAIR = (
    "They do not belong together. The harm is small, and the network learns all the same; but "
    "whoever uses its weights with the right constants feeds it slightly other pictures than it "
    "was trained on."
)


def _signed(value: float) -> str:
    """Four decimals, with a true minus and no minus before zero."""
    return f"{round(value, 4) + 0.0:.4f}".replace("-", "−")
