"""How well a network reads digits it has never seen, and where it goes wrong."""

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import calibration, confusion, rank_mistakes
from mnist_core.pictures.changes import add_noise, move, rotate, thicken
from ui.evaluate.confidence import confidence
from ui.evaluate.each_digit import each_digit
from ui.evaluate.measured import share_read
from ui.evaluate.mistakes import mistakes, show_all_mistakes
from ui.evaluate.reading import has_answers, headline, measure, on_generated
from ui.evaluate.robustness import robustness
from ui.evaluate.wrong_test import wrong_test
from ui.shared.digit.test_digits import offered_test_digits
from ui.shared.lesson import show_code
from ui.shared.process import open_through_app
from ui.shared.session.networks import Network, all_networks, warn_of
from ui.shared.state import EVALUATED, EVALUATION_STOPPED
from ui.shared.widgets import choose_network

ANSWERS = """
How well does a network read digits that it has never seen, and which ones does it get wrong? Here
it reads MNIST's 10 000 test digits, which no training has touched, and then the same digits turned,
shifted, thickened and covered with noise.
"""
TRY_IT = """
1. **Move the temperature to 4.** The accuracy stays the same, and so do the mistakes, but the
   points rise far above the dashed line: the network is right nearly always and claims to doubt.
2. **Look at the worst mistakes and cover the labels.** Write down what you would read, then
   compare. Of a good network's mistakes you will miss some, too: a few labels are hard to believe.
3. **Measure the four curves, for two networks.** Turning by 15° does next to nothing, 90° ruins
   everything: a 6 on its side is no digit that anybody taught it. A little noise that hardly
   bothers your eyes makes both blind, since in training the paper was always clean. And the
   network that has seen more kinds of handwriting goes blind sooner: more data helps only against
   what is in it.
"""


def report(network: Network, networks: dict[str, Network], digits: Digits) -> None:
    """Everything about one network that has read some digits."""
    headline(network, digits)
    if not has_answers(network):
        return
    mistakes(network, digits)
    each_digit(network, digits)
    confidence(network, digits)
    wrong_test(network, digits)
    robustness(network, networks, digits)


def lesson() -> None:
    """The page from the choice of a network to its curves."""
    networks = all_networks()
    if not networks:
        return
    network = choose_network(EVALUATED, networks, on_change=show_all_mistakes)
    warn_of(network)
    offered = offered_test_digits()
    if offered is None:
        return
    digits = offered.digits
    if offered.generated:  # what is measured on them is kept apart from what MNIST's test gives
        networks = {one.key: one for one in map(on_generated, networks.values())}
        network = on_generated(network)
    measure(network, digits)
    share = share_read(network, digits)
    if share == 1 or (share > 0 and EVALUATION_STOPPED.get()):
        report(network, networks, digits)


open_through_app()
st.title("Evaluate", anchor=False)
st.markdown(ANSWERS)
lesson()
st.subheader("Try it", anchor=False)
st.markdown(TRY_IT)
show_code(confusion, calibration, rank_mistakes, rotate, move, thicken, add_noise)
