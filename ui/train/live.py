"""The parts of the Train page that follow the current run, each a fragment.

None of them is handed a player: Streamlit keeps what a fragment was called with for as long as it
keeps a session, also one whose browser has gone, and a training is too large to be kept so long.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from mnist_core.models.registry import architecture
from mnist_core.training.player import TURNS, Player, Playing
from mnist_core.words import spaced
from ui.shared.glossary import say
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import session_runs
from ui.shared.state import LOG_X, LOG_Y, LOOK_BACK, RACE_CURVE, RACERS, RACING, Curve
from ui.shared.widgets import pick, pills_of_many, slide_along, toggle
from ui.train.actions import start_race
from ui.train.challenge import challenge
from ui.train.insides import show_chart, show_curves, show_insides, show_moment, show_progress
from ui.train.lines_figures import race_chart
from ui.train.network import beside_published
from ui.train.recipe_form import notes_on

P = ParamSpec("P")
REFRESH_S = 1.0
LONGEST_REFRESH_S = 2.5
INSIDES_EVERY = 3
START_RACE = "Race Adam against plain SGD"
FIRST_RACE = """
The same network, the same first weights, two optimisers. **Predict, then look:** which of them
reads more digits after ten seconds?
"""
RACE_ON_DIFFERENT_DATA = (
    "These runs do not train on the same data, and each is tested on the test digits of its own: a "
    "better curve can also mean easier digits."
)
CURVES: dict[Curve, str] = {
    "training_loss": "training loss",
    "test_loss": "test loss",
    "test_accuracy": "test accuracy",
}


def refresh_s() -> float:
    """How often the curves of one visitor are drawn: the more trainings play, the less often."""
    return min(LONGEST_REFRESH_S, REFRESH_S * max(1.0, TURNS.takers / 2))


def choose_axes() -> None:
    """Of the curves."""
    with st.container(horizontal=True):
        toggle(LOG_Y, "Loss on a log axis")
        toggle(LOG_X, "Digits seen on a log axis")


def show_live(playing: bool) -> None:
    """The curves and the figures of the current run, drawn anew while any run is at work."""
    interval_s = _interval_s(playing)
    st.fragment(_giving_way(_curves), run_every=interval_s)(interval_s, _at_work())


def show_contests(playing: bool) -> None:
    """The race and the challenge, drawn anew while a training runs."""
    st.fragment(_giving_way(_contests), run_every=_interval_s(playing))()


def show_inner_life(playing: bool) -> None:
    """What costs more to draw, less often; in slow motion each batch is there to be looked at."""
    interval_s = _interval_s(playing)
    every = 1 if _delay_s() else INSIDES_EVERY
    st.fragment(_giving_way(_insides), run_every=interval_s and every * interval_s)()


def _giving_way(show: Callable[P, None]) -> Callable[P, None]:
    """A part that is drawn again and again: it lets those go first who wait for an answer."""

    @wraps(show)
    def shown(*args: P.args, **kwargs: P.kwargs) -> None:
        TURNS.give_way()
        show(*args, **kwargs)

    return shown


def _interval_s(playing: bool) -> float | None:
    return max(refresh_s(), _delay_s()) if playing else None


def _delay_s() -> float:
    return current[0].delay_s if (current := _current()) else 0.0


def _current() -> tuple[Player, TrainingData] | None:
    runs = session_runs()
    return (runs.current, runs.data[runs.current]) if runs.current else None


def _curves(interval_s: float | None, at_work: list[bool]) -> None:
    """interval_s: how often this is drawn anew; None while all runs are at rest.

    at_work: which of them were not when the page was drawn
    """
    if not (current := _current()):
        return
    player, data = current
    view = player.watch()
    if interval_s is not None:
        _follow(at_work, interval_s)
    show_curves(player, view)
    with st.container(border=True):
        show_progress(view, data.name)
        if player.run.is_tested_on_a_sample:
            st.caption(
                f"Tested on {spaced(len(player.run.test))} of the {spaced(len(data.test))} test "
                "digits, always the same ones: all of them would take this network too long."
            )
    if view.problem:
        st.error(view.problem, icon=":material/error:")
    if player.run.has_stopped_early:
        say(player.run.history.held_out.says())
    labels = player.run.trainer.order.labels
    for note in notes_on(architecture(player.run.key), player.run.recipe, labels):
        st.info(note, icon=":material/school:")


def _follow(at_work: list[bool], interval_s: float) -> None:
    """Draw the whole page anew when the buttons change, or when it should be drawn less often."""
    if _at_work() != at_work or refresh_s() > 1.5 * interval_s:
        st.rerun()


def _at_work() -> list[bool]:
    """Which of the runs play, or are about to stop; all are looked at, and so go on."""
    states = [player.watch().state for player in session_runs().players]
    return [state in (Playing.PLAYING, Playing.STOPPING) for state in states]


def _insides() -> None:
    if not (current := _current()):
        return
    player, data = current
    show_insides(player, player.watch(), data.test)
    beside_published(player.run)


def _contests() -> None:
    _race()
    challenge(session_runs())


def _race() -> None:
    """Two or more runs in one plot; before there are two, the first race on offer."""
    runs = session_runs()
    st.header("Race", anchor=False)
    if len(runs.players) < 2:
        say(FIRST_RACE)
        st.button(START_RACE, icon=":material/sports_score:", on_click=start_race)
        return
    names = dict(enumerate(runs.names))
    if RACERS.get() != len(names):  # a run has come or gone: all are in the plot again
        RACERS.set(len(names))
        RACING.set(list(names))
    chosen = pills_of_many(RACING, "Runs in the plot", names)
    curve = pick(RACE_CURVE, "What to compare", CURVES, width=240)
    racers = {names[number]: runs.players[number] for number in chosen}
    kind = runs.current.run.recipe.loss if runs.current else None
    views = {name: one.watch() for name, one in racers.items() if one.run.recipe.loss == kind}
    if len(views) < len(racers):
        st.caption("A VAE's loss is of another kind than a classifier's: they race apart.")
    if len({one.run.origin for one in racers.values()}) > 1:
        st.caption(RACE_ON_DIFFERENT_DATA)
    if views:
        show_chart(race_chart(views, curve, LOG_X.get(), LOG_Y.get()))


def time_machine(playing: bool) -> None:
    """The current run as it was at any of the moments that are kept."""
    every_s = INSIDES_EVERY * refresh_s() if playing else None
    st.fragment(_giving_way(_time_machine), run_every=every_s)()


def _time_machine() -> None:
    if not (current := _current()):
        return
    player, data = current
    st.header("Time machine", anchor=False)
    view = player.watch()
    moments = {moment.step: moment for moment in (*view.moments, view.now)}
    if LOOK_BACK.get() not in moments:  # it was dropped, or belongs to another run
        LOOK_BACK.set(min(moments, key=lambda step: abs(step - LOOK_BACK.get())))
    label = "Look back: batches seen by then, ever further apart"
    moment = moments[slide_along(LOOK_BACK, label, list(moments), say=spaced)]
    st.markdown(
        f"**After {spaced(moment.step)} batches** ({spaced(moment.samples)} digits seen). "
        f"{len(view.moments)} moment{'s' * (len(view.moments) != 1)} kept."
    )
    show_moment(player, moment, data.test)
