"""Pooling: the window, its three ways to sum up what it sees, and what it does to a shift."""

from mnist_core.inside.shifts import relative_change
from mnist_core.layers.pooling import (
    max_pool,
    max_pool_by_loops,
    mean_pool,
    min_pool,
    pooled_size,
    windows,
)
from ui.pooling.shift import shift_lesson
from ui.pooling.windows import window_by_window
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.tour.stops import POOLING

ANSWERS = """
How can a network make its picture smaller without losing what matters, and what does it gain by
that? Here you move the window of a pooling layer over your digit by hand, compare the largest, the
smallest and the mean value, and measure how much of a small shift is left after each pooling.
"""
TRY_IT = [
    (
        "**Set the kernel to 3 and the stride to 1**, then compare the three pictures.",
        "max pooling makes the stroke thicker, min pooling makes it thinner or eats it up, mean "
        "pooling blurs it. All three are 26 × 26, for 28 − 3 + 1 = 26.",
    ),
    (
        "**Set the kernel to 3 and the padding to 2.**",
        "a sentence that refuses it. PyTorch allows half a kernel of padding and no more. A window "
        "in the corner would still see one cell of the picture here: it sees nothing but padding "
        "only when there is as much of it as the kernel is wide. Set the padding to 1: it works.",
    ),
    (
        "**Move the digit by 1 to the right**, and read the bars from top to bottom; then by 2.",
        "convolution 1 changes about as much as the picture, or more. Each max pooling lowers the "
        "bar. After a shift by 2 nearly all bars are longer, but the ten probabilities, and so "
        "the digit that is read, nearly always stay.",
    ),
]

open_lesson(POOLING, ANSWERS)
digit = choose_digit()

window_by_window(digit.image[0, 0])
shift_lesson(digit.image)
close_lesson(
    TRY_IT, max_pool_by_loops, windows, max_pool, min_pool, mean_pool, pooled_size, relative_change
)
