"""Whether a picture is a digit at all: how well the autoencoder draws it again."""

import streamlit as st

from mnist_core.latent.likeness import Likeness, Verdict, error_histogram, likeness
from mnist_core.words import percent
from ui.map_of_digits.figures import error_strip
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder

IS_IT_A_DIGIT = """
The autoencoder has learnt to draw digits and nothing else. What comes out badly is unlike
everything that it has seen. So how well it draws your picture again is a hint whether that is a
digit. Take for $z$ the mean $\\mu$ of the cloud $q(z|x)$ that the encoder finds, and add up, over
all pixels, how surprised the decoder is by your ink $x_i$ when it has itself drawn the ink $p_i$
there. But a grey pixel surprises even a decoder that draws exactly that grey ($p_i = x_i$). That
part is the picture's own **entropy** $H(x)$, and no decoder can help it. So it is taken away, and
what is left is the **redraw error**, 0 for a perfect redraw:
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
SUM = "For this picture: {at_mean:.1f} − {entropy:.1f} = {error:.1f} **nats**."
ONE_SIDED = """
The hint works in one direction only. A large error says: hardly a digit. A small one does not say
that it *is* one: a dot or a short line is easy to draw, and the empty page is the easiest of all.
"""
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
def show_likeness(digit: LessonDigit) -> None:
    """The redraw error in nats beside those of the test digits, and what that says."""
    st.subheader("Is it a digit at all?", anchor=False)
    say(IS_IT_A_DIGIT)
    st.latex(FORMULA)
    trained = shared_autoencoder("vae")
    quantiles = trained.card.redraw_quantiles
    found = likeness(trained.model, digit.image, quantiles)
    histogram = error_histogram(quantiles, found.error)
    st.html(error_strip(histogram.shares.numpy(), histogram.greatest, found.error, "this picture"))
    say(say_likeness(found, digit))
    say(ONE_SIDED, small=True)


def say_likeness(found: Likeness, digit: LessonDigit) -> str:
    """What the error says, in a sentence."""
    if found.verdict is Verdict.BLANK:
        return NO_INK
    below = percent(found.share_below) or "0 %"
    at_mean = found.error + found.entropy
    parts = SUM.format(at_mean=at_mean, entropy=found.entropy, error=found.error)
    return f"{SAYS[found.verdict].format(below=below, says=digit.name)} {parts}"
