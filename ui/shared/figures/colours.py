"""Colours, frames and letters of all figures, legible on the light and on the dark background."""


def in_both(light: str, dark: str) -> str:
    """A colour that follows the theme, for CSS, HTML and SVG in the page (not for charts)."""
    return f"light-dark({light},{dark})"


GROUND = in_both("#FFFFFF", "#10131C")
SECOND_GROUND = in_both("#F1F4FB", "#1B2030")
BORDER = in_both("#D5DBEA", "#343B50")
"""Of the page and of what lies on it, as .streamlit/config.toml has them."""

BLUE, ORANGE, GREEN, PURPLE, GREY, VIOLET = (
    "#3B6EF5", "#E08A00", "#0F9D8A", "#C2409A", "#8A8F9E", "#7A4FD0",
)  # fmt: skip
"""Of the lines of charts, as chartCategoricalColors in .streamlit/config.toml."""
LINES = (BLUE, ORANGE, GREEN, PURPLE, GREY, VIOLET, "#5B7F00", "#B03A2E")
PALE_BLUE = "rgba(110, 150, 255, .6)"
"""A line that lies under a blue one."""
MARK = "#E5484D"
"""Red, for what is marked in a picture and for what was read."""
SECOND_MARK = GREEN
DIGITS = (
    BLUE, ORANGE, GREEN, PURPLE, GREY, VIOLET, "#5B9F00", MARK, "#A0713A", "#2BA8E0",
)  # fmt: skip
"""Of 0 to 9. Ten colours are hard to tell apart, so each digit's group has its name on it."""

NEGATIVE, POSITIVE = (47, 107, 240), (236, 122, 0)
"""Blue and orange as (red, green, blue), told apart by nearly everybody: the sign of a number."""
BELOW_ZERO, ABOVE_ZERO = (f"rgb({r},{g},{b})" for r, g, b in (NEGATIVE, POSITIVE))

BAR_BLUE, BAR_ORANGE, BAR_GREY = "#4B7BFF", "#EC7A00", "#8A93A8"
"""Of bars, dots and lines that stand in the page as HTML or SVG."""

DARK_INK, LIGHT_INK = "#101010", "#F4F4F4"
"""Of numbers written in cells that are themselves light or dark."""

TRACK = "rgba(128,138,160,.18)"
"""What a bar has still to fill."""
GRID = "rgba(128,138,160,.35)"
OUTLINE = "rgba(128,138,160,.6)"
"""Of axes and of what is drawn as SVG."""
FRAME = "1px solid rgba(128,138,160,.45)"

SMALL = "font-size:.85rem;line-height:1.35"
TABULAR = "font-variant-numeric:tabular-nums"
"""Digits of equal width, so that numbers stay in their places while they change."""
