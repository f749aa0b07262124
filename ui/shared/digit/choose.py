"""The digit that a lesson looks at: drawn, one of the test digits, or one of the program's own."""

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from torch import Tensor

from mnist_core.data.mnist import mnist_is_here, to_images_01
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import prepare
from mnist_core.words import a_digit
from ui.shared.address import choices, hold, numbers, opened_here, take_held
from ui.shared.digit.canvas import digit_canvas
from ui.shared.digit.drawing import current_drawing
from ui.shared.digit.says import describe_number
from ui.shared.digit.several import choose_among, drawn_number, number_in
from ui.shared.digit.test_digits import IN_USE, quiet_test_digits
from ui.shared.figures.html import picture
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader
from ui.shared.state import (
    ASKED_OWN_DIGIT,
    ASKED_SOURCE,
    ASKED_TEST_DIGIT,
    DRAWN,
    LESSON_OWN_DIGIT,
    LESSON_SOURCE,
    OWN,
    TEST,
    TEST_DIGIT,
)
from ui.shared.widgets import number, pills, segmented

SOURCES = [DRAWN, TEST, OWN]
HIGHEST_TEST_DIGIT = 9_999
DIALOG = "change_digit"
"""Streamlit would close it with the next run of the page, such as that for a drawing that the tab
has kept, which comes a moment after the page."""
SOURCE_LABEL, TEST_LABEL, OWN_LABEL = "Which digit", "Which test digit (0 to 9999)", "Digit"
SOURCE_SPELLING = choices(SOURCES, str)
TEST_SPELLING = numbers(0, HIGHEST_TEST_DIGIT)
OWN_SPELLING = choices(range(10), str)


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
        return f"{self.name}, until you draw one" if self.unmet else self.name


def choose_digit() -> LessonDigit:
    """The visitor's drawing, or another digit that they choose; there always is one."""
    source = take_held(LESSON_SOURCE, SOURCE_LABEL, SOURCE_SPELLING)
    test = take_held(TEST_DIGIT, TEST_LABEL, TEST_SPELLING)
    own = take_held(LESSON_OWN_DIGIT, OWN_LABEL, OWN_SPELLING)
    row = st.container(horizontal=True, vertical_alignment="center", key="digit_row")
    digit = _chosen_digit(source, test, own)
    with row:
        st.html(picture(digit.image[0, 0].numpy(), f"The digit: {digit.says}", 64), width=72)
        st.markdown(f"**The digit:** {digit.says}", width="content")
        if st.button("Change the digit", icon=":material/edit:"):
            _start_from(source, test, own)
            opened_here().add(DIALOG)
    if DIALOG in opened_here():
        change_digit()
    return digit


def _start_from(source: str, test: int, own: int) -> None:
    """Let the dialog's widgets stand where the page is."""
    ASKED_SOURCE.set(source)
    ASKED_TEST_DIGIT.set(test)
    ASKED_OWN_DIGIT.set(own)


def _close() -> None:
    opened_here().discard(DIALOG)


@st.dialog("Change the digit", on_dismiss=_close)
def change_digit() -> None:
    """The dialog; the page follows when it is closed."""
    st.html(Path(__file__).with_name("choose.css"))
    with st.container(key="change_digit"):
        choose_in_dialog()
        if st.button("Done", type="primary", width="stretch"):
            _close()
            st.rerun()


def choose_in_dialog() -> None:
    """Which digit, and what the network reads in it."""
    source = segmented(ASKED_SOURCE, SOURCE_LABEL, SOURCES)
    hold(LESSON_SOURCE, SOURCE_SPELLING, source)
    if source == DRAWN:
        drawn = digit_canvas()
        reader = try_or_say(lambda: shared_reader(DEFAULT_MODEL))
        if reader is not None:
            st.markdown(describe_number(None if drawn is None else number_in(drawn, reader)))
        return
    if source == TEST:
        if not mnist_is_here():
            st.caption(f"MNIST is not here. {IN_USE}")
        hold(TEST_DIGIT, TEST_SPELLING, number(ASKED_TEST_DIGIT, TEST_LABEL, 0, HIGHEST_TEST_DIGIT))
    else:
        hold(LESSON_OWN_DIGIT, OWN_SPELLING, pills(ASKED_OWN_DIGIT, OWN_LABEL, range(10)))
    digit = _chosen_digit(source, TEST_DIGIT.get(), LESSON_OWN_DIGIT.get())
    st.html(picture(digit.image[0, 0].numpy(), f"The digit: {digit.says}"))
    st.markdown(f"This is {digit.says}.")


def _chosen_digit(source: str, test_index: int, own: int) -> LessonDigit:
    """What is chosen, or else the next best, and it says so."""
    if source == DRAWN and (image := _drawing()) is not None:
        return LessonDigit(image, "your drawing")
    unmet = source == DRAWN
    if source != OWN and (test := test_digit(test_index)) is not None:
        return replace(test, unmet=unmet)
    return LessonDigit(own_digit(own), f"{a_digit(own)} drawn by this program", unmet)


def _drawing() -> Tensor | None:
    drawing, number = current_drawing(), drawn_number()
    if drawing.picture is None or not drawing.objects:
        return None
    image = prepare(drawing.picture).image if number is None else choose_among(number).image
    return image if image.any() else None


def test_digit(index: int) -> LessonDigit | None:
    """One of MNIST's, or of those that stand in for them; None without either."""
    found = quiet_test_digits()
    if found is None:
        return None
    index = min(index, len(found.digits) - 1)
    image = to_images_01(found.digits.images[index : index + 1])
    return LessonDigit(image, f"{found.name} {index} ({a_digit(int(found.digits.labels[index]))})")
