"""MNIST Lab: `streamlit run app.py`."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: see ui.shared.process
# Before the charts: a pool of Arrow's own keeps what the curves of every visitor have taken.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

import streamlit as st

from ui.shared.address import begin_page, say_refused
from ui.shared.digit.kept import keep_drawing, take_linked_drawing
from ui.shared.process import leave_out_what_came_with, prepare_process
from ui.shared.session.runs import pause_trainings
from ui.shared.tour.bar import show_bar, show_next
from ui.shared.tour.present import show_for_class
from ui.shared.tour.router import open_page
from ui.shared.tour.stops import TRAIN


def show_app() -> None:
    """One run: the page that the address names, with what stands above and below each."""
    stop, page = open_page()
    prepare_process()
    if stop != TRAIN:
        pause_trainings()
    bar = st.container(key="top")
    refused = begin_page(stop.key)
    take_linked_drawing()
    with bar:
        show_bar(stop)
        keep_drawing("kept_in_page")
    show_for_class()
    page.run()
    say_refused(refused)
    show_next(stop)
    leave_out_what_came_with(stop.key)


if __name__ == "__main__":
    show_app()
