"""The pictures of the cards below the first screen."""

import numpy as np
from torch import Tensor

from mnist_core.experiments.first_steps import FirstSteps
from mnist_core.pictures.image_files import encode_png
from mnist_core.pictures.own_digits import own_digit
from mnist_core.words import percent
from ui.shared.figures.colours import OUTLINE
from ui.shared.figures.svg import letters, line, pixels, svg

STYLE = "width:100%;height:7rem"
SLASH = (
    '<line x1="22" y1="4" x2="6" y2="24" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
)


def digit_card(image_01: Tensor | None) -> str:
    """The digit (1, 1, 28, 28) as the network sees it; without one, a digit of the program's."""
    whose = "Your digit" if image_01 is not None else "A digit"
    return svg(f"{whose}, as the network sees it", "0 0 28 28", _digit(image_01), STYLE)


def slashed(image_01: Tensor | None) -> str:
    """The same with a slash through it."""
    whose = "Your digit" if image_01 is not None else "A zero"
    return svg(f"{whose} with a slash through it", "0 0 28 28", _digit(image_01) + SLASH, STYLE)


def curve(image_01: Tensor | None, digit: int, steps: FirstSteps) -> str:
    """How probable the digit is to a network after each step of its training."""
    known = steps.probabilities(own_digit(digit) if image_01 is None else image_01)[
        :, digit
    ].numpy()
    last = len(known) - 1
    x = 4 + np.arange(len(known)) / last * 92
    y = 44 - known * 38
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    path = (
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-linejoin="round"/>'
    )
    start, end = (percent(float(known[step])) for step in (0, last))
    alt = (
        f"A small network in training is {start} sure of {digit} at first, after {last} steps {end}"
    )
    axis = line((4, 44), (96, 44), OUTLINE, 0.6)
    words = letters(f"{last} steps: {end} sure of {digit}", (96, 52), 6.5, "end")
    return svg(alt, "0 0 100 54", f"{axis}{path}{words}", STYLE)


def _digit(image_01: Tensor | None) -> str:
    shown = own_digit(0) if image_01 is None else image_01
    return pixels(encode_png(shown[0, 0].numpy()), 28, 28)
