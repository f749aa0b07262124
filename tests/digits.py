"""Drawings of our own, which nothing was trained on: ten digits, a scribble and no ink."""

from mnist_core.pictures.own_digits import DIGITS as DIGITS  # noqa: PLC0414
from mnist_core.pictures.own_digits import Point as Point  # noqa: PLC0414
from mnist_core.pictures.own_digits import on_canvas as on_canvas  # noqa: PLC0414

SCRIBBLE: list[list[Point]] = [
    [(10, 50), (90, 20), (20, 80), (80, 85), (15, 15), (60, 95), (85, 45), (30, 10), (50, 70),
     (10, 90), (95, 60), (40, 30), (70, 10), (20, 60)]
]  # fmt: skip
NO_INK: list[list[Point]] = [[(300, 300), (320, 300)]]
"""A stroke beside the canvas."""
