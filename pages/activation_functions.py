"""Activation functions: curves and slopes, and softmax."""

from mnist_core.experiments.activation_curves import REACH
from mnist_core.layers.activations import by_loops, softmax_by_loops, softmax_jacobian
from ui.activation_functions.curves import BARS, WHY, curves, in_numbers
from ui.activation_functions.questions import ask_what_adding_does, ask_which_sleeps
from ui.activation_functions.softmax import CROSS_ENTROPY, softmax_and_slopes
from ui.shared import state
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import ACTIVATION_FUNCTIONS


def idea() -> None:
    """Why a layer needs a bend."""
    say(WHY)
    say(BARS.format(reach=REACH))


def numbers(digit: LessonDigit) -> None:
    """Formulas and shapes, and softmax."""
    in_numbers()
    softmax_and_slopes(digit.image)
    ask_what_adding_does(digit.image)


def experts() -> None:
    """Why training never meets softmax's flat places, and the code."""
    say(CROSS_ENTROPY)
    show_code(by_loops, softmax_by_loops, softmax_jacobian)


open_lesson(ACTIVATION_FUNCTIONS)
shown = choose_digit()
curves(shown)
ask_which_sleeps(shown.image)
chapters(
    Chapter(idea),
    Chapter(
        lambda: numbers(shown),
        [state.LEAK, state.ELU_ALPHA, state.FIRST_SLOPE, state.FIRST_HEIGHT, state.SECOND_SLOPE,
         state.SECOND_HEIGHT, state.SOFTMAX_OF, state.SOFTMAX_TEMPERATURE, state.SOFTMAX_SHIFT],
    ),
    Chapter(experts),
)  # fmt: skip
