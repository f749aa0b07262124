"""What the visitor predicts on this page; each right answer is computed."""

import torch

from mnist_core.experiments.regression.logistic import LOSSES
from ui.shared.predict import Answer, predict
from ui.shared.state import YES_LOSS, YES_STEPS
from ui.yes_or_no.figure import KINDS, asked, wrong

STEPS = 20
SURELY_WRONG = torch.tensor([-8.0], dtype=torch.float64)
YES = torch.ones(1, dtype=torch.float64)


def ask_which_loss_is_faster() -> None:
    """From a start that is surely wrong."""
    predict(
        "yes_faster",
        f"At the start the border is the wrong way round, so most answers are surely wrong. After "
        f"{STEPS} steps, which loss leaves fewer points on the wrong side?",
        [*KINDS.values(), "both leave equally many"],
        find_which_is_faster,
        _show_the_other,
    )


def find_which_is_faster() -> Answer:
    """By taking the steps with both, on the points that the page shows."""
    now = asked()
    left = {key: wrong(now.path(kind, STEPS)[-1], now) for key, kind in LOSSES.items()}
    first = wrong(now.start, now)
    counts = list(left.values())
    right = 2 if counts[0] == counts[1] else counts.index(min(counts))
    said = ", ".join(f"{count} with {KINDS[key].lower()}" for key, count in left.items())
    return right, (
        f"On the wrong side at the start: {first} of {len(now.y)}; after {STEPS} steps {said}. "
        "In the second picture the wrong points stand on the left: there the pull of the "
        "cross-entropy is near 1, and that of the squared error near 0."
    )


def _show_the_other() -> None:
    YES_LOSS.set("squared_error")
    YES_STEPS.set(STEPS)


def ask_about_the_slope() -> None:
    """Of a score of −8 where yes is right."""
    predict(
        "yes_slope",
        "The answer is yes, and the score is −8: p is 0.0003, surely wrong. How hard does the "
        "squared error pull, compared with the cross-entropy?",
        ["as hard", "about half as hard", "less than a hundredth"],
        find_how_hard,
    )


def find_how_hard() -> Answer:
    """By both slopes."""
    pulls = {key: abs(float(kind.slope(SURELY_WRONG, YES))) for key, kind in LOSSES.items()}
    share = pulls["squared_error"] / pulls["cross_entropy"]
    right = 2 if share < 0.01 else int(share < 0.75)
    loss = float(LOSSES["cross_entropy"].of(SURELY_WRONG, YES))
    return right, (
        f"Cross-entropy: {pulls['cross_entropy']:.4f}, squared error: "
        f"{pulls['squared_error']:.5f}, which is {share * 100:.2f} % of it. The squared error "
        f"cannot exceed 1 and grows flat; the cross-entropy is {loss:.1f} nats here and goes on "
        "growing."
    )
