"""A position that a slider moves, and a play button that moves it on its own."""

from dataclasses import dataclass

import streamlit as st

from ui.shared.state import Setting
from ui.shared.widgets import slide_up_to

STEP_S = 0.6


@dataclass(frozen=True)
class Walk:
    """Where a walk is, and whether it goes on by itself."""

    position: Setting[int]
    playing: Setting[bool]

    @property
    def run_every(self) -> float | None:
        """For the fragment that shows the walk: `st.fragment(show, run_every=walk.run_every)()`."""
        return STEP_S if self.playing.get() else None


def walk_through(walk: Walk, count: int, label: str) -> int:
    """Slider and play button, inside the walk's fragment; returns the position, 0 … count − 1."""
    position = min(walk.position.get(), count - 1)
    if walk.playing.get() and position < count - 1 and not _has_just_begun(walk):
        position += 1
    if position != walk.position.get():  # what is set is sent back, and would undo what came since
        walk.position.set(position)
    if walk.playing.get() and position == count - 1:
        walk.playing.set(False)
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if count > 1:
            slide_up_to(walk.position, label, 0, count - 1)
        playing = walk.playing.get()
        icon = ":material/pause:" if playing else ":material/play_arrow:"
        if st.button(
            "Pause" if playing else "Play",
            icon=icon,
            key=f"{walk.playing.key}_button",
            on_click=_play_or_pause,
            args=(walk, count),
        ):
            st.rerun()
    return position


def _play_or_pause(walk: Walk, count: int) -> None:
    """From the end it begins anew."""
    walk.playing.set(not walk.playing.get())
    st.session_state[_runs_to_stand_key(walk)] = 2 if walk.playing.get() else 0
    if walk.playing.get() and walk.position.get() >= count - 1:
        walk.position.set(0)


def _has_just_begun(walk: Walk) -> bool:
    """True in the two runs after Play was pressed: the fragment's, and that of the whole page."""
    left: int = st.session_state.get(_runs_to_stand_key(walk), 0)
    st.session_state[_runs_to_stand_key(walk)] = max(0, left - 1)
    return left > 0


def _runs_to_stand_key(walk: Walk) -> str:
    return f"{walk.playing.key}_runs_to_stand"
