"""The loss of the autoencoder: your digit drawn again, and the two terms of what went wrong."""

import streamlit as st
import torch

from mnist_core.latent.codes import encode, kl_per_dimension, redraw
from ui.autoencoder.figures import paired_columns, redrawn, stacked_bars
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import DRAW_SEED
from ui.shared.widgets import dice

KEY = "vae"
DRAWS = """
An **autoencoder** is two networks in a row. The **encoder** squeezes the 784 pixels into 20
numbers, or rather into 20 little clouds, since it is never quite sure. One random place is drawn
from these clouds, and the **decoder** draws the picture again from that place alone.
"""
TERMS = """
In training, the autoencoder makes one number small: the **loss**. It has two terms that pull in
different directions. **Reconstruction**: how surprised is the decoder by the ink, when it sees only
one random draw from your digit's cloud? **KL**: how much more does that cloud say than the one
cloud that all digits have to share? Both are measured in nats: 1 nat is 1.44 bits.
"""
ONE_ALONE = """
If only the first counted, each digit would get a place of its own far away from all others, and
between the places there would be nothing. If only the second counted, all digits would get the same
cloud, and the decoder would see no difference between them.
"""
LOSS = (
    r"\begin{aligned} \mathcal{L} &= \underbrace{-\log p(x|z)}_{\text{reconstruction}} + "
    r"\underbrace{\text{KL}\big(q(z|x) \,\|\, N(0, I)\big)}_{\text{KL}} \\"
    r"\text{KL} &= \tfrac12 \sum_{j=1}^{20} \big(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2"
    r"\big) \end{aligned}"
)
ONE_DRAW = """
$x$ is your digit, $q(z|x)$ its cloud, and $N(0, I)$ the cloud that all digits have to share. The
first term is for one draw of $z$: another would give another number. It is not the redraw error on
the page *Map of digits*, which is taken at the mean $\\mu$ and without the picture's own entropy.
"""
PER_NUMBER = """
The KL term is a sum over the 20 numbers. A number with a tall bar says much about this digit; one
near 0 says nothing that $N(0, 1)$ would not say of any digit.
"""


@section
def show_loss(digit: LessonDigit) -> None:
    """The main figure: the digit, one draw of it, and both terms beside the test digits' mean."""
    trained = shared_autoencoder(KEY)
    images, terms = redraw(trained.model, digit.image, seed=DRAW_SEED.get())
    with st.container(key="redrawn"):
        st.html(redrawn(digit.image[0, 0].numpy(), images[0].numpy()))
    dice(DRAW_SEED, "Another draw")
    usual = trained.card.test
    with st.container(key="loss_terms"):
        st.html(
            stacked_bars(
                [
                    (digit.name, float(terms.reconstruction), float(terms.kl)),
                    ("mean of the test digits", usual["reconstruction"], usual["kl"]),
                ]
            )
        )


def explain_terms() -> None:
    """Without a formula."""
    say(DRAWS)
    say(TERMS)
    say(ONE_ALONE)


@section
def show_kl(digit: LessonDigit) -> None:
    """The loss as a formula, and its KL term as one pair of bars for each latent number."""
    st.subheader("The loss, term by term", anchor=False)
    st.latex(LOSS)
    say(ONE_DRAW)
    say(PER_NUMBER)
    trained = shared_autoencoder(KEY)
    kl = kl_per_dimension(encode(trained.model, digit.image))
    usual = torch.tensor(trained.card.kl_per_dimension)
    names = [str(number) for number in range(1, len(kl) + 1)]
    st.html(paired_columns(names, kl.numpy(), usual.numpy(), "this digit"))
