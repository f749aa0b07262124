"""The main figure: a slice of a real network's loss, and its training on it."""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core.inside.learning.landscape_study import (
    LandscapeStudy,
    Path2d,
    Slice,
    load_landscape,
)
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.words import in_percent, spaced
from ui.shared.components.contours import Contours, Line, ground, legend
from ui.shared.figures.colours import FIRST
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import SLICE
from ui.shared.widgets import segmented

PATH = "path"
TITLES = {PATH: "Along its training", "0": "At random", "1": "At random again"}
LINE = Line("training", "Loss on this slice", FIRST)
STEP_MS = 180
ALT = (
    "Contours of the network's loss on a slice through its weights; a cross marks the trained one."
)
WITH_PATH = ALT + " The path is that of its training, moved onto the slice."
PATH_SAYS = """
The network is an {title} with {parameters} weights, and this picture has two directions of as many.
They are chosen so that the slice lies closest to the training: {share} of the way from the end,
squared, lies in it. **The path is drawn on the slice, but the training came onto it only at its
end**: beside it stand the loss of the slice under the path and the loss that the network really
had.
"""
RANDOM_SAYS = """
Two random directions from the trained network (+), each as long as its own weights. The loss of the
network is {middle:.4f}, and on this slice it goes smoothly from {low:.4f} to {high:.4f}: it looks
like a bowl. But of {parameters} directions two random ones hardly ever meet the way that the
training took, so no path is drawn.
"""

show_slice = Contours("loss_slice")


@st.cache_data(show_spinner=False)
def shared_study() -> LandscapeStudy:
    """Raises WeightsUnusable."""
    return load_landscape()


@section
def landscape() -> None:
    """The slice that the visitor chooses; its settings rerun this part alone."""
    place = st.container()
    chosen = segmented(SLICE, "Two directions", TITLES)
    study = shared_study()
    with place:
        show_slice(study_data(study, chosen), "slice_map")
    if chosen == PATH:
        say(
            PATH_SAYS.format(
                title=ARCHITECTURES[study.network].title, parameters=spaced(study.parameters),
                share=in_percent(study.path.share),
            )
        )  # fmt: skip
    else:
        losses = [loss for row in random_slice(study, chosen).losses for loss in row]
        say(
            RANDOM_SAYS.format(
                parameters=spaced(study.parameters), middle=study.path.on_path[-1],
                low=min(losses), high=max(losses),
            )
        )  # fmt: skip


def widest_gap(path: Path2d) -> int:
    """The number of the moment at which slice and network differ most."""
    gaps = [abs(a - b) for a, b in zip(path.on_path, path.on_plane, strict=True)]
    return gaps.index(max(gaps))


def study_data(study: LandscapeStudy, chosen: str) -> dict[str, Any]:
    """What the browser gets of the study."""
    if chosen == PATH:
        return path_data(study.path_slice, study.path)
    return slice_data(random_slice(study, chosen))


def random_slice(study: LandscapeStudy, seed: str) -> Slice:
    """The one with this seed."""
    return next(one for one in study.random_slices if str(one.seed) == seed)


def slice_data(found: Slice) -> dict[str, Any]:
    """Contours alone."""
    x, y = ((ends[0], ends[-1]) for ends in (found.along, found.across))
    return {
        **ground(np.array(found.losses), x, y),
        "name": f"seed {found.seed}", "minima": [[0, 0]], "names": ["a", "b"], "alt": ALT,
        "paths": [], "shown": [], "fixed": [], "steps": 0, "moments": ["after training"],
    }  # fmt: skip


def path_data(found: Slice, path: Path2d) -> dict[str, Any]:
    """Contours and the training on them."""
    fixed = {
        "key": LINE.key,
        "places": path.places,
        "losses": path.on_plane,
        "table": {
            "loss of the slice, in nats": path.on_plane,
            "loss of the network": path.on_path,
            "how far off the slice": path.off,
        },
    }
    return {
        **slice_data(found),
        "name": "path", "alt": WITH_PATH, "step_ms": STEP_MS, "steps": len(path.steps) - 1,
        "paths": legend([LINE]), "shown": [LINE.key], "fixed": [fixed],
        "moments": [f"step {step}" for step in path.steps],
    }  # fmt: skip
