"""The palette: letters can be read in both themes, and colours keep their meaning."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.ui.visitor import ROOT
from ui.shared.figures import colours
from ui.shared.figures.colours import (
    BORDER,
    CHOSEN,
    DARK_INK,
    DIGITS,
    FIFTH,
    FIRST,
    FOURTH,
    GREY,
    GROUND,
    LIGHT_INK,
    LINES,
    MISTAKES,
    MUTED,
    ON_PRIMARY,
    PRIMARY,
    RIGHT_CELL,
    SECOND,
    SECOND_GROUND,
    TEXT,
    THIRD,
    WRONG,
)

LETTERS, GRAPHICS = 4.5, 3.0
"""Contrast that WCAG AA asks of text, and of lines and bars."""
THEMES = ("light", "dark")
HEX = re.compile(r"#[0-9A-Fa-f]{3,8}\b")
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
CANVAS = ("#FFFFFF", "#000000", "#FFF", "#000")
"""Of ink and ground of the canvas, which has no theme."""


def in_theme(colour: str, theme: str) -> str:
    """The hex colour that `light-dark()` becomes, or the one that there is."""
    found = HEX.findall(colour)
    return found[THEMES.index(theme)] if len(found) > 1 else found[0]


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, definition of relative luminance."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("letters", [TEXT, MUTED, PRIMARY, WRONG, CHOSEN])
@pytest.mark.parametrize("ground", [GROUND, SECOND_GROUND])
def test_letters_can_be_read_on_both_grounds(letters: str, ground: str, theme: str) -> None:
    assert contrast(in_theme(letters, theme), in_theme(ground, theme)) >= LETTERS


@pytest.mark.parametrize("theme", THEMES)
def test_letters_can_be_read_on_a_filled_button_and_in_coloured_cells(theme: str) -> None:
    assert contrast(in_theme(ON_PRIMARY, theme), in_theme(PRIMARY, theme)) >= LETTERS
    for cell in (*MISTAKES, RIGHT_CELL, LIGHT_INK):
        assert contrast(DARK_INK, cell) >= LETTERS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("colour", LINES)
def test_lines_stand_out_from_the_page(colour: str, theme: str) -> None:
    assert contrast(colour, in_theme(GROUND, theme)) >= GRAPHICS


@pytest.mark.parametrize("theme", THEMES)
def test_streamlit_draws_with_the_palette(theme: str) -> None:
    names = {
        "primaryColor": PRIMARY, "linkColor": PRIMARY, "backgroundColor": GROUND,
        "secondaryBackgroundColor": SECOND_GROUND, "textColor": TEXT, "codeTextColor": TEXT,
        "borderColor": BORDER,
    }  # fmt: skip
    assert CONFIG[theme] == {name: in_theme(colour, theme) for name, colour in names.items()}
    assert CONFIG["chartCategoricalColors"] == [FIRST, SECOND, THIRD, FOURTH, GREY, FIFTH]


def test_only_signs_are_blue_or_orange_and_only_what_is_wrong_is_red() -> None:
    for colour in {*LINES, *DIGITS}:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        assert not (blue > 1.8 * red and blue > 1.5 * green), f"{colour} is blue"
        assert not (red > 1.3 * green > 2.5 * blue), f"{colour} is orange"
        assert not red > 2 * max(green, blue), f"{colour} is red"


def other_colours() -> Iterator[str]:
    """Each colour that stands outside of the palette."""
    own = ROOT / "ui" / "shared" / "figures" / "colours.py"
    for path in sorted((ROOT / "ui").rglob("*")):
        if path.suffix in (".py", ".css", ".js", ".html") and path != own:
            for found in HEX.findall(path.read_text(encoding="utf-8")):
                if found.upper() not in CANVAS and len(found) in (4, 7, 9):
                    yield f"{path.relative_to(ROOT)}: {found}"


def test_there_is_one_palette() -> None:
    assert list(other_colours()) == []
    assert all(name in colours.VARIABLES for name in ("--ground:", "--chosen:", "--wrong:"))
