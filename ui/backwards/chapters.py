"""What stands below the message: words, the formulas with one number taken apart, how it fades."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.learning.deltas import (
    Backwards,
    backwards,
    deltas_by_autograd,
    messages,
)
from mnist_core.words import minus
from ui.backwards.figures import lasting_bars
from ui.backwards.message import NETWORK, sent_back
from ui.backwards.tables import answers_table, shapes_table, sum_table
from ui.shared.glossary import say
from ui.shared.inside.traced import model_of, traceable
from ui.shared.lesson import section, show_code
from ui.shared.process import shared_reader
from ui.shared.session.networks import shipped_networks
from ui.shared.state import LASTING_NETWORK
from ui.shared.tour.stops import DEEP_STACKS
from ui.shared.widgets import choose_network

IDEA = """
To learn, a network must know who is to blame. The answer comes out at the last layer, so the blame
starts there: each of the ten outputs is told how far it was too high or too low. That is the first
**message**.

Each layer then passes the message on to the layer before it, back along the same weights through
which the numbers came. A unit hears from all units that listened to it, each as loud as its weight.
A unit that was silent (its ReLU was off) said nothing, so it hears nothing: in the pictures it has
no colour.

At the end the message arrives at the picture. There it says where more ink would raise the loss
(orange) or lower it (blue). Pixels cannot learn; the weights on the way can.
"""
ANSWERS_SAY = """
The same picture, the same network; only the right answer is another. A surprise is a loud message:
where the network was sure and right, there is next to nothing to say.
"""
RULES = r"""
\begin{gathered}
\delta^L = p - y \\[4pt]
\delta^l = (W^{l+1})^{\mathsf T}\,\delta^{l+1} \odot f'(z^l) \\[4pt]
\frac{\partial J}{\partial W^l} = \delta^l\,(a^{l-1})^{\mathsf T}
\qquad \frac{\partial J}{\partial b^l} = \delta^l
\end{gathered}
"""
RULES_SAY = """
$J$ is the loss of this one picture, $z^l = W^l a^{l-1} + b^l$ what layer $l$ computes, $f$ the ReLU
after it, $p$ the ten probabilities, $y$ a 1 at the right answer among zeros, and $\\delta^l$ is
$\\partial J / \\partial z^l$. $\\odot$ multiplies number by number.
"""
LASTS = """
The message of the right answer that you chose, in each shipped network: the size of a typical
number in it, layer by layer, from the picture to the answer. A bar that is half as long means a
message that is a ten thousandth. In networks that learn, it arrives. How it can fade to nothing on
its way, and which weights to begin with so that it does not, is the subject of *Deep stacks*.
"""
EXPERTS = """
Everything on this page is computed in float64 from the shipped weights, by the formulas above and
not by autograd; tests hold that the two agree to 10⁻⁶. A network learns from the mean of the
messages of all pictures in a batch. The slope of ReLU at 0 is taken as 0, as PyTorch does.
"""


@section
def idea(image: Tensor) -> None:
    """The message in words, and what another right answer changes."""
    say(IDEA)
    st.subheader("What the right answer changes", anchor=False)
    say(ANSWERS_SAY)
    st.markdown(answers_table([sent_back(image, label) for label in range(10)]))


@section
def numbers(found: Backwards, layer: int, unit: int, image: Tensor) -> None:
    """The rules with their shapes, and the chosen number as its sum, beside autograd's."""
    st.latex(RULES)
    say(RULES_SAY)
    st.markdown(shapes_table(found.layers))
    st.subheader(f"Unit {unit} of δ{'¹²³'[layer]} as a sum", anchor=False)
    st.markdown(sum_table(found, layer, unit))
    own = deltas_by_autograd(shared_reader(NETWORK).model, image, found.label)[layer][1]
    value, theirs = (float(one) + 0.0 for one in (found.layers[layer].delta[unit], own[0, unit]))
    say(minus(f"By these rules: **{value:.9g}**. PyTorch's autograd: **{theirs:.9g}**."))


@section
def experts(image: Tensor, label: int) -> None:
    """How much of the message arrives, conventions, and the code."""
    st.subheader("How long the message lasts", anchor=False)
    say(LASTS)
    network = choose_network(LASTING_NETWORK, traceable(shipped_networks()), "Message through")
    st.html(lasting_bars(messages(model_of(network), image, label)))
    st.page_link(DEEP_STACKS.file, label=DEEP_STACKS.question, icon=":material/arrow_forward:")
    say(EXPERTS)
    show_code(backwards, messages)
