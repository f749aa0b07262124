"""The units of the figure in numbers."""

import streamlit as st

from mnist_core.words import minus
from ui.bending.figure import asked
from ui.bending.figures import units_table
from ui.shared.glossary import say
from ui.shared.lesson import section

RULE = r"""
\begin{gathered}
z_j = w_j x + c_j \\
\hat y = \sum_j v_j\, f(z_j) + d \\
J = \frac{1}{N} \sum_n (\hat y_n - y_n)^2 \\[6pt]
e_n = \frac{2}{N} (\hat y_n - y_n) \\
\frac{\partial J}{\partial v_j} = \sum_n e_n f(z_j), \quad
\frac{\partial J}{\partial d} = \sum_n e_n \\
\frac{\partial J}{\partial c_j} = \sum_n e_n v_j f'(z_j) \\
\frac{\partial J}{\partial w_j} = \sum_n e_n v_j f'(z_j)\, x_n
\end{gathered}
"""
RULE_SAYS = """
The error goes back through the sum: the slope for a unit's inner numbers is the error, times its
outer weight $v_j$, times the slope of its bend. That is **backpropagation** for one hidden layer.
The steps are Adam's, with a learning rate of 0.05.
"""


@section
def numbers() -> None:
    """Each unit's numbers after the steps of the figure."""
    st.latex(RULE)
    say(RULE_SAYS)
    now = asked()
    network = now.learnt()
    st.html(units_table(network))
    say(
        minus(
            f"After {now.steps} steps the height is d = {float(network.height):.2f} and the loss "
            f"**{now.loss(network):.4f}**; it began with {now.loss(now.start()):.4f}."
        )
    )
