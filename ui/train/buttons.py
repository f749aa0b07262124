"""The buttons that play, pause and step a training."""

import streamlit as st

from mnist_core.training.player import Player, Playing
from ui.shared.session.runs import session_runs
from ui.shared.state import SPEED
from ui.shared.widgets import pick
from ui.train.actions import PLAY, RESET, STEP, STEP_EPOCH, draw_new_weights, intend

SPEEDS = {
    0.0: "as fast as possible",
    0.1: "10 batches a second",
    0.5: "2 batches a second",
    2.0: "one batch in 2 seconds",
}  # pause after each batch, in seconds


def buttons(player: Player | None) -> None:
    """Play, pause, step, and start again."""
    playing = player is not None and player.is_playing
    stuck = player is not None and player.watch().state is Playing.DIVERGED
    row = st.container(horizontal=True, vertical_alignment="center")
    if playing:
        row.button("Pause", icon=":material/pause:", type="primary", on_click=pause_now)
    else:
        row.button(
            "Play", icon=":material/play_arrow:", type="primary", on_click=intend(PLAY),
            disabled=stuck,
        )  # fmt: skip
    row.button("Step one batch", icon=":material/skip_next:", on_click=intend(STEP), disabled=stuck)
    row.button(
        "Step one epoch", icon=":material/fast_forward:", on_click=intend(STEP_EPOCH),
        disabled=stuck,
    )  # fmt: skip
    row.button(
        "Reset",
        icon=":material/replay:",
        on_click=intend(RESET),
        help="Back to the same initial weights; what this run has learnt is lost.",
    )
    row.button(
        "New weights",
        icon=":material/casino:",
        on_click=draw_new_weights,
        help="A new run with another seed, so with other initial weights.",
    )
    with row:
        pick(SPEED, "Speed", SPEEDS, width=210, label_visibility="collapsed")


def pause_now() -> None:
    """Callback: let nothing play."""
    session_runs().pause_all()
