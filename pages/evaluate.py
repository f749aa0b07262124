"""How well a network reads digits it has never seen, and where it goes wrong."""

from mnist_core.evaluation.metrics import calibration, confusion, rank_mistakes
from mnist_core.evaluation.two_networks import side_by_side
from mnist_core.evaluation.wrong_labels import ceiling
from mnist_core.pictures.changes import add_noise, move, rotate, thicken
from ui.evaluate.against import against
from ui.evaluate.ceiling import labels_in_doubt
from ui.evaluate.confidence import confidence
from ui.evaluate.each_digit import each_digit
from ui.evaluate.fold import fold
from ui.evaluate.measured import share_read
from ui.evaluate.mistakes import FILTER, mistakes, show_all_mistakes, take_filter
from ui.evaluate.questions import ask_how_sure
from ui.evaluate.reading import has_answers, headline, measure, on_generated
from ui.evaluate.robustness import robustness
from ui.evaluate.why import leave_if_asked
from ui.evaluate.wrong_test import wrong_test
from ui.shared.digit.test_digits import TestDigits, offered_test_digits
from ui.shared.lesson import open_lesson, show_code
from ui.shared.session.networks import Network, all_networks, warn_of
from ui.shared.state import EVALUATED, EVALUATION_STOPPED
from ui.shared.tour.stops import EVALUATE
from ui.shared.widgets import choose_network

ANSWERS = """
How well does a network read digits that it has never seen, and which ones does it get wrong? Here
it reads MNIST's 10 000 test digits, which no training has touched, and then the same digits turned,
shifted, thickened and covered with noise.
"""


def report(network: Network, networks: dict[str, Network], offered: TestDigits) -> None:
    """Everything about one network that has read some digits: two figures, the rest folded."""
    digits = offered.digits
    headline(network, digits)
    if not has_answers(network):
        return
    ask_how_sure(network, digits)
    fold("mistakes", "What is mistaken for what", lambda: mistakes(network, digits), FILTER)
    fold("against", "A against B", lambda: against(network, networks, digits))
    if not offered.generated:
        fold(
            "in_doubt",
            "The ceiling: labels that are wrong",
            lambda: labels_in_doubt(network, digits),
        )
    fold("each_digit", "Which digits are hard", lambda: each_digit(network, digits))
    fold("sure", "Is it right as often as it is sure?", lambda: confidence(network, digits))
    fold("drawn", "A mistake: testing on drawn digits", lambda: wrong_test(network, digits))
    fold("fool", "What does it take to fool it?", lambda: robustness(network, networks, digits))


def lesson() -> None:
    """The page from the choice of a network to its curves."""
    networks = all_networks()
    if not networks:
        return
    network = choose_network(EVALUATED, networks, on_change=show_all_mistakes)
    warn_of(network)
    take_filter()
    offered = offered_test_digits()
    if offered is None:
        return
    if offered.generated:  # what is measured on them is kept apart from what MNIST's test gives
        networks = {one.key: one for one in map(on_generated, networks.values())}
        network = on_generated(network)
    measure(network, offered.digits)
    share = share_read(network, offered.digits)
    if share == 1 or (share > 0 and EVALUATION_STOPPED.get()):
        report(network, networks, offered)


leave_if_asked()
open_lesson(EVALUATE, ANSWERS)
lesson()
functions = (confusion, calibration, rank_mistakes, side_by_side, ceiling)
show_code(*functions, rotate, move, thicken, add_noise)
