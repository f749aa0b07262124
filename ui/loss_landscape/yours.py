"""The slice round a training of the visitor's own."""

from typing import Any

import streamlit as st

from mnist_core.data.mnist import to_images_01
from mnist_core.errors import LayerImpossible
from mnist_core.inside.learning.landscape import Weights, loss_at
from mnist_core.inside.learning.landscape_study import round_path
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.training.run import Run
from ui.loss_landscape.slice import path_data
from ui.shared.components.contours import Contours
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.session.runs import session_runs

SAYS = """
A training of the *Train* page gets its own slice: the plane closest to the moments that it keeps,
a grid of {cells} × {cells}, and at each place the mean loss of {digits} test digits. That takes
some seconds, more for a larger network.
"""
NONE = "There is no training in this session yet: begin one on *Train*, and come back."
UNFIT = "This needs a network that reads digits and is trained whole: choose another on *Train*."
CELLS, DIGITS, MOST_MOMENTS = 11, 100, 12

show_yours = Contours("own_slice")


@section
def yours() -> None:
    """A button, and what it brings."""
    st.subheader("Your own training", anchor=False)
    say(SAYS.format(cells=CELLS, digits=DIGITS))
    player = session_runs().current
    if player is None:
        say(NONE)
        return
    say(f"The training: **{session_runs().name_of(player)}**, {player.run.step_count} steps.")
    if st.button("Look at its landscape", icon=":material/landscape:", key="look_at_landscape"):
        with st.spinner("Measuring …"):
            show_yours(measured(player.run), "own_slice")


def measured(run: Run) -> dict[str, Any]:
    """What the browser gets. Raises LayerImpossible where the training has no plane."""
    model = run.model_at(run.timeline.moments[0])
    if not isinstance(model, FeatureClassifier) or not all(
        value.requires_grad for value in run.trainer.model.parameters()
    ):
        raise LayerImpossible(UNFIT)
    kept = list(run.timeline.moments)
    if kept[-1].step != run.step_count:
        kept.append(run.now())
    every = -(-len(kept) // MOST_MOMENTS)
    moments = [*kept[:-1][::every], kept[-1]]
    images_01, labels = to_images_01(run.test.images[:DIGITS]), run.test.labels[:DIGITS]

    def loss(weights: Weights) -> float:
        return loss_at(model, weights, images_01, labels)

    steps = [moment.step for moment in moments]
    found = round_path(loss, model, steps, [moment.state for moment in moments], CELLS)
    return path_data(*found)
