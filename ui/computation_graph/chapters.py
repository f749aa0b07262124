"""What stands below the graph: words, the rule with its check, gradients that add up, PyTorch."""

import streamlit as st

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.backward import (
    backward,
    finite_difference,
    forward,
    leaf_gradients,
    not_zeroed,
)
from mnist_core.experiments.graph.expression import read
from mnist_core.experiments.graph.operations import FUNCTIONS
from mnist_core.words import minus
from ui.computation_graph.figures import in_short
from ui.computation_graph.graph import Computed
from ui.shared.glossary import say
from ui.shared.lesson import section, show_code
from ui.shared.state import BACKWARD_CALLS
from ui.shared.widgets import slide

IDEA = """
A network is one long expression. A computer takes it apart into steps so small that each is easy:
a sum, a product, a bend. That is the **computation graph**; its inputs, here the letters, are its
**leaves**.

**Forwards**, from left to right, each node computes its value from the nodes before it.

**Backwards**, from right to left, each node is told how much the output would change if the node
grew a little: its **gradient**. A node needs two things for it: what the node after it was told,
and how that one depends on it. It multiplies the two. Where several arrows leave a node, the output
feels it on several ways, so it adds up what they bring.

One walk back is enough for *all* leaves, however many there are. A network's leaves are its
weights, and this walk is called **backpropagation**.
"""
RULE = r"""
\frac{\partial\,\mathrm{out}}{\partial x} \;=\; \sum_{\text{children } c \text{ of } x}
\frac{\partial\,\mathrm{out}}{\partial c} \cdot \frac{\partial c}{\partial x}
"""
RULE_SAYS = """
The *children* of a node are those that use it. The first factor has come back from the right; the
second belongs to one small step, such as $v$ for $u \\cdot v$ by $u$.
"""
CHECK = """
Each gradient can be checked without any rule: move the leaf by a tiny $h$ to both sides, and see
how the output moves. The two agree to many digits, except at a corner (such as relu at 0).
"""
DIFFERENCE = r"\frac{\mathrm{out}(x + h) - \mathrm{out}(x - h)}{2h}"
ADDS_UP = """
PyTorch *adds* a new gradient to what stands in `.grad` already. Who forgets `zero_grad()` before
the next `backward()` learns from the sum of all steps so far. Nothing warns of it.
"""
EXPERTS = f"""
An expression may have names, numbers, + − * / **, brackets, and {", ".join(FUNCTIONS)}. It is
read letter by letter, and nothing of it is ever run as a program. Each name is one node, however
often it is written; each number is a node without a gradient, for nothing asks about it.

The order of the way back is that of the nodes reversed: then all children of a node are done
before it. PyTorch does the same with tensors in place of numbers. Its local factor is then a whole
matrix, of which it computes only the product with what came back.

At a corner there is no slope. PyTorch takes 0 for relu at 0, and so does this page.
"""


def idea() -> None:
    """What a graph is, and what goes back in it."""
    say(IDEA)


@section
def numbers(computed: Computed | None) -> None:
    """The rule, the check of each leaf, and what happens without `zero_grad`."""
    st.latex(RULE)
    say(RULE_SAYS)
    if computed is None or not computed.leaves:
        say("Write an expression with a letter in it, and its gradients are checked here.")
        return
    found = leaf_gradients(computed.graph, computed.leaves)
    st.subheader("Checked without any rule", anchor=False)
    say(CHECK)
    st.latex(DIFFERENCE)
    st.markdown(check_table(computed, found))
    st.subheader("Forgetting zero_grad", anchor=False)
    say(ADDS_UP)
    calls = slide(BACKWARD_CALLS, "Calls of backward() without zero_grad()", 1, 10)
    st.markdown(added_table(found, calls))


def experts() -> None:
    """What can be written, PyTorch's way, and the code."""
    say(EXPERTS)
    show_code(read, forward, backward, finite_difference, not_zeroed)


def check_table(computed: Computed, found: dict[str, float]) -> str:
    """Leaf by leaf: its gradient, and the finite difference, in Markdown."""
    rows = [
        f"| {name} | {minus(f'{gradient:.9g}')} | {_difference(computed, name)} |"
        for name, gradient in found.items()
    ]
    return "\n".join(["| leaf | ∂out/∂leaf, by the way back | by moving it |", "|-|-|-|", *rows])


def added_table(found: dict[str, float], calls: int) -> str:
    """What stands in `.grad` after so many calls, in Markdown."""
    held: dict[str, float] = {}
    for _ in range(calls):
        held = not_zeroed(held, found)
    rows = [f"| {name} | {in_short(found[name])} | {in_short(held[name])} |" for name in found]
    return "\n".join(["| leaf | its gradient | what stands in `.grad` |", "|-|-|-|", *rows])


def _difference(computed: Computed, name: str) -> str:
    try:
        return minus(f"{finite_difference(computed.graph, computed.leaves, name):.9g}")
    except ExpressionUnusable:
        return "the output has no value beside it"
