"""Batches: descents by all points, by a few, by one, and the noise of their slopes."""

from mnist_core.experiments.descent.line_in_batches import fit
from mnist_core.experiments.descent.noise import (
    batches,
    descend_in_batches,
    measured_noise,
    predicted_noise,
    spread,
)
from ui.batches.digits import on_digits
from ui.batches.loader import loader
from ui.batches.noise import noise
from ui.batches.order import order
from ui.batches.questions import ask_how_noise_shrinks
from ui.batches.walk import walk
from ui.shared.chapters import Chapter, chapters
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import NOISE_OF
from ui.shared.tour.stops import BATCHES


def orders_and_digits() -> None:
    """What the order does, and the same descents on digits."""
    order()
    on_digits()


def experts() -> None:
    """PyTorch's loop, and the code."""
    loader()
    show_code(batches, descend_in_batches, spread, predicted_noise, measured_noise, fit)


open_lesson(BATCHES)
walk()
ask_how_noise_shrinks()
chapters(Chapter(orders_and_digits), Chapter(noise, [NOISE_OF]), Chapter(experts))
