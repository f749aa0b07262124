"""The buttons that play, pause and step a training."""

import streamlit as st

from mnist_core.training.player import Player, Playing
from ui.shared.session.runs import session_runs
from ui.shared.state import SPEED
from ui.shared.widgets import pick
from ui.train.actions import GO_BACK, PLAY, RESET, STEP, STEP_EPOCH, draw_new_weights, intend

SPEEDS = {
    0.0: "as fast as possible",
    0.1: "10 batches a second",
    0.5: "2 batches a second",
    2.0: "one batch in 2 seconds",
}  # pause after each batch, in seconds


def buttons(player: Player | None) -> None:
    """Play, pause, step, and start again."""
    playing = any(one.is_playing for one in session_runs().players)
    stuck = player is not None and player.watch().state is Playing.DIVERGED
    row = st.container(horizontal=True, key="train_buttons", gap="xsmall")
    if playing:
        row.button("Pause", icon=":material/pause:", type="primary", on_click=pause_now)
    else:
        row.button(
            "Play", icon=":material/play_arrow:", type="primary", on_click=intend(PLAY),
            disabled=stuck,
        )  # fmt: skip
    row.button("One batch", on_click=intend(STEP), disabled=stuck, help="One step of training.")
    row.button(
        "One epoch", on_click=intend(STEP_EPOCH), disabled=stuck,
        help="Until each training digit has been seen once more.",
    )  # fmt: skip
    row.button(
        "Reset", on_click=intend(RESET),
        help="Back to the same initial weights; what this run has learnt is lost.",
    )  # fmt: skip


def way_back(player: Player) -> None:
    """Out of a training that diverged."""
    if player.watch().state is Playing.DIVERGED:
        st.button("Go back to the last good moment", on_click=intend(GO_BACK))
        st.caption("Then lower the learning rate, or switch the mistake off, before you go on.")


def pace_and_dice() -> None:
    """How fast it plays, and other first weights."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        pick(SPEED, "Speed", SPEEDS, width=210)
    row.button(
        "New weights",
        icon=":material/casino:",
        on_click=draw_new_weights,
        help="A new run with another seed, so with other initial weights.",
    )


def pause_now() -> None:
    """Callback: let nothing play."""
    session_runs().pause_all()
