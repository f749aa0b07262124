"""What training is, in words and formulas."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.experiments.pixel_constants import RIGHT, WRONG, standardise
from mnist_core.models.recipes import Recipe
from mnist_core.training.optimizers import OPTIMIZER_FORMULAS
from mnist_core.words import minus
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import CONSTANTS_OF, PIXELS_OVER
from ui.shared.widgets import segmented
from ui.train.questions import ask_what_equal_weights_do, ask_what_overfits

WHAT_HAPPENS = """
The network sees a **batch** of digits and gives each of the ten answers a number, the logits $z$.
The **loss** says how bad the answers are: with $y$ the right digit it is, averaged over the batch,
"""
AND_THEN = """
Backpropagation finds the **gradient** $g$: for each weight, how the loss changes when the weight
does. The **optimiser** then moves every weight a little, downhill. $\\eta$ is the learning rate:
"""
VAE_LOSS = """
This network has no answers to get right: it squeezes a picture into 20 numbers $z$ and paints it
anew. Its loss has two terms, averaged over the batch: the **reconstruction** term, for one $z$
drawn from $q(z \\mid x)$, and the **KL** divergence, which keeps the numbers near a standard normal
distribution:
"""
BIAS_CORRECTION = """
Both averages start at 0, which makes them too small at first. In step $t$ that is put right:
$\\hat m = m / (1 - 0.9^t)$ and $\\hat s = s / (1 - 0.999^t)$; $\\epsilon = 10^{-8}$ keeps the
division from failing.
"""
CONSTANTS = """
To **standardise** the pixels, one subtracts their mean and divides by their standard deviation, so
that they have mean 0 and standard deviation 1. Both constants are computed here from the training
digits, never typed in: one course uses those of pixels divided by 256, although the pixels that it
feeds were divided by 255.
"""
RIGHT_PAIR = "Scale and constants belong together: the pixels have mean 0 and deviation 1."
WRONG_PAIR = (
    "They do not belong together. The harm is small, and the network learns all the same; but "
    "whoever uses its weights with the right constants feeds it slightly other pictures than it "
    "was trained on."
)


def explain(recipe: Recipe, training_digits: Digits) -> None:
    """What a step does, in words and formulas, and what standardising does to the digits."""
    st.header("What happens in a step", anchor=False)
    if recipe.loss == "vae":
        say(VAE_LOSS)
        st.latex(
            r"-\log p(x \mid z) + \mathrm{KL}\left(q(z \mid x) \,\|\, \mathcal{N}(0, I)\right)"
        )
    else:
        say(WHAT_HAPPENS)
        st.latex(r"-\log \frac{e^{z_y}}{\sum_j e^{z_j}}")
    say(AND_THEN)
    st.latex(OPTIMIZER_FORMULAS[recipe.optimizer])
    if recipe.optimizer in ("adam", "adamw"):
        say(BIAS_CORRECTION)
    pixel_constants(training_digits)
    ask_what_overfits()
    ask_what_equal_weights_do()


@section
def pixel_constants(digits: Digits) -> None:
    """Pixels on one scale, standardised by the constants of that scale or of another."""
    with st.expander("Standardising the pixels: which constants?", icon=":material/straighten:"):
        say(CONSTANTS)
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


def _signed(value: float) -> str:
    """Four decimals, with a true minus and no minus before zero."""
    return minus(f"{round(value, 4) + 0.0:.4f}")
