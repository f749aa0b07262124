"""The plan as a sheet that can be printed."""

import streamlit as st

from ui.shared.components.script import read_beside
from ui.shared.lesson import try_or_say
from ui.shared.state import ANSWERS_SHOWN, LESSON_MINUTES, PRESENT
from ui.shared.widgets import segmented, toggle
from ui.teachers.plan import LONG, SHORT, Step, steps_of

_print = st.components.v2.component(
    "print_sheet",
    html='<button type="button" class="print-button">Print</button>',
    js=read_beside(__file__, "sheet.js"),
    isolate_styles=False,
)


def show_plan() -> None:
    """Which lesson, and its steps."""
    st.html(f"<style>{read_beside(__file__, 'sheet.css')}</style>")
    with st.container(key="plan_choice", horizontal=True, vertical_alignment="bottom"):
        titles = {minutes: f"{minutes} minutes" for minutes in (SHORT, LONG)}
        minutes = segmented(LESSON_MINUTES, "How long the lesson is", titles)
        toggle(ANSWERS_SHOWN, "Answer key")
        _print(key="print", data={})
    with st.container(key="plan"):
        for number, (length, step) in enumerate(steps_of(minutes), start=1):
            with st.container(key=f"step_{number}"):
                show_step(number, length, step)


def show_step(number: int, length: int, step: Step) -> None:
    """One step: minutes, link, what to say, what to do, what to find, and the key."""
    st.header(f"{number} · {step.title} · {length} min", anchor=False)
    asked = step.asked | ({PRESENT.key: "true"} if PRESENT.get() else {})
    st.page_link(
        step.stop.file,
        label=f"Open: {step.stop.title}",
        icon=":material/open_in_new:",
        query_params=asked,
    )
    lines = {"Say": step.says, "Do": step.does, "Find": step.finds}
    st.markdown("\n".join(f"- **{name}:** {text}" for name, text in lines.items()))
    if ANSWERS_SHOWN.get():
        answer = try_or_say(step.answer)
        if answer is not None:
            st.markdown(f"- **Answer key:** {answer}")
