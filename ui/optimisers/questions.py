"""What the visitor predicts on this page; each right answer is computed."""

from mnist_core.experiments.descent.optimisers import uncorrected_first_step
from mnist_core.experiments.descent.race import LEFT, STEPS
from mnist_core.words import percent
from ui.optimisers.race import FITTING_RATES, START, TITLES, arrivals
from ui.shared.address import hold
from ui.shared.predict import Answer, predict
from ui.shared.state import RACE_RATE, RACE_START, RACE_SURFACE

ASKED = ("sgd", "momentum", "rmsprop")
NARROW = "valley"


def ask_who_is_first() -> None:
    """In the valley at first; then wherever the page is."""
    predict(
        "first_down",
        f"All start from the same place, with the same learning rate. Who is down for good first, "
        f"with no more than {percent(LEFT)} of the height left?",
        [*(TITLES[key] for key in ASKED), f"none within {STEPS} steps"],
        find_who_is_first,
        _show_valley,
    )


def find_who_is_first() -> Answer:
    """On the surface, with the rate and from the start that the page shows."""
    found = arrivals([*TITLES])
    asked = {key: found[key] for key in ASKED}
    said = ", ".join(
        f"{TITLES[key]} {'never' if steps is None else f'after {steps} steps'}"
        for key, steps in found.items()
    )
    steps = [STEPS + 1 if one is None else one for one in asked.values()]
    right = steps.index(min(steps)) if min(steps) <= STEPS else len(ASKED)
    return right, (
        f"Down for good within {STEPS} steps: {said}. Play the race, then move the start or the "
        "learning rate: no optimiser is the first everywhere."
    )


def _show_valley() -> None:
    RACE_SURFACE.set(NARROW)
    RACE_RATE.set(FITTING_RATES[NARROW])
    hold(RACE_START, START, "")


def ask_about_the_correction() -> None:
    """Adam's first step."""
    predict(
        "adam_uncorrected",
        "Adam’s means begin with 0, and it corrects that. Without the correction, how long is its "
        "first step?",
        ["shorter than with it", "as long", "longer than with it"],
        find_the_first_step,
    )


def find_the_first_step() -> Answer:
    """With PyTorch's β₁ and β₂."""
    times = uncorrected_first_step()
    right = 0 if times < 1 else 1 if times == 1 else 2
    return right, (
        f"It is {times:.1f} times as long: the mean of gradients is too small by 1 − β₁, but the "
        "root of the squared ones, by which it is divided, by even more."
    )
