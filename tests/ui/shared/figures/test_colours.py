"""Colours of words can be read on every ground that the app has."""

import tomllib

import pytest

from tests.ui.visitor import ROOT
from ui.shared.figures.colours import WRONG_DARK, WRONG_LIGHT

LEAST_CONTRAST = 4.5
"""Of text to its ground, WCAG 2.2 level AA."""


def luminance(colour: str) -> float:
    """Relative luminance of “#RRGGBB”, by WCAG's definition."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize(("theme", "colour"), [("light", WRONG_LIGHT), ("dark", WRONG_DARK)])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_what_is_wrong_can_be_read(theme: str, colour: str, ground: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert contrast(colour, config["theme"][theme][ground]) >= LEAST_CONTRAST
