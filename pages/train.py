"""Train a network step by step and watch it learn."""

import streamlit as st

from mnist_core.training.helps.schedules import warm_up_cosine
from mnist_core.training.history import smoothed
from mnist_core.training.objectives import cross_entropy
from mnist_core.training.optimizers import make_optimizer
from mnist_core.training.player import Player
from mnist_core.training.trainer import Trainer
from ui.shared.lesson import open_lesson, show_code
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import SessionRuns, session_runs
from ui.shared.state import SPEED
from ui.shared.tour.stops import TRAIN
from ui.train.actions import choose_run, current_player, do_what_is_wanted, take_intent
from ui.train.buttons import buttons, pace_and_dice, way_back
from ui.train.data import choose_training_data
from ui.train.explain import explain
from ui.train.files import load_file, save_and_use
from ui.train.live import choose_axes, show_contests, show_inner_life, show_live, time_machine
from ui.train.network import about_network
from ui.train.questions import ask_how_many_digits, ask_who_wins
from ui.train.recipe_form import choose_recipe, choose_start
from ui.train.your_runs import your_runs

INTRO = "Press **Play** and watch it learn to read digits."
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
    entry, preset = choose_start()
    buttons_place, live_place = st.container(), st.container()
    with st.expander("All settings", icon=":material/tune:"):
        recipe = choose_recipe(entry, preset, len(data.train))
        pace_and_dice()
        choose_axes()
    intent = take_intent()
    player = current_player(runs, entry, recipe, data, intent)
    if player is not None:
        player.delay_s = SPEED.get()
        do_what_is_wanted(player, intent)
    with buttons_place:
        buttons(player)
    if player is not None:
        with live_place:
            show_live(runs.any_at_work)
        ask_how_many_digits()
        ask_who_wins()
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
    way_back(player)
    playing = runs.any_at_work
    show_contests(playing)
    show_inner_life(playing)
    time_machine(playing)
    your_runs(runs)
    st.header("Take it away", anchor=False)
    save_and_use(player)


open_lesson(TRAIN, INTRO)
lesson_place, data_place = st.container(), st.container()
with data_place:
    training_data = choose_training_data()
if training_data is not None:
    with lesson_place:
        lesson(training_data)
show_code(Trainer.step, cross_entropy, make_optimizer, warm_up_cosine, smoothed)
