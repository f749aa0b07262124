"""Train a network step by step and watch it learn."""

import streamlit as st

from mnist_core.models.recipes import Recipe
from mnist_core.training.history import smoothed
from mnist_core.training.objectives import cross_entropy
from mnist_core.training.optimizers import OPTIMIZER_FORMULAS, make_optimizer
from mnist_core.training.player import Player, Playing
from mnist_core.training.trainer import Trainer, schedule_factor
from ui.live_training import show_live, time_machine
from ui.recipe_form import choose_recipe
from ui.run_actions import (
    GO_BACK,
    PLAY,
    RESET,
    STEP,
    STEP_EPOCH,
    choose_run,
    current_player,
    do_what_is_wanted,
    draw_new_weights,
    intend,
    take_intent,
)
from ui.run_files import load_file, save_and_use
from ui.runtime import open_through_app
from ui.session_runs import SessionRuns, session_runs
from ui.show_code import show_code
from ui.state import SPEED
from ui.training_data import TrainingData, choose_training_data

SPEEDS = {
    0.0: "as fast as possible",
    0.1: "10 batches a second",
    0.5: "2 batches a second",
    2.0: "one batch in 2 seconds",
}  # pause after each batch, in seconds
INTRO = """
How does a network learn to read digits? Press **Play** and watch its mistakes, its weights and its
answers change, batch by batch; then change one setting and let the two trainings race.
"""
WHAT_HAPPENS = """
The network sees a **batch** of digits and gives each of the ten answers a number, the logits $z$.
The **loss** says how bad the answers are: with $y$ the right digit it is, averaged over the batch,
"""
AND_THEN = """
Backpropagation finds the **gradient** $g$: for each weight, how the loss changes when the weight
does. The **optimiser** then moves every weight a little, downhill. $\\eta$ is the learning rate:
"""
VAE_LOSS = """
This network has no answers to get right: it squeezes a picture into 20 numbers $z$ and paints it
anew. Its loss has two terms, averaged over the batch: the **reconstruction** error, for one $z$
drawn from $q(z \\mid x)$, and the **KL** divergence, which keeps the numbers near a standard normal
distribution:
"""
BIAS_CORRECTION = """
Both averages start at 0, which makes them too small at first. In step $t$ that is put right:
$\\hat m = m / (1 - 0.9^t)$ and $\\hat s = s / (1 - 0.999^t)$; $\\epsilon = 10^{-8}$ keeps the
division from failing.
"""
TRY_IT = """
**Try it** with the MLP:
1. *Race*: let the MLP run for an epoch, change the optimiser to *Adam*, and press Play again. Under
   *Race* both lie in one plot: at the first look at the test digits, after half an epoch, Adam
   reads nine of ten; plain SGD with this learning rate reads six of ten after three epochs.
2. *Overfitting*: under *More settings* use 300 training digits and 50 epochs, with Adam. The
   training loss goes to 0, and the test loss turns round and rises.
3. *Mistakes*: switch on *All weights equal*, choose *Adam*, and press Play. Watch the first-layer
   weights: 64 of the 512 pictures are shown, and all are the same one.
"""
NO_RUN_YET = "Nothing has been trained yet."


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
    row.selectbox(
        "Speed",
        list(SPEEDS),
        format_func=lambda delay: SPEEDS[delay],
        key=SPEED.key,
        width=210,
        label_visibility="collapsed",
        persist_state="session",
    )


def pause_now() -> None:
    """Callback: let nothing play."""
    session_runs().pause_all()


def your_runs(runs: SessionRuns, form_waits: bool = False) -> None:
    """All runs of the session: go on with one, or remove it.

    form_waits: the form shows settings that no run has yet
    """
    st.subheader("Your runs", anchor=False)
    for number, (name, player) in enumerate(zip(runs.names, runs.players, strict=True)):
        row = st.container(horizontal=True, vertical_alignment="center")
        is_current = player is runs.current and not form_waits
        row.markdown(f"**{name}** (shown above)" if is_current else name)
        row.button(
            "Go on with it", key=f"go_{number}", on_click=go_on_with, args=(number,),
            disabled=is_current,
        )  # fmt: skip
        row.button(
            "Remove", icon=":material/delete:", key=f"remove_{number}",
            on_click=remove_run, args=(number,),
        )  # fmt: skip


def go_on_with(number: int) -> None:
    """Callback: make another run the current one."""
    runs = session_runs()
    choose_run(runs, runs.players[number])


def remove_run(number: int) -> None:
    """Callback: forget a run; the form shows the one that is current then."""
    runs = session_runs()
    runs.remove(runs.players[number])
    if runs.current is not None:
        choose_run(runs, runs.current)


def explain(recipe: Recipe) -> None:
    """What a step does, in words and formulas."""
    st.subheader("What happens in a step", anchor=False)
    if recipe.loss == "vae":
        st.markdown(VAE_LOSS)
        st.latex(
            r"-\log p(x \mid z) + \mathrm{KL}\left(q(z \mid x) \,\|\, \mathcal{N}(0, I)\right)"
        )
    else:
        st.markdown(WHAT_HAPPENS)
        st.latex(r"-\log \frac{e^{z_y}}{\sum_j e^{z_j}}")
    st.markdown(AND_THEN)
    st.latex(OPTIMIZER_FORMULAS[recipe.optimizer])
    if recipe.optimizer in ("adam", "adamw"):
        st.markdown(BIAS_CORRECTION)
    st.markdown(TRY_IT)


def lesson(data: TrainingData) -> None:
    """The page, when there is something to train on."""
    runs = session_runs()
    if runs.to_show is not None:
        choose_run(runs, runs.to_show)
        runs.to_show = None
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
    explain(recipe)


def show_run(runs: SessionRuns, player: Player) -> None:
    """The run and all that can be done with it."""
    if player.watch().state is Playing.DIVERGED:
        st.button("Go back to the last good moment", on_click=intend(GO_BACK))
        st.caption("Then lower the learning rate, or switch the mistake off, before you go on.")
    show_live(player.is_playing)
    time_machine()
    your_runs(runs)
    st.subheader("Take it away", anchor=False)
    save_and_use(player, runs.name_of(player))


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
