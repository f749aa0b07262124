"""Compare networks: the same digit through two of them."""

import streamlit as st

from ui.compare_networks.chapters import experts, idea, numbers
from ui.compare_networks.compare import choose_two, compare_on, show_answers
from ui.compare_networks.questions import ask_who_reads_on
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.inside.answer import is_an_answer
from ui.shared.inside.change import change_digit
from ui.shared.lesson import open_lesson
from ui.shared.session.networks import Network, all_networks
from ui.shared.tour.stops import COMPARE_NETWORKS


@st.fragment
def lesson(networks: dict[str, Network], asked: LessonDigit) -> None:
    """Both answers, below them which networks and what changes the digit, then the chapters."""
    figure = st.container()
    pair = choose_two(networks)
    image = change_digit(asked, pair[0]).digit.image
    compared = compare_on(pair, image)
    with figure:
        if not is_an_answer(*compared.probabilities):
            return
        show_answers(pair, compared)
    ask_who_reads_on(pair, asked.image)
    chapters(
        Chapter(lambda: idea(compared, image)),
        Chapter(lambda: numbers(pair)),
        Chapter(experts),
    )


open_lesson(COMPARE_NETWORKS)
if networks := all_networks():
    lesson(networks, choose_digit())
