"""A map of the latent space of an autoencoder: to point at, and to walk through."""

from mnist_core.latent.codes import decode, encode, sample_codes
from mnist_core.latent.decoder import planar_decoder
from mnist_core.latent.ways import interpolate_linear, interpolate_spherical
from ui.map_of_digits.between import show_between, show_formulas
from ui.map_of_digits.is_it_a_digit import show_likeness
from ui.map_of_digits.map import DOTS, show_map, show_plane
from ui.map_of_digits.questions import (
    ask_about_the_cold,
    ask_how_far_the_middle_is,
    ask_what_lies_between,
)
from ui.map_of_digits.sliders import show_sliders
from ui.map_of_digits.your_code import show_your_code
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import LATENT, WAY_FROM, WAY_KIND, WAY_STEPS, WAY_TO
from ui.shared.tour.stops import MAP_OF_DIGITS


def idea(digit: LessonDigit) -> None:
    """What the map shows, where the visitor's digit is on it, and the way to another."""
    say(DOTS)
    show_your_code(digit)
    show_between(digit)
    ask_how_far_the_middle_is(digit)


def numbers(digit: LessonDigit) -> None:
    """All 20 numbers, and how much is lost when they are all that is left of a picture."""
    show_sliders(digit)
    ask_about_the_cold()
    show_likeness(digit)


def experts() -> None:
    """The plane and the ways as formulas, and the code."""
    show_plane()
    show_formulas()
    show_code(
        planar_decoder, encode, decode, sample_codes, interpolate_linear, interpolate_spherical
    )


open_lesson(MAP_OF_DIGITS)
shown = choose_digit()
show_map(shown)
ask_what_lies_between()
chapters(
    Chapter(lambda: idea(shown), [*WAY_FROM.settings, *WAY_TO.settings, WAY_KIND, WAY_STEPS]),
    Chapter(lambda: numbers(shown), [LATENT]),
    Chapter(experts),
)
