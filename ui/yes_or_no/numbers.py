"""The neuron of the figure in numbers, with either loss."""

from mnist_core.experiments.regression.logistic import (
    LOSSES,
    Neuron,
    boundary_in_square,
    boundary_on_axis,
    mean_loss,
)
from mnist_core.words import minus
from ui.shared.glossary import say
from ui.yes_or_no.figure import KINDS, Asked, asked, wrong

REACH = 4.0


def show_numbers() -> None:
    """What each loss has made of the same start in the same steps."""
    now = asked()
    for key, kind in LOSSES.items():
        path = now.path(kind)
        first, last = (float(mean_loss(one, now.x, now.y, kind)) for one in (path[0], path[-1]))
        here = neuron_says(now, path[-1])
        say(
            f"**{KINDS[key]}**, after {now.steps} steps: {wrong(path[-1], now)} of {len(now.y)} "
            f"points on the wrong side, loss from {first:.3f} to {last:.3f}; {here}"
        )


def neuron_says(now: Asked, neuron: Neuron) -> str:
    """Its numbers, and where its border is."""
    weights = ", ".join(f"{one:.2f}" for one in neuron.weight.tolist())
    says = minus(f"w = ({weights}), b = {float(neuron.bias):.2f}")
    return f"{says}; {_border(now, neuron)}."


def _border(now: Asked, neuron: Neuron) -> str:
    if now.x.shape[1] == 1:
        at = boundary_on_axis(neuron)
        return "there is no border" if at is None else minus(f"border at x = {at:.2f}")
    ends = boundary_in_square(neuron, REACH)
    if ends is None:
        return "the border lies outside of the picture"
    (x0, y0), (x1, y1) = ends
    return minus(f"border from ({x0:.2f}, {y0:.2f}) to ({x1:.2f}, {y1:.2f})")
