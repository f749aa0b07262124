"""Draw a digit and watch a convolutional network read it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import MnistLabError
from mnist_core.models import MODELS
from mnist_core.preprocessing import canvas_to_mnist, normalise_stroke
from mnist_core.reading import Reader, Reading, Verdict, softmax
from ui.markup import percent
from ui.reading_view import describe, show_answer, show_probabilities, show_xray
from ui.runtime import shared_reader
from ui.show_code import show_code
from ui.sources import choose_picture
from ui.state import MODEL

WHAT_HAPPENS = """
Your picture becomes 28 × 28 numbers between 0 (paper) and 1 (ink). Four layers of convolution and
three layers of weighted sums turn them into ten numbers, the **logits** $z_0 … z_9$: the larger,
the more the picture looks like that digit. **Softmax** makes probabilities of them:
"""
TEMPERATURE = """
The temperature $T = {temperature:.2f}$ was fitted on digits that the network had not trained on, so
that of all answers that it gives with 90 %, about 90 % are right.

**Is it a digit at all?** The ten probabilities always add up to 100 %, even for a scribble. So a
second, tiny judge looks at how strongly the network's last features fire: digits make them fire,
scribbles and letters hardly do. Its score runs from 0 to 1, and under {threshold:.3f} the page says
“not sure”. The line was drawn so that {refused} of the digits set aside for this choice fall under
it: draw it higher, and more scribbles are caught but more sloppy digits are refused.
"""
SHIFT = """
A network knows only what it was shown. MNIST's digits were written by Americans around 1990, and
hardly anybody there slashed a zero, barred a seven, or wrote a four without lifting the pen. People
who do are misread: the world has moved away from the training data. That is called **distribution
shift**. The cure is data, not a better network: the two networks that you can choose between are
the same, but one has also seen strokes that 25 people wrote on a tablet.
"""


TRY_IT = """
**Try it:**
1. Draw a zero with a slash through it, and switch between *MNIST alone* and *MNIST and pen
   strokes*.
2. Draw a four in one go, without lifting the pen.
3. Draw an A or a star: it should say *not sure*. Then draw a plain O. Is that a letter?
"""


def load_or_say_why(key: str) -> Reader | None:
    """The reader, or None after a sentence in the page."""
    try:
        return shared_reader(key)
    except MnistLabError as error:
        st.error(str(error), icon=":material/error:")
        return None


@st.fragment
def lesson() -> None:
    """Everything that follows the pen; a stroke reruns only this."""
    canvas_column, answer_column, bars_column = st.columns([320, 260, 400], gap="medium")
    with canvas_column:
        picture = choose_picture()
    with bars_column:
        bars, choices = st.container(), st.container()
    with choices:
        key = choose_model()
    reader = load_or_say_why(key)
    reading = reader.read(picture) if reader and picture is not None else None
    with answer_column:
        show_answer(reading)
    with bars:
        show_probabilities(reading)
    with choices:
        show_other_opinion(key, picture)
    xray(reader, reading)


def xray(reader: Reader | None, reading: Reading | None) -> None:
    """The steps from the drawing to what the network sees."""
    st.subheader("Preprocessing X-ray")
    st.markdown(
        "The network learnt from MNIST, where every digit fills 20 of 28 pixels, has its centre "
        "of mass in the middle and a stroke about two pixels wide. Step by step your picture is "
        "made like that. Under each step stands what the network would read if we stopped there. "
        "**Try it:** draw something small in a corner, then something with a very thin brush."
    )
    if reader and reading and reading.verdict is not Verdict.NOTHING:
        show_xray(reader, reading)
    else:
        st.caption("Draw a digit first.")


def choose_model() -> str:
    """Which of the shipped networks reads."""
    st.segmented_control(
        "The network has learnt from",
        list(MODELS),
        format_func=lambda key: MODELS[key].trained_on,
        default=MODEL.default,
        required=True,
        key=MODEL.key,
        bind="query-params",
    )
    return MODEL.get()


def show_other_opinion(key: str, picture: NDArray[np.uint8] | None) -> None:
    """What the same network says after the other training."""
    for other in MODELS:
        if other == key:
            continue
        reader = load_or_say_why(other)
        if reader and picture is not None:
            opinion = describe(reader.read(picture))
            st.caption(f"After {MODELS[other].trained_on} the same network says: {opinion}")


def explain() -> None:
    """What happens between the pen and the answer, in words and formulas."""
    reader = load_or_say_why(MODEL.get())
    st.subheader("What happens here")
    st.markdown(WHAT_HAPPENS)
    st.latex(r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}")
    if reader:
        card = reader.trained.card
        st.markdown(
            TEMPERATURE.format(
                temperature=card.temperature,
                threshold=card.refusal["threshold"],
                refused=percent(card.refusal["refused_share"]),
            )
        )
    st.subheader("Same network, other data")
    st.markdown(SHIFT)
    show_measured()
    st.markdown(TRY_IT)


def show_measured() -> None:
    """What the cards say of both networks."""
    for key, entry in MODELS.items():
        reader = load_or_say_why(key)
        if reader and (judged := reader.trained.card.judge.get("centred")):
            on_test = percent(reader.trained.card.mnist_test_accuracy)
            st.markdown(
                f"- **{entry.trained_on}** reads {on_test} of MNIST's test digits, and "
                f"{percent(judged['accuracy'])} of {judged['count']} digits that 134 other "
                "people wrote with a pen."
            )


st.title("Draw a digit")
st.markdown("Draw one digit, 0 to 9. A neural network reads it after every stroke.")
lesson()
explain()
show_code(canvas_to_mnist, normalise_stroke, softmax)
