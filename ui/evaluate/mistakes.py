"""The confusion matrix, and the digits behind each of its cells."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import confusion, rank_mistakes
from ui.evaluate.figures import confusion_figure
from ui.evaluate.gallery import choose_page, show_gallery, shown_of
from ui.evaluate.measured import measured_of
from ui.shared.address import choices, take_from_address
from ui.shared.figures.charts import PLAIN
from ui.shared.glossary import say
from ui.shared.session.networks import Network
from ui.shared.state import ANY_DIGIT, GALLERY_PAGE, IS_DIGIT, READ_AS, Setting
from ui.shared.widgets import pick

GALLERY_SIZE = 20
MATRIX = """
Each cell counts the pictures of one digit (row) that were read as another (column). Only mistakes
are coloured: what was read right stands in the grey diagonal. **Click on a cell** to see its
pictures. Cover the labels and write down what you would read, then compare: a few are hard to
believe.
"""
ORDER = (
    "Under each picture stands the probability that the network gave to the digit that it is: "
    "the lowest first. **Click on a picture** to see why the network answers so."
)


def mistakes(network: Network, digits: Digits) -> None:
    """The confusion matrix beside the pictures of its cells."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    matrix_column, gallery_column = st.columns(2, gap="large")
    with gallery_column:
        label, read = choose_cell()
        ranking = rank_mistakes(logits, labels, network.temperature, label, read)
        say_how_many(len(ranking), label is not None and label == read)
        page = choose_page(GALLERY_PAGE, len(ranking), GALLERY_SIZE)
        show_gallery(digits, shown_of(ranking.page(page, GALLERY_SIZE)), network, "gallery")
    with matrix_column:
        say(MATRIX)
        st.plotly_chart(
            confusion_figure(confusion(logits, labels), label, read),
            key="confusion",
            on_select=follow_click,
            selection_mode="points",
            config=PLAIN,
            alt="Confusion matrix: how often each digit was read as each other",
        )


FILTER = {IS_DIGIT: "It is", READ_AS: "Read as"}
FILTER_TITLES = {ANY_DIGIT: "any digit"} | {digit: str(digit) for digit in range(10)}


def take_filter() -> None:
    """Look what the address says of the filter, whose boxes come when all digits have been read."""
    for setting, label in FILTER.items():
        take_from_address(setting, label, choices(list(FILTER_TITLES), FILTER_TITLES.__getitem__))


def choose_cell() -> tuple[int | None, int | None]:
    """Which label and which reading to look at; None for any."""
    left, right = st.columns(2)
    with left:
        label = choose_digit(IS_DIGIT)
    with right:
        read = choose_digit(READ_AS)
    return label, read


def choose_digit(setting: Setting[int]) -> int | None:
    """None for any."""
    digit = pick(setting, FILTER[setting], FILTER_TITLES, on_change=show_first_page)
    return None if digit == ANY_DIGIT else digit


def say_how_many(count: int, are_right: bool) -> None:
    """And in which order they stand."""
    if count == 0:
        st.caption("None: nothing of this kind happened.")
        return
    what = "read right, the least sure first" if are_right else "mistakes, the worst first"
    st.caption(f"{count} {what}. {ORDER}")


def follow_click() -> None:
    """Show the pictures of the cell that was clicked on."""
    points = st.session_state["confusion"]["selection"]["points"]
    if points:
        label, read = points[0]["customdata"]
        IS_DIGIT.set(int(label))
        READ_AS.set(int(read))
        show_first_page()


def show_first_page() -> None:
    """Of the gallery."""
    GALLERY_PAGE.set(1)


def show_all_mistakes() -> None:
    """Whatever cell was chosen for another network."""
    IS_DIGIT.set(ANY_DIGIT)
    READ_AS.set(ANY_DIGIT)
    show_first_page()
