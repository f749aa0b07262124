"""The runs of this session: which is shown, which goes."""

import streamlit as st

from ui.shared.session.runs import SessionRuns, session_runs
from ui.train.actions import choose_run


def your_runs(runs: SessionRuns, form_waits: bool = False) -> None:
    """All runs of the session: go on with one, or remove it.

    form_waits: the form shows settings that no run has yet
    """
    st.header("Your runs", anchor=False)
    for number, (name, player) in enumerate(zip(runs.names, runs.players, strict=True)):
        row = st.container(horizontal=True, vertical_alignment="center")
        is_current = player is runs.current and not form_waits
        row.markdown(f"**{name}** (shown above)" if is_current else name)
        row.button(
            "Go on with it", key=f"go_{number}", on_click=go_on_with, args=(number,),
            disabled=is_current,
        )  # fmt: skip
        row.button(
            "Remove", icon=":material/delete:", key=f"remove_{number}",
            on_click=remove_run, args=(number,),
        )  # fmt: skip


def go_on_with(number: int) -> None:
    """Callback: make another run the current one."""
    runs = session_runs()
    choose_run(runs, runs.players[number])


def remove_run(number: int) -> None:
    """Callback: forget a run; the form shows the one that is current then."""
    runs = session_runs()
    runs.remove(runs.players[number])
    if runs.current is not None:
        choose_run(runs, runs.current)
