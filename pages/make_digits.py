"""Digits that nobody wrote: of a kind that is asked for, in a style, from random numbers."""

from mnist_core.latent.codes import decode, encode, numbers_in_use
from mnist_core.latent.generate import draw_class, in_the_style_of, prior_samples
from mnist_core.latent.ways import exchange_class
from ui.make_digits.arithmetic import show_arithmetic, show_means
from ui.make_digits.asked import CONDITIONAL, show_asked, show_temperature
from ui.make_digits.kinds import keep_digit
from ui.make_digits.prior import show_prior
from ui.make_digits.questions import ask_about_the_cold
from ui.make_digits.style import show_numbers_in_use, show_style
from ui.shared.chapters import Chapter, chapters
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import GIVEN_CLASS, PRIOR_SEED, STYLE_OF, TAKEN_CLASS
from ui.shared.tour.stops import MAKE_DIGITS


def idea() -> None:
    """How one asks for a digit, what comes without asking, and all ten in one's own style."""
    say(CONDITIONAL)
    show_prior()
    show_style()


def numbers() -> None:
    """What the temperature does, and sums of codes."""
    show_temperature()
    show_means()
    show_arithmetic()


def experts() -> None:
    """The numbers that say nothing, and the code."""
    show_numbers_in_use()
    show_code(
        draw_class, in_the_style_of, prior_samples, exchange_class, encode, decode, numbers_in_use
    )


open_lesson(MAKE_DIGITS)
show_asked()
ask_about_the_cold()
keep_digit()
chapters(
    Chapter(idea, [STYLE_OF, PRIOR_SEED]),
    Chapter(numbers, [TAKEN_CLASS, GIVEN_CLASS]),
    Chapter(experts),
)
