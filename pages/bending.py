"""Bending a curve: a network of one hidden layer, unit by unit."""

from mnist_core.experiments.descent.optimisers import adam
from mnist_core.experiments.regression.bending import Bent, descend, drawn, gradient, loss
from ui.bending.figure import figure
from ui.bending.numbers import numbers
from ui.bending.questions import ask_how_many_numbers, ask_what_more_units_bring
from ui.bending.words import EXPERTS, IDEA
from ui.shared.chapters import Chapter, chapters
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import BENDING


def in_numbers() -> None:
    """The sum, its gradient, and the units of the figure."""
    numbers()
    ask_how_many_numbers()


def experts() -> None:
    """What is proved and what is not, and the code."""
    say(EXPERTS)
    show_code(Bent.parts, Bent.curve, Bent.bends, drawn, loss, gradient, descend, adam)


open_lesson(BENDING)
figure()
ask_what_more_units_bring()
chapters(Chapter(lambda: say(IDEA)), Chapter(in_numbers), Chapter(experts))
