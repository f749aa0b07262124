"""The class's cloud among MNIST's on the map of the latent space."""

import io

import numpy as np
from PIL import Image, ImageColor

from mnist_core.classroom.measures import Cloud
from mnist_core.latent.plane import REACH
from ui.shared.figures.colours import DIGITS, GROUND
from ui.shared.figures.svg import cross, pixels, svg

DOTS_PX = 480
DOT_OPACITY = 110
LETTER = 0.3
ALT = "Map of the latent space: MNIST's test digits as dots, the class's as numbers among them."


def cloud_picture(cloud: Cloud) -> str:
    """MNIST's as dots, ours as numbers, both in the colours of the digits; what lies beyond is left
    at the edge."""
    ours = cloud.ours.clamp(-REACH, REACH).tolist()
    numbers = "".join(
        f'<text x="{x:.2f}" y="{-y:.2f}" fill="{DIGITS[label]}">{label}</text>'
        for (x, y), label in zip(ours, cloud.labels.tolist(), strict=True)
    )
    style = (
        f"font-size:{LETTER}px;font-weight:700;text-anchor:middle;dominant-baseline:central;"
        f"paint-order:stroke;stroke:{GROUND};stroke-width:.09px"
    )
    size = 2 * REACH
    dots = f'<g transform="translate({-REACH} {-REACH})">{_dots(cloud, size)}</g>'
    parts = f'{dots}{cross(REACH, 0.01)}<g style="{style}">{numbers}</g>'
    return svg(ALT, f"{-REACH} {-REACH} {size} {size}", parts, "width:100%;max-width:44rem")


def _dots(cloud: Cloud, size: float) -> str:
    """As one picture: ten thousand marks would take the browser seconds."""
    canvas = np.zeros((DOTS_PX, DOTS_PX, 4), np.uint8)
    places = ((cloud.mnist.numpy() * (1, -1) / REACH + 1) / 2 * DOTS_PX).astype(np.int64)
    colours = np.array([(*ImageColor.getrgb(colour), DOT_OPACITY) for colour in DIGITS], np.uint8)
    inside = ((places >= 0) & (places < DOTS_PX)).all(axis=1)
    columns, rows = places[inside].T
    canvas[rows, columns] = colours[cloud.mnist_labels.numpy()[inside]]
    png = io.BytesIO()
    Image.fromarray(canvas).save(png, "png")
    return pixels(png.getvalue(), size, size)
