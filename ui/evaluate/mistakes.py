"""The confusion matrix, and the digits behind each of its cells."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import confusion, rank_mistakes
from ui.evaluate.figures import confusion_figure
from ui.evaluate.gallery import show_gallery
from ui.evaluate.measured import measured_of
from ui.shared.figures.charts import PLAIN
from ui.shared.session.networks import Network
from ui.shared.state import ANY_DIGIT, GALLERY_PAGE, IS_DIGIT, READ_AS, Setting
from ui.shared.widgets import pick

GALLERY_SIZE = 20
MATRIX = """
Each cell counts the pictures of one digit (row) that were read as another (column). Only mistakes
are coloured: what was read right stands in the grey diagonal. **Click on a cell** to see its
pictures.
"""


@st.fragment
def mistakes(network: Network, digits: Digits) -> None:
    """The confusion matrix beside the pictures of its cells."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    st.subheader("What is mistaken for what", anchor=False)
    matrix_column, gallery_column = st.columns(2, gap="large")
    with gallery_column:
        label, read = choose_cell()
        ranking = rank_mistakes(logits, labels, network.temperature, label, read)
        page = choose_page(len(ranking), label is not None and label == read)
        show_gallery(digits, ranking.page(page, GALLERY_SIZE))
    with matrix_column:
        st.markdown(MATRIX)
        st.plotly_chart(
            confusion_figure(confusion(logits, labels), label, read),
            key="confusion",
            on_select=follow_click,
            selection_mode="points",
            config=PLAIN,
            alt="Confusion matrix: how often each digit was read as each other",
        )


def choose_cell() -> tuple[int | None, int | None]:
    """Which label and which reading to look at; None for any."""
    left, right = st.columns(2)
    with left:
        label = choose_digit(IS_DIGIT, "It is")
    with right:
        read = choose_digit(READ_AS, "Read as")
    return label, read


def choose_digit(setting: Setting[int], label: str) -> int | None:
    """None for any."""
    titles = {ANY_DIGIT: "any digit"} | {digit: str(digit) for digit in range(10)}
    digit = pick(setting, label, titles, on_change=show_first_page)
    return None if digit == ANY_DIGIT else digit


def choose_page(count: int, are_right: bool) -> int:
    """Which of the gallery's pages, counted from 0."""
    what = "read right, the least sure first" if are_right else "mistakes, the worst first"
    st.caption(f"{count} {what}." if count else "None: nothing of this kind happened.")
    pages = max(1, -(-count // GALLERY_SIZE))
    if pages > 1:
        st.pagination(pages, key=GALLERY_PAGE.key)
    return min(GALLERY_PAGE.get(), pages) - 1


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
