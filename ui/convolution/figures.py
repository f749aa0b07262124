"""What both parts of the lesson are made of: numbers in short, cells with names.

All figures of the lesson are HTML with SVG, for `show_picture`; whole digits (0 … 1) are grey, all
else is signed.
"""

from torch import Tensor

from mnist_core.words import minus
from ui.shared.figures.colours import NEGATIVE, POSITIVE
from ui.shared.figures.html import figure


def shared_limit(*parts: Tensor) -> float:
    """The largest absolute value of all these, which are compared: it gets the strongest colour."""
    return max(*(float(part.abs().max()) for part in parts), 1e-6)


def short(value: float) -> str:
    """0.5, −1.89, 0.111: at most three digits, without zeros that say nothing."""
    text = f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else minus(text)


def bracketed(value: float) -> str:
    """In brackets where it is negative, so that no two signs meet."""
    text = short(value)
    return f"({text})" if text.startswith("−") else text


def colour(value: float, limit: float) -> str:
    """Of a number on the scale ±limit, as CSS says it."""
    red, green, blue = NEGATIVE if value < 0 else POSITIVE
    return f"rgba({red},{green},{blue},{min(abs(value) / limit, 1):.3f})"


def cell(picture: str, caption: str) -> str:
    """A picture in a grid, with its name above."""
    return figure(picture, caption, "min-width:0", above=True)
