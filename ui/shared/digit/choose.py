"""The digit that a lesson looks at: drawn, one of the test digits, or one of the program's own."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from mnist_core.data.mnist import mnist_is_here, to_images_01
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import prepare
from ui.shared.digit.canvas import digit_canvas
from ui.shared.digit.drawing import current_drawing
from ui.shared.digit.test_digits import IN_USE, quiet_test_digits
from ui.shared.figures.html import picture
from ui.shared.state import LESSON_OWN_DIGIT, LESSON_SOURCE, TEST_DIGIT

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"


@dataclass(frozen=True)
class LessonDigit:
    """The digit that a lesson looks at.

    image: float32 (1, 1, 28, 28) in [0, 1], 1 = ink; nobody changes it
    says:  for people: “your drawing”, “test digit 7 (a 9)”
    """

    image: Tensor
    says: str


def choose_digit() -> LessonDigit:
    """The visitor's drawing, or another digit that they choose; there always is one."""
    row = st.container(horizontal=True, vertical_alignment="center")
    image, words = row.container(width=72), row.container(width="content")
    with row.popover("Change the digit", icon=":material/edit:"):
        _choose_source()
    digit = _chosen_digit()
    image.html(picture(digit.image[0, 0].numpy(), f"The digit: {digit.says}", 64))
    words.markdown(f"**The digit:** {digit.says}", width="content")
    return digit


def _choose_source() -> None:
    st.segmented_control(
        "Which digit", [DRAWN, TEST, OWN], required=True, default=LESSON_SOURCE.default,
        key=LESSON_SOURCE.key, bind="query-params",
    )  # fmt: skip
    if LESSON_SOURCE.get() == DRAWN:
        digit_canvas()
    elif LESSON_SOURCE.get() == TEST:
        _choose_test_digit()
    else:
        st.pills(
            "Digit", list(range(10)), required=True, default=LESSON_OWN_DIGIT.default,
            key=LESSON_OWN_DIGIT.key, bind="query-params",
        )  # fmt: skip


def _choose_test_digit() -> None:
    if not mnist_is_here():
        st.caption(f"MNIST is not here. {IN_USE}")
    st.number_input(
        "Which test digit (0 to 9999)", 0, 9_999, value=TEST_DIGIT.default,
        key=TEST_DIGIT.key, bind="query-params",
    )  # fmt: skip


def _chosen_digit() -> LessonDigit:
    """What is chosen, or else the next best, and it says so."""
    source = LESSON_SOURCE.get()
    if source == DRAWN and (image := _drawing()) is not None:
        return LessonDigit(image, "your drawing")
    unmet = "you have not drawn one yet, so this is " if source == DRAWN else ""
    if source != OWN and (test := _test_digit()) is not None:
        return LessonDigit(test.image, unmet + test.says)
    digit = LESSON_OWN_DIGIT.get()
    return LessonDigit(own_digit(digit), f"{unmet}a {digit} drawn by this program")


def _drawing() -> Tensor | None:
    drawing = current_drawing()
    if drawing.picture is None or not drawing.objects:
        return None
    image = prepare(drawing.picture).image
    return image if image.any() else None


def _test_digit() -> LessonDigit | None:
    """One of MNIST's, or of those that stand in for them."""
    found = quiet_test_digits()
    if found is None:
        return None
    index = min(TEST_DIGIT.get(), len(found.digits) - 1)
    image = to_images_01(found.digits.images[index : index + 1])
    return LessonDigit(image, f"{found.name} {index} (a {int(found.digits.labels[index])})")
