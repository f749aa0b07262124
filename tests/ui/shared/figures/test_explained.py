"""Maps that explain."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from ui.shared.figures.explained import (
    explained_map,
    explained_with_scale,
    full_limit,
    outline,
)
from ui.shared.figures.pixel_maps import Look

SIDE = 28


def edges(svg: str) -> set[tuple[str, str, str]]:
    return set(re.findall(r"M(\d+) (\d+)([hv])1", svg))


def test_the_outline_goes_round_the_ink() -> None:
    image = np.zeros((SIDE, SIDE), np.float32)
    image[3, 5], image[0, 27] = 1.0, 0.9
    image[10, 10] = 0.5  # not more ink than paper
    square = {("5", "3", "h"), ("5", "4", "h"), ("5", "3", "v"), ("6", "3", "v")}
    corner = {("27", "0", "h"), ("27", "1", "h"), ("27", "0", "v"), ("28", "0", "v")}
    assert edges(outline(image)) == square | corner


def test_an_explained_map_has_its_values_and_the_outline_above_them() -> None:
    values = np.zeros((SIDE, SIDE), np.float32)
    values[2, 3], values[4, 5] = 2.0, -1.0
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[7, 7] = 1
    svg = explained_map(values, 2.0, ink, Look("a map"))
    assert svg.index("<image") < svg.index('<path d="M7 7h1')
    (source,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGBA"))
    assert pixels[2, 3, 3] == 255
    assert pixels[4, 5, 3] == pytest.approx(128, abs=2)
    assert pixels[0, 0, 3] == 0
    assert pixels[2, 3, 0] > pixels[2, 3, 2]  # orange
    assert pixels[4, 5, 2] > pixels[4, 5, 0]  # blue


def test_a_scale_cuts_nothing_off_and_is_written_down() -> None:
    values = np.zeros((SIDE, SIDE), np.float32)
    values[0, 0] = -3.25
    assert full_limit(values, values / 2) == 3.25
    assert full_limit(np.full((2, 2), np.nan, np.float32)) > 0
    assert full_limit(values / 1000, least=0.01) == 0.01
    assert "+3.2" in explained_with_scale(values, values, Look("a map"), "of something")
