"""The loss of the autoencoder: its two terms, where its noise comes from, and what β trades."""

import streamlit as st
import torch

from mnist_core.latent.codes import encode, kl_per_dimension, loss_terms, numbers_in_use
from mnist_core.latent.ways import OneNumber, axis_reach, density_curve, draw_one_number
from mnist_core.models.registry import ARCHITECTURES, AUTOENCODERS
from mnist_core.weights import AutoencoderCard
from mnist_core.words import percent
from ui.latent.figures import Bells, bells, paired_columns, stacked_bars
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import picture
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import NETWORK, NOISE, NOISE_DIMENSION, recipe_key
from ui.shared.widgets import slide

TERMS = """
In training, the autoencoder makes one number small: the **loss**. It has two terms that pull in
different directions. **Reconstruction**: how surprised is the decoder by the ink, when it sees only
one random draw $z$ from your digit's cloud $q(z|x)$? **KL**: how much more does that cloud say than
the cloud $N(0, I)$ that all digits have to share? Both are measured in **nats**,
a unit of information: 1 nat is 1.44 bits.
"""
TERMS_SAY = """
The first number is for one draw: another would give another number. It is not the redraw error of
*From your drawing*, which is taken at the mean $\\mu$ and without the picture's own entropy.

If only the first counted, each digit would get a place of its own far away from all others, and
between the places there would be nothing. If only the second counted, all digits would get the same
cloud, and the decoder would see no difference between them.
"""
PER_NUMBER = """
The KL term is a sum over the 20 numbers. A number with a tall bar says much about this digit; one
near 0 says nothing that $N(0, 1)$ would not say of any digit.
"""
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
BETA = """
The **β-VAE** multiplies the KL term by a number β (Higgins et al. 2017):
"""
BETA_SAYS = """
- **β = 0**: only the reconstruction counts. The pictures come out sharp, but the codes lie far
  apart with empty space between them, so random numbers decode to nonsense.
- **β = 1**: the loss as it stands above. Its mean over all draws of $z$ from the cloud is an upper
  bound on $-\\log p(x)$, the surprise at your picture itself; the loss of one draw need not be. And
  strictly, that holds for pixels that are black or white: a grey one counts as a probability.
- **β = 4**: the clouds hardly dare to differ from $N(0, I)$. Many of the 20 numbers say nothing any
  more, reconstructions are blurred, but random numbers decode to something like digits.

Our own conditional autoencoder taught us the same lesson. With β = 1 some of the digits that it
drew from random numbers could not be read; with β = 2 nearly all could, but more than half of its
20 numbers said nothing any more. The shipped one has β = {conditional:g} again, which rises from 0
in the first {warm_up} of the training, so that no number is given up before it is of use; and while
it is trained, a network that reads digits tells it which of its random ones cannot be read. Now
{used} of its {total} numbers say something.

Train it yourself and watch both terms, reconstructions and samples:
"""
PRESETS = [0.0, 0.25, 1.0, 4.0]


def show_loss(digit: LessonDigit) -> None:
    """The terms for the current digit, the noise in one of its numbers, and β."""
    st.subheader("The loss, term by term", anchor=False)
    show_terms(digit)
    st.markdown("**The reparameterisation trick.**" + TRICK)
    st.latex(r"z = \mu + \sigma \cdot \varepsilon, \qquad \varepsilon \sim N(0, 1)")
    show_noise(digit)
    st.caption(CURVES)
    show_beta(digit)


@section
def show_terms(digit: LessonDigit) -> None:
    """Both terms beside the test digits' mean, and the KL of each number."""
    st.markdown(TERMS)
    st.latex(
        r"\begin{aligned} \mathcal{L} &= \underbrace{-\log p(x|z)}_{\text{reconstruction}} + "
        r"\underbrace{\text{KL}\big(q(z|x) \,\|\, N(0, I)\big)}_{\text{KL}} \\"
        r"\text{KL} &= \tfrac12 \sum_{j=1}^{20} \big(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2"
        r"\big) \end{aligned}"
    )
    trained = shared_autoencoder("vae")
    terms, card = loss_terms(trained.model, digit.image), trained.card
    with st.container(key="loss_terms"):
        st.html(
            stacked_bars(
                [
                    (digit.name, float(terms.reconstruction), float(terms.kl)),
                    ("mean of the test digits", card.test["reconstruction"], card.test["kl"]),
                ]
            )
        )
    st.markdown(TERMS_SAY + PER_NUMBER)
    show_kl(kl_per_dimension(encode(trained.model, digit.image)), card)


def show_kl(kl: torch.Tensor, card: AutoencoderCard) -> None:
    """One pair of bars for each latent number."""
    usual = torch.tensor(card.kl_per_dimension)
    names = [str(number) for number in range(1, len(kl) + 1)]
    st.html(paired_columns(names, kl.numpy(), usual.numpy(), "this digit"))


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
    st.markdown(say_noise(number, found))


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


@section
def show_beta(digit: LessonDigit) -> None:
    """What β trades, and links to trainings with it."""
    st.markdown("**What β trades.**" + BETA)
    st.latex(r"\mathcal{L}_\beta = -\log p(x|z) + \beta \cdot \text{KL}")
    recipe, kl = AUTOENCODERS["cvae"].recipe, shared_autoencoder("cvae").card.kl_per_dimension
    st.markdown(
        BETA_SAYS.format(
            conditional=recipe.beta,
            warm_up=percent(recipe.kl_warm_up),
            used=numbers_in_use(kl),
            total=len(kl),
        )
    )
    with st.container(horizontal=True):
        for beta in PRESETS:
            st.page_link(
                "pages/train.py", label=f"Train with β = {beta:g}",
                icon=":material/model_training:",
                query_params={
                    NETWORK.key: ARCHITECTURES["vae"].title,
                    recipe_key("beta"): f"{beta:g}",
                },
            )  # fmt: skip
