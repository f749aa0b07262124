"""Take a training away as files, and bring one back."""

import uuid
from collections.abc import Callable
from typing import TypeVar
from weakref import ref

import streamlit as st

from mnist_core.models.registry import architecture
from mnist_core.training.player import Player
from mnist_core.training.run import Run
from mnist_core.training.run_as_python import run_as_python
from mnist_core.training.run_file import open_run, pack_run
from ui.shared.lesson import try_or_say
from ui.shared.session.data import TrainingData
from ui.shared.session.networks import Network, keep_network, session_networks
from ui.shared.session.runs import SessionRuns
from ui.shared.state import MODEL, NETWORKS_KEPT, UPLOAD_ROUND
from ui.train.actions import FULL

Answer = TypeVar("Answer", bytes, str)
MAX_UPLOAD_MB = 64


def save_and_use(player: Player, name: str) -> None:
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
    )
    if run.recipe.loss == "vae":
        columns[2].caption("A VAE does not name digits, so the Draw page has no use for it.")
    elif columns[2].button("Use on the Draw page", icon=":material/draw:", type="primary"):
        use_on_other_pages(player)
    if session_networks():
        st.page_link("pages/draw.py", label="Go and draw", icon=":material/draw:")
    with st.expander("The same training as a Python program", icon=":material/code:"):
        st.code(player.ask(lambda run: run_as_python(run, name)), language="python")


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
    NETWORKS_KEPT.set(number)
    title = f"Yours {number}: {architecture(run.key).title}"
    network = Network(uuid.uuid4().hex, title, run.model_at(view.now))
    keep_network(network)
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
    run = try_or_say(lambda: open_run(file.getvalue(), file.name, data.train, data.test))
    if run is None:
        return
    player = runs.begin(run, data, replacing=unbegun)
    UPLOAD_ROUND.set(UPLOAD_ROUND.get() + 1)
    runs.to_show = player
    st.rerun()
