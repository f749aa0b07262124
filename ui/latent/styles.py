"""Arithmetic with codes, and all ten digits in one handwriting."""

import streamlit as st
import torch

from mnist_core.latent.codes import COLLAPSED_NATS, decode, encode, numbers_in_use
from mnist_core.latent.generate import in_the_style_of
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import exchange_class
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.words import a_digit
from ui.latent.figures import equation, strip
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.html import picture
from ui.shared.lesson import section
from ui.shared.process import shared_autoencoder, shared_reader
from ui.shared.state import AS_READ, GIVEN_CLASS, STYLE_OF, TAKEN_CLASS, Setting
from ui.shared.widgets import pills

READER = "deep_cnn_pen"
CLASSES = [AS_READ, *(str(digit) for digit in range(10))]
MEANS = """
Encode all 6000 or so sevens of the training set and take the mean of their codes: that is the
place of *the* seven. Decoded, the ten means are digits without any character of their own.
"""
EXCHANGE = """
Codes can be added and subtracted like numbers. Take away what all digits of your digit's kind share
(their mean), and add what another kind shares. What stays is *how* you write: slant, thickness,
width. It does not always work, since nothing in the training asked for it.
"""
STYLE = """
The **conditional** autoencoder was told, for every picture, which digit it is. So its 20 numbers
need not say *what* is written and are free for *how*: the style. Encode your digit, keep the code,
and tell the decoder one digit after another.
"""
UNUSED = """
{unused} of its {total} numbers {carry} nothing: for every test digit the cloud there is that of
all, with a KL of at most {limit:g} nats on average. The field calls that **collapsed**. The style
lives in the other {used}.
"""


def show_styles(digit: LessonDigit) -> None:
    """Mean codes, arithmetic with them, and the style of the current digit."""
    st.subheader("Arithmetic and style", anchor=False)
    show_means(digit)
    show_exchange(digit)
    show_style(digit)


def read_as(digit: LessonDigit) -> int:
    """What the shipped reader makes of it."""
    return int(shared_reader(READER).probabilities(digit.image).argmax())


def choose_class(label: str, setting: Setting[str], digit: LessonDigit) -> int:
    """A digit, or what the shipped reader reads in the current one."""
    read = read_as(digit)
    asked = f"{label} (the *Deep CNN + pen* reads {a_digit(read)})"
    chosen = pills(setting, asked, CLASSES, wrap=True)
    return read if chosen == AS_READ else int(chosen)


@section
def show_means(digit: LessonDigit) -> None:
    """The ten mean codes, decoded."""
    st.markdown(MEANS)
    images = decode(shared_autoencoder("vae").model, load_map("vae").class_means)
    st.html(strip(images, [f"mean {k}" for k in range(10)]))


@section
def show_exchange(digit: LessonDigit) -> None:
    """z − mean(a) + mean(b), as pictures."""
    st.markdown("**Arithmetic.**" + EXCHANGE)
    st.latex(r"z' = z - \bar z_a + \bar z_b")
    taken = choose_class("Take away the mean a of", TAKEN_CLASS, digit)
    given = pills(GIVEN_CLASS, "Add the mean b of", range(10), wrap=True)
    model, means = shared_autoencoder("vae").model, load_map("vae").class_means
    latent = encode(model, digit.image).mean[0]
    result = exchange_class(latent, means, taken, given)
    terms = [latent, means[taken], means[given], result]
    names = [f"{digit.name}, its code z decoded", f"mean {taken}", f"mean {given}"]
    images = decode(model, torch.stack(terms)).numpy()
    with st.container(key="exchange"):
        st.html(
            equation(list(zip(["", "−", "+", "="], images, [*names, "the result"], strict=True)))
        )


def say_unused(kl_nats: list[float]) -> str:
    """How many latent numbers have collapsed, by their mean KL; "" for none."""
    used, total = numbers_in_use(kl_nats), len(kl_nats)
    if used == total:
        return ""
    carry = "carries" if total - used == 1 else "carry"
    return UNUSED.format(
        unused=total - used, total=total, carry=carry, limit=COLLAPSED_NATS, used=used
    )


@section
def show_style(digit: LessonDigit) -> None:
    """All ten digits as the writer of the current one would write them."""
    st.markdown("**Style.**" + STYLE)
    trained = shared_autoencoder("cvae")
    model, kl = trained.model, trained.card.kl_per_dimension
    assert isinstance(model, ConditionalVAE)
    st.markdown(say_unused(kl))
    label = choose_class("Your digit is a", STYLE_OF, digit)
    images = in_the_style_of(model, digit.image, label)
    left, right = st.columns([1, 6], gap="small")
    with left:
        st.html(picture(digit.image[0, 0].numpy(), "The digit whose style is taken", 96))
    with right, st.container(key="style_row"):
        st.html(strip(images, [str(k) for k in range(10)]))
    st.caption(
        f"All ten digits in the style of {digit.name}, taken for the digit {label}. The "
        "network drew them; nobody wrote them."
    )
