"""What the weight of the KL term trades."""

import streamlit as st

from mnist_core.latent.codes import numbers_in_use
from mnist_core.models.registry import ARCHITECTURES, AUTOENCODERS
from mnist_core.words import percent
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import NETWORK, recipe_key
from ui.shared.tour.stops import TRAIN

BETA = """
The **β-VAE** multiplies the KL term by a number β (Higgins et al. 2017):
"""
BETA_SAYS = """
- **β = 0**: only the reconstruction counts. The pictures come out sharp, but the codes lie far
  apart with empty space between them, so random numbers decode to nonsense.
- **β = 1**: the loss as it stands in *By the numbers*. Its mean over all draws of $z$ from the
  cloud is an upper bound on $-\\log p(x)$, the surprise at your picture itself; the loss of one
  draw need not be. And strictly, that holds for pixels that are black or white: a grey one counts
  as a probability.
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


@section
def show_beta() -> None:
    """What β trades, and links to trainings with it."""
    st.subheader("What β trades", anchor=False)
    say(BETA)
    st.latex(r"\mathcal{L}_\beta = -\log p(x|z) + \beta \cdot \text{KL}")
    recipe, kl = AUTOENCODERS["cvae"].recipe, shared_autoencoder("cvae").card.kl_per_dimension
    say(
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
                TRAIN.file, label=f"Train with β = {beta:g}",
                icon=":material/model_training:",
                query_params={
                    NETWORK.key: ARCHITECTURES["vae"].title,
                    recipe_key("beta"): f"{beta:g}",
                },
            )  # fmt: skip
