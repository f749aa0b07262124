"""The one palette: colours, frames and letters of all figures, in the light and the dark theme.

Blue and orange are the sign of a number, in maps and weights, and nothing else; red is wrong; what
is chosen has a violet frame; grey is what is not there yet, or there to compare with. Lines and
bars that only have to be told apart take `FIRST` to `FOURTH`.
"""


def in_both(light: str, dark: str) -> str:
    """A colour that follows the theme, for CSS, HTML and SVG in the page (not for charts)."""
    return f"light-dark({light},{dark})"


GROUND = in_both("#FFFFFF", "#10131C")
SECOND_GROUND = in_both("#F1F4FB", "#1B2030")
TEXT = in_both("#0C1020", "#E9ECF5")
PRIMARY = in_both("#6A3FD0", "#A283F7")
BORDER = in_both("#D5DBEA", "#343B50")
"""Of the page and of what lies on it, as .streamlit/config.toml has them."""
MUTED = in_both("#565C6E", "#A9B0C3")
"""Of captions and of the ticks of charts."""
ON_PRIMARY = in_both("#FFFFFF", "#10131C")
"""Of letters on a filled button."""

WRONG = in_both("#B3261E", "#FF8A84")
"""Red, and never without a word or a ✗ beside it."""
WRONG_BAR = "#E5484D"
"""The same red for bars of charts."""
CHOSEN = in_both("#6237BE", "#B79CFF")
"""Violet, of the frame round what is chosen, and of the number that it has."""

FIRST, SECOND, THIRD, FOURTH, GREY, FIFTH = (
    "#0C8A7B", "#C2409A", "#8A7A00", "#8B63D9", "#7C8394", "#97704A",
)  # fmt: skip
"""Of the lines of charts, as chartCategoricalColors in .streamlit/config.toml: teal, pink, olive,
violet, grey and brown, each with a contrast of 3 to both grounds."""
LINES = (FIRST, SECOND, THIRD, FOURTH, GREY, FIFTH, "#4E8F2F", "#3D8899")
PALE_FIRST = "rgba(12, 138, 123, .5)"
"""A line that lies under the first one."""
SECOND_MARK = FIRST
DIGITS = (
    FIRST, SECOND, THIRD, FOURTH, GREY, FIFTH, "#4E8F2F", "#3D8899", "#2E9E5B", "#C57FB4",
)  # fmt: skip
"""Of 0 to 9. Ten colours are hard to tell apart, so each digit's group has its name on it."""

NEGATIVE, POSITIVE = (47, 107, 240), (236, 122, 0)
"""Blue and orange as (red, green, blue), told apart by nearly everybody: the sign of a number."""
BELOW_ZERO, ABOVE_ZERO = (f"rgb({r},{g},{b})" for r, g, b in (NEGATIVE, POSITIVE))

MISTAKES = ("#E3D5D3", "#EF9A94", "#E36A66")
"""Of cells, from few mistakes to many."""
RIGHT_CELL = "#A3ABBB"
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

VARIABLES = ";".join(
    f"--{name}:{colour}"
    for name, colour in {
        "ground": GROUND, "border": BORDER, "muted": MUTED, "on-primary": ON_PRIMARY,
        "primary": PRIMARY, "chosen": CHOSEN, "wrong": WRONG, "grey": GREY, "dark-ink": DARK_INK,
        "first": FIRST, "second": SECOND, "third": THIRD, "fourth": FOURTH,
    }.items()
)  # fmt: skip
"""The palette for files of CSS, which inherit it from the page."""
