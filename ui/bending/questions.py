"""What the visitor predicts on this page; each right answer is computed."""

from ui.bending.figure import asked
from ui.shared.predict import Answer, predict
from ui.shared.state import BEND_STEPS, BEND_UNITS

FEW, MANY, STEPS = 1, 8, 300


def ask_what_more_units_bring() -> None:
    """One against eight."""
    predict(
        "bend_units",
        f"After {STEPS} steps, how large is the loss of {MANY} hidden units, compared with that of "
        "one?",
        ["nearly as large", "about half", "less than a fifth"],
        find_what_more_units_bring,
        _show_many,
    )


def find_what_more_units_bring() -> Answer:
    """By training both, on the points that the page shows."""
    now = asked()
    few, many = (now.with_units(units, STEPS) for units in (FEW, MANY))
    losses = [one.loss(one.learnt()) for one in (few, many)]
    share = losses[1] / max(losses[0], 1e-12)
    right = 2 if share < 0.2 else int(share < 0.75)
    return right, (
        f"One unit: {losses[0]:.4f}; {MANY} units: {losses[1]:.4f}, which is {share * 100:.1f} % "
        "of it. One unit can bend the curve once, and each further unit once more. Point by point "
        "the parts on the right add up to the curve on the left."
    )


def _show_many() -> None:
    BEND_UNITS.set(MANY)
    BEND_STEPS.set(STEPS)


def ask_how_many_numbers() -> None:
    """Of a network with MANY units."""
    predict(
        "bend_numbers",
        f"How many numbers does the network with {MANY} hidden units learn?",
        [str(2 * MANY), str(3 * MANY), str(3 * MANY + 1)],
        find_how_many_numbers,
    )


def find_how_many_numbers() -> Answer:
    """By counting them."""
    start = asked().with_units(MANY, 0).start()
    count = len(start.flat())
    return [2 * MANY, 3 * MANY, 3 * MANY + 1].index(count), (
        f"{count}: for each unit w, c and v, and one height d for all. The network that reads your "
        "digit on *Draw* has nearly a million, in the same kind of sum."
    )
