"""What the visitor predicts on this page; each right answer is computed."""

from ui.loss_landscape.slice import PATH, shared_study, widest_gap
from ui.shared.predict import Answer, predict
from ui.shared.state import SLICE

ANSWERS = ("lower than the network’s", "the same", "higher than the network’s")
SAME = 0.005
"""Nats: less cannot be seen."""


def ask_which_is_lower() -> None:
    """Of the slice and the network, where they differ most."""
    predict(
        "slice_or_network",
        f"At step {_step()} of the training, the loss of the slice under the path is …",
        ANSWERS,
        find_which_is_lower,
        lambda: SLICE.set(PATH),
    )


def find_which_is_lower() -> Answer:
    """As the study measured it."""
    path = shared_study().path
    moment = widest_gap(path)
    plane, network = path.on_plane[moment], path.on_path[moment]
    right = 1 if abs(plane - network) < SAME else 0 if plane < network else 2
    return right, (
        f"The slice has {plane:.3f} nats there, the network had {network:.3f}: it was "
        f"{path.off[moment]:.2f} away from the slice. A picture of a landscape shows "
        "the slice, not the way."
    )


def _step() -> int:
    path = shared_study().path
    return path.steps[widest_gap(path)]
