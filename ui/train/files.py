"""Take a training away as files, and bring one back."""

import uuid
from collections.abc import Callable
from typing import TypeVar
from weakref import ref

import streamlit as st

from mnist_core.data.origin import MNIST_ORIGIN, Origin
from mnist_core.models.build import gives_numbers
from mnist_core.models.registry import architecture
from mnist_core.training.history import MAX_STEPS
from mnist_core.training.player import Player, Playing
from mnist_core.training.run import Run
from mnist_core.training.run_as_python import run_as_python
from mnist_core.training.run_file import open_run, pack_run, parse_run
from mnist_core.training.run_names import say_training_data
from mnist_core.words import spaced
from ui.shared.lesson import try_or_say
from ui.shared.session.data import TrainingData
from ui.shared.session.networks import Network, keep_network, session_networks
from ui.shared.session.runs import SessionRuns, session_runs
from ui.shared.state import MODEL, NETWORKS_KEPT, UPLOAD_ROUND
from ui.shared.tour.stops import DRAW
from ui.train.actions import FULL
from ui.train.data import data_of

Answer = TypeVar("Answer", bytes, str)
MAX_UPLOAD_MB = 45
"""No run of a network of this app has a larger file."""
PROGRAM_EVERY_S = 3.0
CSV_HELP = (
    f"A line for each batch. After {spaced(MAX_STEPS)} batches it keeps every second one, after "
    "twice as many every fourth, and so on: the last column says which."
)
NO_NUMBERS = (
    "This network gives no numbers for answers any more: its weights have grown beyond all bounds. "
    "Go back to the last good moment first."
)
DIVERGED = (
    "This training had diverged when its network was taken: it may name any digit with great "
    "certainty, and be wrong."
)


def save_and_use(player: Player) -> None:
    """Downloads of the run, and a button that takes its network to the other pages."""
    run = player.run
    stem = f"{run.key}_{run.step_count}"
    columns = st.columns(3)
    columns[0].download_button(
        "Weights (safetensors)",
        ask_later(player, pack_run),
        f"{stem}.safetensors",
        icon=":material/download:",
        on_click="ignore",
        help="The weights, and all that is needed to go on with the training.",
    )
    columns[1].download_button(
        "History (CSV)",
        ask_later(player, lambda run: run.history.to_csv()),
        f"{stem}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=CSV_HELP,
    )
    if run.history.every > 1:
        columns[1].caption(f"Of this long run it keeps one batch in {run.history.every}.")
    if run.recipe.loss == "vae":
        columns[2].caption("A VAE does not name digits, so the Draw page has no use for it.")
    elif columns[2].button("Use on the Draw page", icon=":material/draw:", type="primary"):
        use_on_other_pages(player)
    if session_networks():
        st.page_link(DRAW.file, label="Go and draw", icon=":material/draw:")
    show_program()


def show_program() -> None:
    """The program that repeats the current run, up to where it is now while it plays."""
    player = session_runs().current
    every = None if player is None or player.is_at_rest else PROGRAM_EVERY_S
    with st.expander("The same training as a Python program", icon=":material/code:"):
        st.fragment(_program, run_every=every)()


def _program() -> None:
    runs = session_runs()
    if runs.current is None:
        return
    name = runs.name_of(runs.current)
    try:
        program = runs.current.ask(lambda run: run_as_python(run, name))
    except TimeoutError:
        st.caption("The batch in hand is not over yet.")
    else:
        st.code(program, language="python")


def other_data(origin: Origin | None, data: TrainingData) -> str:
    """What to know of a run whose own digits are not here."""
    was = f"was trained on {origin.description}" if origin else "does not say its training digits"
    here = f"which are not here: it goes on with {data.description}, and" if origin else "so"
    return (
        f"This training {was}, {here} its earlier tests are of other digits than the next ones. "
        "You can look at it, read with it, or play on."
    )


def ask_later(player: Player, question: Callable[[Run], Answer]) -> Callable[[], Answer]:
    """What `question` says of the run when the visitor asks for it.

    Streamlit keeps this for as long as it keeps a session: it must not hold the training.
    """
    reference = ref(player)

    def answer() -> Answer:
        asked = reference()
        if asked is None:
            raise RuntimeError("this training has been removed")
        return asked.ask(question)

    return answer


def use_on_other_pages(player: Player) -> None:
    """Offer the network as it is now on the pages Draw and Evaluate."""
    view = player.watch()
    run = player.run
    number = NETWORKS_KEPT.get() + 1
    data = say_training_data(run)
    on = "" if data == MNIST_ORIGIN.short else f", trained on {data}"
    title = f"Yours {number}: {architecture(run.key).title}{on}"
    model = run.model_at(view.now)
    if not gives_numbers(model):
        st.error(NO_NUMBERS, icon=":material/error:")
        return
    flaw = DIVERGED if view.state is Playing.DIVERGED else ""
    network = Network(uuid.uuid4().hex, title, model, flaw=flaw)
    keep_network(network)
    NETWORKS_KEPT.set(number)
    MODEL.set(network.key)
    said = (
        f"After {view.progress.epochs:.1f} epochs it is “{title}” on the *Draw a digit* page now."
    )
    st.success(said, icon=":material/draw:")


def load_file(runs: SessionRuns, data: TrainingData) -> None:
    """Bring a saved file back, and go on with it."""
    file = st.file_uploader(
        "Go on with a saved file (safetensors)",
        ["safetensors"],
        max_upload_size=MAX_UPLOAD_MB,
        key=f"saved_run_{UPLOAD_ROUND.get()}",
    )
    if file is None:
        return
    unbegun = runs.current if runs.current and runs.current.run.step_count == 0 else None
    if runs.is_full and unbegun is None:
        st.warning(FULL, icon=":material/inventory_2:")
        return
    content = file.getvalue()
    read = try_or_say(lambda: parse_run(content, file.name))
    if read is None:
        return
    origin = read.stretches[-1].origin
    own = data_of(origin, data)
    data = own or data
    run = try_or_say(
        lambda: open_run(content, file.name, data.train, data.test, origin=data.origin)
    )
    if run is None:
        return
    player = runs.begin(run, data, replacing=unbegun)
    runs.notice = " ".join(filter(None, [run.notice, "" if own else other_data(origin, data)]))
    runs.stays_with_its_data = True
    UPLOAD_ROUND.set(UPLOAD_ROUND.get() + 1)
    runs.to_show = player
    st.rerun()
