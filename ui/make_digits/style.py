"""All ten digits in one handwriting, and in which of its numbers the style lives."""

import streamlit as st

from mnist_core.latent.codes import COLLAPSED_NATS, numbers_in_use
from mnist_core.latent.generate import in_the_style_of
from ui.make_digits.asked import conditional
from ui.make_digits.kinds import choose_kind
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.figures.html import picture
from ui.shared.figures.strips import strip
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import STYLE_OF

STYLE = """
The conditional autoencoder is told which digit a picture is. So its 20 numbers need not say *what*
is written and are free for *how*: the style. Encode your digit, keep the code, and tell the decoder
one digit after another.
"""
UNUSED = """
The encoder of the conditional autoencoder makes a cloud of each number. {unused} of its {total}
numbers {carry} nothing: for every test digit the cloud there is that of all, with a **KL** (how
much more the cloud says than $N(0, 1)$) of at most {limit:g} nats on average. The field calls that
**collapsed**. The style lives in the other {used}.
"""
ALL_USED = "Each of the conditional autoencoder's {total} numbers says something about the style."


def show_style() -> None:
    """The visitor's digit, and all ten in its style."""
    st.subheader("In your handwriting", anchor=False)
    say(STYLE)
    show_ten(choose_digit())


@section
def show_ten(digit: LessonDigit) -> None:
    """All ten digits as the writer of the current one would write them."""
    _, model = conditional()
    label = choose_kind("Your digit is a", STYLE_OF, digit)
    images = in_the_style_of(model, digit.image, label)
    left, right = st.columns([1, 6], gap="small")
    with left:
        st.html(picture(digit.image[0, 0].numpy(), "The digit whose style is taken", 96))
    with right, st.container(key="style_row"):
        st.html(strip(images, [str(k) for k in range(10)]))
    say(
        f"All ten digits in the style of {digit.name}, taken for the digit {label}. The "
        "network drew them; nobody wrote them.",
        small=True,
    )


@section
def show_numbers_in_use() -> None:
    """Of the conditional autoencoder."""
    st.subheader("Where the style lives", anchor=False)
    trained, _ = conditional()
    say(say_in_use(trained.card.kl_per_dimension))


def say_in_use(kl_nats: list[float]) -> str:
    """How many latent numbers have collapsed, by their mean KL."""
    used, total = numbers_in_use(kl_nats), len(kl_nats)
    if used == total:
        return ALL_USED.format(total=total)
    carry = "carries" if total - used == 1 else "carry"
    return UNUSED.format(
        unused=total - used, total=total, carry=carry, limit=COLLAPSED_NATS, used=used
    )
