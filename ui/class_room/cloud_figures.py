"""The class's cloud among MNIST's on the map of the latent space."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageColor
from torch import Tensor

from mnist_core.classroom.measures import Cloud
from mnist_core.latent.plane import REACH
from ui.shared.figures.colours import DIGITS, GROUND
from ui.shared.figures.svg import cross, pixels, svg

DOTS_PX, DOT_PX = 960, 3
DOT_OPACITY = 130
LETTER, NAME = 0.26, 0.8
MOST_NUMBERS = 600
ALT = "Map of the latent space: MNIST's test digits as dots, the class's as numbers among them."


def cloud_picture(cloud: Cloud) -> str:
    """MNIST's as dots with the names of their digits, the newest of ours as numbers.

    What lies beyond the map is put at its edge.
    """
    size = 2 * REACH
    dots = f'<g transform="translate({-REACH} {-REACH})">{_dots(cloud, size)}</g>'
    names = _letters(cloud.centres, range(10), f"font-size:{NAME}px;opacity:.35")
    ours = cloud.ours[-MOST_NUMBERS:].clamp(-REACH, REACH)
    outline = f"paint-order:stroke;stroke:{GROUND};stroke-width:.08px"
    numbers = _letters(
        ours, cloud.labels[-MOST_NUMBERS:].tolist(), f"font-size:{LETTER}px;{outline}"
    )
    parts = f"{dots}{cross(REACH, 0.01)}{names}{numbers}"
    return svg(ALT, f"{-REACH} {-REACH} {size} {size}", parts, "width:100%;max-width:44rem")


def _letters(places: Tensor, labels: Sequence[int], style: str) -> str:
    """Digits in their colours; places: (n, 2)."""
    written = "".join(
        f'<text x="{x:.2f}" y="{-y:.2f}" fill="{DIGITS[label]}">{label}</text>'
        for (x, y), label in zip(places.tolist(), labels, strict=True)
    )
    middle = "font-weight:700;text-anchor:middle;dominant-baseline:central"
    return f'<g style="{middle};{style}">{written}</g>'


def _dots(cloud: Cloud, size: float) -> str:
    """As one picture: ten thousand marks would take the browser seconds."""
    canvas = np.zeros((DOTS_PX, DOTS_PX, 4), np.uint8)
    places = ((cloud.mnist.numpy() * (1, -1) / REACH + 1) / 2 * DOTS_PX).astype(np.int64)
    colours = np.array([(*ImageColor.getrgb(colour), DOT_OPACITY) for colour in DIGITS], np.uint8)
    inside = ((places >= 0) & (places < DOTS_PX - DOT_PX)).all(axis=1)
    columns, rows = places[inside].T
    for down, across in np.ndindex(DOT_PX, DOT_PX):
        canvas[rows + down, columns + across] = colours[cloud.mnist_labels.numpy()[inside]]
    png = io.BytesIO()
    Image.fromarray(canvas).save(png, "png")
    return pixels(png.getvalue(), size, size)
