"""What the visitor predicts on this page; the right answer is computed."""

import math

from mnist_core.experiments.graph.backward import finite_difference
from ui.computation_graph.figures import in_short
from ui.computation_graph.graph import compute
from ui.shared.predict import Answer, predict
from ui.shared.state import EXPRESSION, LEAVES

TWICE = "u"
"""The leaf that the first expression uses twice."""
ANSWERS = ("their sum", "their product", "the larger of the two")


def ask_how_ways_add_up() -> None:
    """About the leaf that is used twice."""
    predict(
        "ways_add_up",
        f"In `{EXPRESSION.default}` two arrows leave {TWICE}, and each brings back a number. When "
        f"{TWICE} grows a little, how does the output follow?",
        [f"by {answer}" for answer in ANSWERS],
        find_how_ways_add_up,
        _show_the_first,
    )


def find_how_ways_add_up() -> Answer:
    """By moving the leaf a little, without any gradient, and comparing."""
    shown = compute(EXPRESSION.default, LEAVES.default)
    measured = finite_difference(shown.graph, shown.leaves, TWICE)
    step = next(one for one in shown.steps if one.node == shown.graph.leaves[TWICE])
    products = [part.product for part in step.contributions]
    offered = (sum(products), math.prod(products), max(products))
    off = [abs(measured - one) for one in offered]
    both = " and ".join(in_short(product) for product in products)
    return off.index(min(off)), (
        f"The two ways bring {both}. Moving {TWICE} by a tiny step changes the output "
        f"{in_short(measured)} times as much. Step back through the graph until {TWICE} is framed."
    )


def _show_the_first() -> None:
    EXPRESSION.set(EXPRESSION.default)
