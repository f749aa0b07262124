"""Where the noise of the training comes from: the reparameterisation trick."""

import streamlit as st

from mnist_core.latent.codes import encode
from mnist_core.latent.ways import OneNumber, axis_reach, density_curve, draw_one_number
from ui.autoencoder.figures import Bells, bells
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import picture
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import NOISE, NOISE_DIMENSION
from ui.shared.widgets import slide

TRICK = """
In training, $z$ is drawn at random from the cloud. But what would the gradient be, *through dice*?
The **reparameterisation trick**: throw the dice first, $\\varepsilon \\sim N(0, 1)$, the same dice
for all, and then shift and stretch the result. Now $z$ is a plain formula of $\\mu$ and $\\sigma$,
and the gradient flows through it to both. Here you hold the dice: move $\\varepsilon$.
"""
TRICK_SAYS = """
For {number}: $\\mu = {mean:.3f}$, $\\sigma = {std:.3f}$, $\\varepsilon = {noise:.1f}$, so
$z = {mean:.3f} + {std:.3f} \\cdot {noise_in_brackets} \\approx {value:.2f}$. All other numbers
stay at their $\\mu$.
"""
CURVES = (
    "Grey, dashed: $N(0, 1)$. Pink: the cloud $q(z|x)$ of your digit. Violet: "
    "$\\sigma \\varepsilon$, from $\\mu$ to $z$. A narrow cloud is a tall one, since "
    "the area under each curve is 1."
)


def show_trick(digit: LessonDigit) -> None:
    """The formula, and the dice in the visitor's hand."""
    st.subheader("The reparameterisation trick", anchor=False)
    say(TRICK)
    st.latex(r"z = \mu + \sigma \cdot \varepsilon, \qquad \varepsilon \sim N(0, 1)")
    show_noise(digit)
    say(CURVES, small=True)


@section
def show_noise(digit: LessonDigit) -> None:
    """One latent number with its cloud, and ε in the visitor's hand."""
    model = shared_autoencoder("vae").model
    left, right = st.columns(2, gap="large")
    with left:
        number = slide(NOISE_DIMENSION, "Latent number z", 1, model.latent_dim)
    with right:
        noise = slide(NOISE, "Noise ε", -3.0, 3.0, 0.1)
    found = draw_one_number(model, encode(model, digit.image), number - 1, noise)
    curves, image = st.columns([6, 5], gap="medium")
    with curves:
        show_picture(bells(_drawn(found)), "bells")
    with image, st.container(key="noisy_digit"):
        st.html(picture(found.image.numpy(), "The digit decoded from this z", 168))
    say(say_noise(number, found))


def _drawn(found: OneNumber) -> Bells:
    places, densities = density_curve(0.0, 1.0)
    code_places, code_densities = density_curve(found.mean, found.std)
    return Bells(
        axis_reach(found.mean, found.std), (places.numpy(), densities.numpy()),
        (code_places.numpy(), code_densities.numpy()), found.mean, found.value,
    )  # fmt: skip


def say_noise(number: int, found: OneNumber) -> str:
    """The formula with its numbers."""
    brackets = f"({found.noise:.1f})" if found.noise < 0 else f"{found.noise:.1f}"
    return TRICK_SAYS.format(
        number=f"$z_{{{number}}}$", mean=found.mean, std=found.std, noise=found.noise,
        noise_in_brackets=brackets, value=found.value,
    )  # fmt: skip
