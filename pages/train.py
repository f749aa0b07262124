"""Train a network step by step and watch it learn."""

import streamlit as st

from mnist_core.training.history import smoothed
from mnist_core.training.objectives import cross_entropy
from mnist_core.training.optimizers import make_optimizer
from mnist_core.training.player import Player, Playing
from mnist_core.training.trainer import Trainer, schedule_factor
from ui.shared.lesson import show_code
from ui.shared.process import open_through_app
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import SessionRuns, session_runs
from ui.shared.state import SPEED
from ui.train.actions import (
    GO_BACK,
    choose_run,
    current_player,
    do_what_is_wanted,
    intend,
    take_intent,
)
from ui.train.buttons import buttons
from ui.train.data import choose_training_data
from ui.train.explain import explain
from ui.train.files import load_file, save_and_use
from ui.train.live import show_live, time_machine
from ui.train.network import about_network
from ui.train.recipe_form import choose_recipe
from ui.train.your_runs import your_runs

INTRO = """
How does a network learn to read digits? Press **Play** and watch its mistakes, its weights and its
answers change, batch by batch; then change one setting and let the two trainings race.
"""
NO_RUN_YET = "Nothing has been trained yet."


def lesson(data: TrainingData) -> None:
    """The page, when there is something to train on."""
    runs = session_runs()
    if runs.to_show is not None:
        choose_run(runs, runs.to_show)
        runs.to_show = None
    data = runs.data_to_train_on(data)
    if runs.notice:
        st.warning(runs.notice, icon=":material/inventory_2:")
        runs.notice = ""
    entry, recipe = choose_recipe(len(data.train))
    intent = take_intent()
    player = current_player(runs, entry, recipe, data, intent)
    if player is not None:
        player.delay_s = SPEED.get()
        do_what_is_wanted(player, intent)
    buttons(player)
    if player is not None:
        show_run(runs, player)
    elif runs.players:
        your_runs(runs, form_waits=True)
    else:
        st.caption(NO_RUN_YET)
    with st.expander("Bring back a saved training", icon=":material/upload:"):
        load_file(runs, data)
    about_network(entry)
    explain(recipe, data.train)


def show_run(runs: SessionRuns, player: Player) -> None:
    """The run and all that can be done with it."""
    if player.watch().state is Playing.DIVERGED:
        st.button("Go back to the last good moment", on_click=intend(GO_BACK))
        st.caption("Then lower the learning rate, or switch the mistake off, before you go on.")
    show_live(not player.is_at_rest)
    time_machine(not player.is_at_rest)
    your_runs(runs)
    st.subheader("Take it away", anchor=False)
    save_and_use(player)


open_through_app()
st.title("Train a network", anchor=False)
st.markdown(INTRO)
lesson_place, data_place = st.container(), st.container()
with data_place:
    training_data = choose_training_data()
if training_data is not None:
    with lesson_place:
        lesson(training_data)
show_code(Trainer.step, cross_entropy, make_optimizer, schedule_factor, smoothed)
