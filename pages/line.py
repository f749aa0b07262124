"""A line: errors as squares, the loss as a valley, and the way down in steps."""

from mnist_core.experiments.regression.linear import (
    curvatures,
    descend,
    gradient,
    greatest_rate,
    hessian,
    least_squares,
    loss,
)
from ui.line.figure import figure
from ui.line.numbers import numbers
from ui.line.planes import planes
from ui.line.questions import ask_about_a_far_point, ask_about_the_rate
from ui.shared.chapters import Chapter, chapters
from ui.shared.glossary import say
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import LINE

IDEA = """
A line has two numbers: **w**, how steep it is, and **b**, where it begins. Which two are best? For
each point take the **error**, how far the line passes above or below it, and square it: that is
the square in the figure. The mean of all squares is the **loss**. The smaller, the better.

In the second picture each place is a whole line: across its w, upwards its b. The rings join lines
of equal loss, as a map joins places of equal height. So learning is walking downhill. Nobody sees
the whole valley; one only feels the **slope** where one stands, and takes a step against it. That
is **gradient descent**, and every network in this app learns so, with up to a million numbers
instead of two.

The **learning rate** says how long a step is for a given slope. Too small, and it takes for ever.
Too large, and each step jumps over the bottom to the other side.
"""


def idea() -> None:
    """What is walked on, and how."""
    say(IDEA)
    ask_about_a_far_point()


def experts() -> None:
    """More inputs, more outputs, and the code."""
    planes()
    show_code(loss, gradient, descend, least_squares, hessian, curvatures, greatest_rate)


open_lesson(LINE)
figure()
ask_about_the_rate()
chapters(Chapter(idea), Chapter(numbers), Chapter(experts))
