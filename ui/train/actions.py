"""What the buttons of the Train page do with the runs of the session."""

from collections.abc import Callable
from dataclasses import replace
from secrets import randbelow

import streamlit as st

from mnist_core.models.presets import CHALLENGER, NINETY_NINE_KEY, preset_of
from mnist_core.models.presets import RACE as FIRST_RACE
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import Architecture
from mnist_core.training.player import Player
from mnist_core.training.run import Run
from ui.shared.lesson import try_or_say
from ui.shared.session.data import TrainingData
from ui.shared.session.runs import MAX_RUNS, SessionRuns
from ui.shared.state import INTENT, recipe_key
from ui.train.recipe_form import begin_with, fill_form, recipe_of

PLAY, STEP, STEP_EPOCH, RESET, GO_BACK = "play", "step", "step_epoch", "reset", "go_back"
RACE = "race"
COSTLY = "resnet18_transfer"
"""This network is built when it is needed only: its weights may have to be downloaded."""
FULL = (
    f"{MAX_RUNS} runs are kept. Remove one of them under *Your runs* before another can begin; "
    "until then the one shown here goes on."
)

NO_ROOM_TO_RACE = (
    f"{MAX_RUNS} runs are kept, and a race begins two. Remove some under *Your runs* first."
)


def intend(intent: str) -> Callable[[], None]:
    """A callback that notes what the visitor wants; it is done when the settings are known."""
    return lambda: INTENT.set(intent)


def take_random_backbone() -> None:
    """Callback: do without the pretrained weights, and begin."""
    st.session_state[recipe_key("random_backbone")] = True
    INTENT.set(PLAY)


def draw_new_weights() -> None:
    """Callback: another seed, so that the next run starts from other weights."""
    st.session_state[recipe_key("seed")] = randbelow(10_000)


def start_race() -> None:
    """Callback: the first race, whose last preset the form shows."""
    network, presets = FIRST_RACE
    begin_with(network, presets[-1])
    INTENT.set(RACE)


def start_challenge() -> None:
    """Callback: the preset of the 99 % challenge, from its first weights on."""
    begin_with(CHALLENGER, NINETY_NINE_KEY)
    INTENT.set(PLAY)


def take_intent() -> str:
    """What the button that was pressed asks for, once; empty when none was."""
    intent = INTENT.get()
    INTENT.set("")
    return intent


def race(runs: SessionRuns, data: TrainingData) -> Player:
    """Let the presets of the first race play side by side, each from its first weights on.

    returns: the player of the last of them, which is the current one
    """
    network, presets = FIRST_RACE
    if runs.current and runs.current.run.step_count == 0:
        runs.remove(runs.current)
    if len(runs.players) + len(presets) > MAX_RUNS:
        runs.show_again(runs.current, NO_ROOM_TO_RACE)
    for key in presets:
        recipe = recipe_of(network, preset_of(network, key))
        player = runs.begin(Run(network, recipe, data.train, data.test, origin=data.origin), data)
    for racer in runs.players[-len(presets) :]:
        racer.play()
    return player


def current_player(
    runs: SessionRuns, entry: Architecture, recipe: Recipe, data: TrainingData, intent: str
) -> Player | None:
    """The player whose run has these settings: the current one, or a new one.

    A run that has not begun gives way to the new one; any other is kept.
    """
    if intent == RACE:
        return race(runs, data)
    player = runs.current
    wants_reset = intent == RESET
    if player and not wants_reset and _goes_on_with(runs, player, entry.key, recipe, data):
        return player
    replaced = player if player and player.run.step_count == 0 else None
    if player and wants_reset and _fits(runs, player, entry.key, recipe, data):
        replaced = player
    if runs.is_full and replaced is None:
        runs.show_again(player, FULL)
    runs.pause_all()
    if entry.key == COSTLY and intent == "":
        st.info("Press *Play* to begin: this network is large.", icon=":material/hourglass_empty:")
        return None
    with st.spinner("Building the network …"):
        run = try_or_say(lambda: Run(entry.key, recipe, data.train, data.test, origin=data.origin))
    if run is not None:
        return runs.begin(run, data, replaced)
    if entry.key == COSTLY:
        st.button("Take a random backbone", on_click=take_random_backbone)
    return None


def do_what_is_wanted(player: Player, intent: str) -> None:
    """Carry out what the button that was pressed asked for."""
    actions = {
        PLAY: player.play,
        STEP: player.step,
        STEP_EPOCH: player.step_epoch,
        GO_BACK: player.go_back,
    }
    if intent in actions:
        actions[intent]()


def choose_run(runs: SessionRuns, player: Player) -> None:
    """Callback: go on with another of the runs, on its data; the form shows its settings."""
    runs.make_current(player)
    runs.stays_with_its_data = True
    run = player.run
    rate = run.recipe.learning_rate if run.recipe.rate_far_too_high else run.trainer.learning_rate
    fill_form(
        run.key,
        replace(run.recipe, learning_rate=rate, batch_size=run.trainer.batch_size),
    )


def _goes_on_with(
    runs: SessionRuns, player: Player, key: str, recipe: Recipe, data: TrainingData
) -> bool:
    """True when the run can have these settings from now on; then it has them."""
    run = player.run
    if run.step_count == 0 and recipe != run.recipe:
        return False
    if not _fits(runs, player, key, recipe, data):
        return False
    player.set_learning_rate(recipe.peak_learning_rate)
    player.set_batch_size(recipe.batch_size)
    player.set_epochs(recipe.epochs)
    return True


def _fits(runs: SessionRuns, player: Player, key: str, recipe: Recipe, data: TrainingData) -> bool:
    """True when only those settings differ that may change while a run goes on."""
    was, now = player.run.recipe, recipe
    if now.schedule == "constant":
        now = replace(now, epochs=was.epochs)
    now = replace(now, learning_rate=was.learning_rate, batch_size=was.batch_size)
    same_data = runs.data[player].train is data.train
    return player.run.key == key and now == was and same_data
