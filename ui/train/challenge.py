"""The 99 % challenge: a clock, the shipped preset for it, and who was fastest in this session."""

import streamlit as st

from mnist_core.models.registry import architecture
from mnist_core.training.challenge import (
    GOAL,
    Finish,
    best_accuracy,
    finish_of,
    ranking,
    takes_part,
)
from mnist_core.training.player import Player
from mnist_core.training.run import Run
from mnist_core.training.run_names import settings_that_differ
from mnist_core.words import in_percent, percent, spaced
from ui.shared.figures.html import figures_row
from ui.shared.glossary import say
from ui.shared.session.runs import SessionRuns
from ui.train.actions import start_challenge

RULES = f"""
How few seconds of training until a network reads {GOAL:.0%} of the test digits? The clock counts
the run's own time, looks at the test digits included, pauses not. Any network and any settings
may try; the fastest recipe of this session leads.
"""
NO_PART = (
    "This run takes no part: what counts is a network that reads digits, trained here from its "
    "first weights on, on MNIST alone, and tested on all of its test digits."
)
NOBODY_YET = "Nobody has got there yet."


def challenge(runs: SessionRuns) -> None:
    """Its rules, the clock of the current run, and the table."""
    st.header(f"The {GOAL:.0%} challenge", anchor=False)
    say(RULES)
    st.button("Try the shipped recipe", icon=":material/timer:", on_click=start_challenge)
    if runs.current is not None:
        _clock(runs.current)
    views = [(player.run, player.watch().tests) for player in runs.players]
    found = ranking(views)
    everyone = [player.run for player in runs.players]
    st.markdown(_table(found, everyone) if found else NOBODY_YET)


def _clock(player: Player) -> None:
    """The time of the current run, which stands still once it has got there."""
    if not takes_part(player.run):
        st.caption(NO_PART)
        return
    view = player.watch()
    finish, best = finish_of(player.run, view.tests), best_accuracy(view.tests)
    seconds = finish.seconds if finish else view.progress.worked_s
    cells = {
        "Clock": f"{seconds:.1f} s",
        "Best look": "not yet" if best is None else percent(best),
        f"{GOAL:.0%}": "✓ reached" if finish else "not yet",
    }
    st.html(figures_row(cells))


def _table(found: list[Finish], everyone: list[Run]) -> str:
    """In Markdown, the leader first."""
    rows = []
    for place, one in enumerate(found, start=1):
        settings = ", ".join(settings_that_differ(one.run, everyone))
        reached = f"after {spaced(one.samples)} digits: {in_percent(one.accuracy)}"
        title = architecture(one.run.key).title
        rows.append(f"| {place} | {title} | {settings} | {one.seconds:.1f} | {reached} |")
    head = ["| | network | settings | seconds | reached |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
