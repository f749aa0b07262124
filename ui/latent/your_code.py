"""From your drawing into the latent space and back, and whether it is a digit at all."""

import streamlit as st
import torch

from mnist_core.latent.codes import Codes, decode, encode, sample_codes
from mnist_core.latent.likeness import Likeness, Verdict, error_histogram, likeness
from mnist_core.weights import TrainedAutoencoder
from mnist_core.words import percent
from ui.latent.figures import error_strip, strip
from ui.latent.place import set_latent
from ui.shared.digit.choose import LessonDigit
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder
from ui.shared.state import CODE_SEED
from ui.shared.widgets import dice

SAMPLES = 8
CODE = """
The **encoder** turns the 784 pixels $x$ into 20 numbers. Or rather into 20 little clouds: for each
number it gives a mean $\\mu$ and a spread $\\sigma$, since it is never quite sure. Together they
are called $q(z|x)$. The **decoder** turns 20 numbers $z$ back into a picture. First you see your
digit, then what becomes of it when $z$ is the mean $\\mu$, then from draws out of the cloud.
"""
IS_IT_A_DIGIT = """
The autoencoder has learnt to draw digits and nothing else. What comes out badly is unlike
everything that it has seen. So how well it draws your picture again is a hint whether that is a
digit. Take $z = \\mu$ and add up, over all pixels, how surprised the decoder is by your ink $x_i$
when it has itself drawn the ink $p_i$ there. But a grey pixel surprises even a decoder that draws
exactly that grey ($p_i = x_i$). That part is the picture's own **entropy** $H(x)$, and no decoder
can help it. So it is taken away, and what is left is the **redraw error**, 0 for a perfect redraw:
"""
FORMULA = r"""
\begin{gathered}
\ell_i(q) = x_i \log q + (1-x_i) \log(1-q) \\
\begin{aligned}
-\log p(x|\mu) &= -\sum_{i=1}^{784} \ell_i(p_i) \\
H(x) &= -\sum_{i=1}^{784} \ell_i(x_i) \\
\text{redraw error} &= -\log p(x|\mu) - H(x)
\end{aligned} \end{gathered}
"""
SUM = (
    "For this picture: {at_mean:.1f} − {entropy:.1f} = {error:.1f} **nats**, a unit of information."
)
ONE_SIDED = """
The hint works in one direction only. A large error says: hardly a digit. A small one does not say
that it *is* one: a dot or a short line is easy to draw, and the empty page is the easiest of all.
"""
BLANK = (
    "Your canvas is blank: there is no ink to encode. Draw something with *Change the digit*; "
    "until then you see {says}."
)
NO_INK = "This picture is blank: there is no ink in it, so what comes out of it says nothing."
SAYS = {
    Verdict.USUAL: "**It comes out as well as digits do.** {below} of the test digits have a "
    "smaller redraw error than {says}.",
    Verdict.UNUSUAL: "**It is probably no digit, or a very unusual one.** Its redraw error "
    "is larger than that of {below} of the test digits.",
    Verdict.UNLIKE_ANY: "**It is unlike any test digit.** Its redraw error is larger "
    "than that of every single one of them. A scribble?",
}


@section
def show_your_code(digit: LessonDigit) -> None:
    """The digit, drawn again from the mean and from samples; its redraw error beside others'."""
    st.subheader("From your drawing", anchor=False)
    st.markdown(CODE)
    if digit.unmet:
        st.info(BLANK.format(says=digit.name), icon=":material/draw:")
    trained = shared_autoencoder("vae")
    codes = encode(trained.model, digit.image)
    show_codes(trained, digit, codes)
    offer_ways_on(codes)
    show_likeness(trained, digit)


def show_codes(trained: TrainedAutoencoder, digit: LessonDigit, codes: Codes) -> None:
    """One row: the input, from the mean, from samples."""
    latents = torch.cat([codes.mean, sample_codes(codes, SAMPLES, CODE_SEED.get())])
    images = torch.cat([digit.image[0], decode(trained.model, latents)])
    captions = ["<b>input</b> x", "<b>mean</b> μ"]
    captions += [f"sample {k}" for k in range(1, SAMPLES + 1)]
    with st.container(key="your_code"):
        st.html(strip(images, captions))


def offer_ways_on(codes: Codes) -> None:
    """Other samples, and the mean as a start for the sliders."""
    with st.container(horizontal=True):
        dice(CODE_SEED, "Other samples")
        walks = st.button(
            "Walk from here", icon=":material/directions_walk:", key="walk_from_here",
            on_click=lambda: walk_from(codes.mean[0].tolist()),
            help="Puts the 20 means of your digit into the sliders above.",
        )  # fmt: skip
    if walks:
        st.rerun()  # the sliders are in another part of the page


def walk_from(code: list[float]) -> None:
    """The sliders stand further up, perhaps out of sight: say what has happened to them."""
    set_latent(code)
    st.toast("The sliders above now stand where your digit is.", icon=":material/directions_walk:")


def show_likeness(trained: TrainedAutoencoder, digit: LessonDigit) -> None:
    """The redraw error in nats beside those of the test digits, and what that says."""
    st.markdown(IS_IT_A_DIGIT)
    st.latex(FORMULA)
    quantiles = trained.card.redraw_quantiles
    found = likeness(trained.model, digit.image, quantiles)
    histogram = error_histogram(quantiles, found.error)
    st.html(error_strip(histogram.shares.numpy(), histogram.greatest, found.error, "this picture"))
    st.markdown(say_likeness(found, digit))
    st.caption(ONE_SIDED)


def say_likeness(found: Likeness, digit: LessonDigit) -> str:
    """What the error says, in a sentence."""
    if found.verdict is Verdict.BLANK:
        return NO_INK
    below = percent(found.share_below) or "0 %"
    at_mean = found.error + found.entropy
    parts = SUM.format(at_mean=at_mean, entropy=found.entropy, error=found.error)
    return f"{SAYS[found.verdict].format(below=below, says=digit.name)} {parts}"
