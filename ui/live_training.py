"""The parts of the Train page that follow the current run, each a fragment.

None of them is handed a player: Streamlit keeps what a fragment was called with for as long as it
keeps a session, also one whose browser has gone, and a training is too large to be kept so long.
"""

import streamlit as st

from mnist_core.models.registry import architecture
from mnist_core.playing import TURNS, Player, Playing
from ui.figures.live import race_chart
from ui.recipe_form import notes_on
from ui.session_runs import session_runs
from ui.state import LOG_X, LOG_Y, LOOK_BACK, RACE_CURVE, RACING
from ui.training_data import TrainingData
from ui.training_view import show_chart, show_curves, show_insides, show_moment, show_progress

REFRESH_S = 1.0
LONGEST_REFRESH_S = 2.5
INSIDES_EVERY = 3
CURVES = {
    "training_loss": "training loss",
    "test_loss": "test loss",
    "test_accuracy": "test accuracy",
}


def refresh_s() -> float:
    """How often the curves of one visitor are drawn: the more trainings play, the less often."""
    return min(LONGEST_REFRESH_S, REFRESH_S * max(1.0, TURNS.takers / 2))


def show_live(playing: bool) -> None:
    """All that moves while the training runs: the curves often, what costs more less often."""
    interval_s = refresh_s() if playing else None
    st.fragment(_curves, run_every=interval_s)(interval_s)
    st.fragment(_insides, run_every=interval_s and INSIDES_EVERY * interval_s)()


def _current() -> tuple[Player, TrainingData] | None:
    runs = session_runs()
    return (runs.current, runs.data[runs.current]) if runs.current else None


def _curves(interval_s: float | None) -> None:
    """interval_s: how often this is drawn anew; None while the run is at rest."""
    if not (current := _current()):
        return
    player, data = current
    view = player.watch()
    if interval_s is not None:
        _follow(view.state, interval_s)
    with st.container(border=True):
        show_progress(view, data.name)
    if view.problem:
        st.error(view.problem, icon=":material/error:")
    with st.container(horizontal=True):
        st.toggle("Loss on a log axis", key=LOG_Y.key, bind="query-params")
        st.toggle("Digits seen on a log axis", key=LOG_X.key, bind="query-params")
    show_curves(player, view)
    for note in notes_on(architecture(player.run.key), player.run.recipe):
        st.info(note, icon=":material/school:")


def _follow(state: Playing, interval_s: float) -> None:
    """Draw the whole page anew when the buttons change, or when it should be drawn less often."""
    if state is not Playing.PLAYING or refresh_s() > 1.5 * interval_s:
        st.rerun()


def _insides() -> None:
    if not (current := _current()):
        return
    player, data = current
    show_insides(player, player.watch(), data.test)
    _race()


def _race() -> None:
    """Two or more runs in one plot."""
    runs = session_runs()
    if len(runs.players) < 2:
        return
    st.subheader("Race", anchor=False)
    names = runs.names
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    kept = [name for name in RACING.get() if name in names]
    if kept != RACING.get():
        RACING.set(kept)
    left.pills("Runs in the plot", names, selection_mode="multi", key=RACING.key)
    right.selectbox(
        "What to compare", list(CURVES), format_func=CURVES.__getitem__, key=RACE_CURVE.key
    )
    chosen = RACING.get() or names
    views = {
        name: player.watch()
        for name, player in zip(names, runs.players, strict=True)
        if name in chosen
    }
    show_chart(race_chart(views, RACE_CURVE.get(), LOG_X.get(), LOG_Y.get()))


@st.fragment
def time_machine() -> None:
    """The current run as it was at any of the moments that are kept."""
    if not (current := _current()):
        return
    player, data = current
    st.subheader("Time machine", anchor=False)
    view = player.watch()
    moments = [*view.moments, view.now]
    st.slider(
        "Look back: 0 is the beginning, 100 is now",
        0,
        100,
        value=LOOK_BACK.default,
        format="%d %%",
        key=LOOK_BACK.key,
    )
    wanted = LOOK_BACK.get() / 100 * view.now.samples
    moment = min(moments, key=lambda kept: abs(kept.samples - wanted))
    st.markdown(
        f"**After {moment.step:,} batches** ({moment.samples:,} digits seen). "
        f"{len(view.moments)} moments are kept.".replace(",", " ")
    )
    show_moment(player, moment, data.test)
