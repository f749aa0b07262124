"""The chapters of this page, of which only the open one is computed."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.attack import fgsm, loss_gradient
from mnist_core.inside.saliency import class_gradient, grad_cam, occlude, on_picture
from mnist_core.words import a_digit
from ui.shared.glossary import say
from ui.shared.inside.patches import show_patches
from ui.shared.lesson import show_code
from ui.shared.session.networks import Network
from ui.shared.state import EPSILON
from ui.why_this_answer.attacked import show_two_upbringings
from ui.why_this_answer.questions import ask_when_it_falls

IDEA = """
Three ways to ask which pixels made the network say so. In each map the outline of the digit is
drawn, and where nothing matters you see the page's own background.

- **Would more ink here help?** How fast the score of the digit grows with the ink in each pixel.
- **What if this were missing?** A window of paper slides over the digit, and the network reads it
  again at each place: how far does its probability fall?
- **Where does it look?** The maps of the last convolution, each counted as much as it speaks for
  the digit. It knows most about digits and least about places. Networks without convolutions have
  no such map.

The three need not agree: each answers another question. Change the digit under *Turn it, move it …*
and watch them.
"""
EXCITES = """
The digits for which this score is largest, of all that were tried. What they share is what the
network takes for {digit}.
"""
EXPERTS = """
- All three explain the **score** or the probability of one digit, not the decision between two.
- Gradients are taken at the picture as it is: where all ReLUs on the way are off, they are 0,
  whatever a larger change would do.
- In Grad-CAM each pixel has the value of the cell whose receptive field has its middle nearest;
  the paper blends the cells.
"""


def idea(network: Network, asked: int) -> None:
    """The three ways in words, and the digits that the score likes best."""
    say(IDEA)
    st.subheader(f"What looks most like {a_digit(asked)} to it", anchor=False)
    say(EXCITES.format(digit=a_digit(asked)))
    show_patches(network, "head", asked)


def experts(network: Network, before_attack: Tensor) -> None:
    """The attack, conventions, and the code."""
    st.subheader("An attack along the gradient", anchor=False)
    show_two_upbringings(before_attack, EPSILON.get())
    ask_when_it_falls(network, before_attack)
    st.subheader("What to bear in mind", anchor=False)
    say(EXPERTS)
    show_code(class_gradient, grad_cam, on_picture, occlude, loss_gradient, fgsm)
