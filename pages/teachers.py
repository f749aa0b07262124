"""For teachers: a plan for a lesson, whose links set each page up."""

import streamlit as st

from ui.shared.lesson import open_lesson
from ui.shared.tour.stops import TEACHERS
from ui.teachers.sheet import show_plan

HOW = """
Each step opens its page with the right settings. **Present** at the top makes the page fit for a
projector: large letters, no prose. The answer key is computed now, by the networks that the
class uses.
"""

open_lesson(TEACHERS)
st.markdown(HOW)
show_plan()
