"""What the visitor predicts on this page; each right answer is computed."""

import math

from mnist_core.experiments.regression.linear import (
    Convention,
    descend,
    greatest_rate,
    least_squares,
    loss,
)
from ui.line.figure import MOST_RATE, asked
from ui.shared.predict import Answer, predict
from ui.shared.state import LINE_RATE, LINE_STEPS

STEPS = 60
TOO_FAST = 1.05
HEAVY = 3.0
"""Of four: a point at the right end, far above the line."""


def ask_about_the_rate() -> None:
    """Just above the limit."""
    predict(
        "line_rate",
        f"Under the figure stands a limit for the learning rate. Take one that is "
        f"{(TOO_FAST - 1) * 100:.0f} % above it, and {STEPS} steps. What becomes of the loss?",
        ["it falls as before", "it falls faster", "it grows step by step"],
        find_what_the_rate_does,
        _show_too_fast,
    )


def find_what_the_rate_does() -> Answer:
    """By taking the steps, on the points that the page shows."""
    now = asked()
    limit = greatest_rate(now.x, Convention.MEAN)
    losses = {
        rate: [
            float(loss(line, now.x, now.y, Convention.MEAN))
            for line in descend(
                now.start, now.x, now.y, Convention.MEAN, rate=rate * limit, steps=STEPS
            )
        ]
        for rate in (TOO_FAST, 0.5)
    }
    fast, half = losses[TOO_FAST], losses[0.5]
    right = 2 if fast[-1] > fast[1] else int(fast[-1] < half[-1])
    return right, (
        f"With {TOO_FAST * limit:.3f}: from {fast[0]:.2f} over {fast[STEPS // 2]:.2f} to "
        f"{fast[-1]:.2f}. With half the limit it ends at {half[-1]:.2f}. Above the limit each "
        "step across the steepest part of the valley ends higher than it began."
    )


def _show_too_fast() -> None:
    limit = greatest_rate(asked().x, Convention.MEAN)
    LINE_RATE.set(min(math.ceil(TOO_FAST * limit * 1000) / 1000, MOST_RATE))
    LINE_STEPS.set(STEPS)


def ask_about_a_far_point() -> None:
    """What a square does to one that lies far away."""
    predict(
        "line_far_point",
        "One point moves away from the best line until its error is three times as long. How much "
        "does its square grow?",
        ["3 times", "6 times", "9 times"],
        find_how_squares_grow,
    )


def find_how_squares_grow() -> Answer:
    """On the first point of the page, whose error from the best line is made longer."""
    now = asked()
    best = least_squares(now.x, now.y)
    error = float((now.y - best.at(now.x))[0]) or 1.0
    growth = round((HEAVY * error) ** 2 / error**2)
    return [3, 6, 9].index(growth), (
        f"The error of your first point is {abs(error):.2f}, its square {error**2:.2f}; three "
        f"times as long it is {abs(HEAVY * error):.2f}, and the square {(HEAVY * error) ** 2:.2f}. "
        "So one point far away pulls harder than many near ones: drag one to the upper edge and "
        "see."
    )
