"""The chapters of this page, of which only the open one is computed."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.comparison import Comparison, anatomy, compare
from mnist_core.inside.saliency import class_gradient
from mnist_core.words import a_digit
from ui.compare_networks.compare import Pair, show_saliencies, show_table
from ui.shared.glossary import say
from ui.shared.lesson import show_code

IDEA = """
The same digit goes through both networks. The bars are what each takes it for. Two networks may
give the same answer for different reasons, so here is what each listens to when it asks for
{digit}, which the first one reads: **orange** where more ink would raise its score, **blue** where
it would lower it. The third map is the difference of the two.
"""
NUMBERS = """
The maps in *Idea* are gradient saliencies: how fast the score $z_c$ of the digit $c$ that the first
network reads grows with the ink $x$ in each pixel, of the first network ($z^{(1)}$), of the second,
and their difference.
"""
FORMULA = r"""
S_1 = \frac{\partial z^{(1)}_c}{\partial x}, \qquad
S_2 = \frac{\partial z^{(2)}_c}{\partial x}, \qquad S_1 - S_2
"""
EXPERTS = """
- **Temperature**: each network's scores are divided by a number of its own before they become
  probabilities. It was fitted after the training, so that the network is right as often as it is
  sure.
- The scores of two networks have no common unit, so a map that is stronger everywhere says little;
  where the two differ in sign says more.
- The attack under *Turn it, move it …* follows the gradient of the first network. What it does to
  the second shows whether attacks carry over.
"""


def idea(compared: Comparison, image_01: Tensor) -> None:
    """What each of them listens to."""
    say(IDEA.format(digit=a_digit(compared.digit)))
    show_saliencies(compared, image_01)


def numbers(pair: Pair) -> None:
    """How both are built, and the formula of the maps."""
    show_table(pair)
    say(NUMBERS)
    st.latex(FORMULA)


def experts() -> None:
    """Conventions, and the code."""
    say(EXPERTS)
    show_code(compare, class_gradient, anatomy)
