"""A class's own digits: students hand them in, the teacher's wall shows how they are read."""

from pathlib import Path

import streamlit as st

from mnist_core.classroom.store import Store
from ui import class_room
from ui.class_room.doors import show_doors
from ui.class_room.ours import show_ours
from ui.class_room.rooms import (
    asked_room,
    enter_room,
    forget_in_browser,
    go_to_room,
    keep_in_browser,
)
from ui.class_room.student import show_student
from ui.class_room.take_away import show_take_away
from ui.class_room.teach import show_teaching
from ui.class_room.wall import show_end, show_teacher
from ui.shared.lesson import open_lesson, show_code, try_or_say
from ui.shared.session.rooms import own_of
from ui.shared.tour.stops import CLASS_ROOM


def show_room(code: str) -> None:
    """As the teacher, who has the room's secret, or as a student."""
    if not keep_in_browser(code):
        st.caption("Asking this browser whether it has been here before …")
        return
    if own_of(code).secret:
        show_teacher(code)
        st.header("Teach it our handwriting", anchor=False)
        show_teaching(code)
        st.header("Ours against MNIST", anchor=False)
        show_ours(code)
        st.header("Take it away", anchor=False)
        show_take_away(code)
        show_end(code)
    else:
        show_student(code)


open_lesson(CLASS_ROOM)
st.html(Path(class_room.__file__).with_name("page.css"))
code = asked_room()
if not code:
    forget_in_browser()
    show_doors()
elif try_or_say(lambda: enter_room(code)):
    show_room(code)
else:
    st.button("Another room", on_click=go_to_room, args=("",))
show_code(Store.hand_in)
