"""What the visitor predicts on this page; each right answer is computed from the network."""

from functools import partial

from torch import Tensor

from mnist_core.inside.attack import attack
from mnist_core.inside.saliency import probabilities_of
from mnist_core.words import percent
from ui.shared.predict import Answer, predict
from ui.shared.session.networks import Network
from ui.shared.state import EPSILON, WINDOW_PX, WINDOW_STEP_PX
from ui.why_this_answer.occlusion import cached_occlusion

LITTLE, MUCH = 0.1, 0.5
STEPS = (0.05, 0.15, 0.3)


def ask_what_a_window_costs(network: Network, image: Tensor, asked: int) -> None:
    """image: (1, 1, 28, 28); asked: the digit whose score is explained."""
    side = WINDOW_PX.default
    predict(
        "window_costs",
        f"Cover any {side} × {side} pixels of the picture with paper. How much of the probability "
        f"of {asked} can that cost?",
        [
            f"less than {LITTLE * 100:.0f} points of 100", "in between",
            f"more than {MUCH * 100:.0f} points",
        ],
        partial(find_what_a_window_costs, network, image, asked),
    )  # fmt: skip


def find_what_a_window_costs(network: Network, image: Tensor, asked: int) -> Answer:
    """By covering every place."""
    found = cached_occlusion(network, image, WINDOW_PX.default, WINDOW_STEP_PX.default)
    window, left = found.strongest(asked)
    before, after = float(found.whole[asked]), float(left[asked])
    right = 0 if before - after < LITTLE else 1 if before - after <= MUCH else 2
    return right, (
        f"At the worst place, rows {window.row} to {window.row + window.height - 1} and columns "
        f"{window.column} to {window.column + window.width - 1}, it goes from "
        f"{percent(before) or '0 %'} to {percent(after) or '0 %'}. The map *What if this were "
        "missing?* shows all places."
    )


def ask_when_it_falls(network: Network, before_attack: Tensor) -> None:
    """About the attack. before_attack: (1, 1, 28, 28)."""
    predict(
        "when_it_falls",
        "By how much must every pixel change, in the worst direction, until something else is "
        "read? Paper is 0 and ink is 1.",
        [*(f"by {step:g}" for step in STEPS), f"{STEPS[-1]:g} is not enough"],
        partial(find_when_it_falls, network, before_attack),
        lambda: EPSILON.set(STEPS[-1]),
    )


def find_when_it_falls(network: Network, before_attack: Tensor) -> Answer:
    """The smallest of the steps after which another digit has the highest probability."""
    answer, *after = (
        int(probabilities_of(network.model, image).argmax())
        for image in (
            before_attack, *(attack(network.model, before_attack, step) for step in STEPS)
        )
    )  # fmt: skip
    fell = next((i for i, digit in enumerate(after) if digit != answer), len(STEPS))
    said = ", ".join(f"{step:g}: {digit}" for step, digit in zip(STEPS, after, strict=True))
    return fell, (
        f"It reads {answer} without the attack; the likeliest digit after a step of {said}. The "
        f"slider now stands at {STEPS[-1]:g}: look what the attack adds, and how sure each of the "
        "two networks is."
    )
