"""The digit that a lesson looks at: drawn, one of the test digits, or one of the program's own."""

from dataclasses import dataclass, replace

import streamlit as st
from torch import Tensor

from mnist_core.data.mnist import mnist_is_here, to_images_01
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import prepare
from mnist_core.words import a_digit
from ui.shared.digit.canvas import digit_canvas
from ui.shared.digit.drawing import current_drawing
from ui.shared.digit.test_digits import IN_USE, quiet_test_digits
from ui.shared.figures.html import picture
from ui.shared.state import LESSON_OWN_DIGIT, LESSON_SOURCE, TEST_DIGIT
from ui.shared.widgets import number, pills, segmented

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"


@dataclass(frozen=True)
class LessonDigit:
    """The digit that a lesson looks at.

    image: float32 (1, 1, 28, 28) in [0, 1], 1 = ink; nobody changes it
    name:  for people: “your drawing”, “test digit 7 (a 9)”
    unmet: whether the visitor asked for their drawing, and there is no ink in it
    """

    image: Tensor
    name: str
    unmet: bool = False

    @property
    def says(self) -> str:
        """The name, and if need be why it is this digit."""
        return f"you have not drawn one yet, so this is {self.name}" if self.unmet else self.name


def choose_digit() -> LessonDigit:
    """The visitor's drawing, or another digit that they choose; there always is one."""
    row = st.container(horizontal=True, vertical_alignment="center", key="digit_row")
    image, words = row.container(width=72), row.container(width="content")
    with row.popover("Change the digit", icon=":material/edit:"):
        _choose_source()
    digit = _chosen_digit()
    image.html(picture(digit.image[0, 0].numpy(), f"The digit: {digit.says}", 64))
    words.markdown(f"**The digit:** {digit.says}", width="content")
    return digit


def _choose_source() -> None:
    source = segmented(LESSON_SOURCE, "Which digit", [DRAWN, TEST, OWN])
    if source == DRAWN:
        digit_canvas()
    elif source == TEST:
        _choose_test_digit()
    else:
        pills(LESSON_OWN_DIGIT, "Digit", range(10))


def _choose_test_digit() -> None:
    if not mnist_is_here():
        st.caption(f"MNIST is not here. {IN_USE}")
    number(TEST_DIGIT, "Which test digit (0 to 9999)", 0, 9_999)


def _chosen_digit() -> LessonDigit:
    """What is chosen, or else the next best, and it says so."""
    source = LESSON_SOURCE.get()
    if source == DRAWN and (image := _drawing()) is not None:
        return LessonDigit(image, "your drawing")
    unmet = source == DRAWN
    if source != OWN and (test := test_digit(TEST_DIGIT.get())) is not None:
        return replace(test, unmet=unmet)
    digit = LESSON_OWN_DIGIT.get()
    return LessonDigit(own_digit(digit), f"{a_digit(digit)} drawn by this program", unmet)


def _drawing() -> Tensor | None:
    drawing = current_drawing()
    if drawing.picture is None or not drawing.objects:
        return None
    image = prepare(drawing.picture).image
    return image if image.any() else None


def test_digit(index: int) -> LessonDigit | None:
    """One of MNIST's, or of those that stand in for them; None without either."""
    found = quiet_test_digits()
    if found is None:
        return None
    index = min(index, len(found.digits) - 1)
    image = to_images_01(found.digits.images[index : index + 1])
    return LessonDigit(image, f"{found.name} {index} ({a_digit(int(found.digits.labels[index]))})")
