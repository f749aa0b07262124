"""Maps as SVG: their colours, marks, numbers and texts."""

import base64
import io
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ui.shared.figures.colours import CHOSEN, NEGATIVE, POSITIVE, SECOND_MARK
from ui.shared.figures.pixel_maps import Look, Mark, captioned, grey_map, number_map, signed_map


def pixels(svg: str) -> NDArray[np.uint8]:
    """The picture in an SVG: (h, w, 4) RGBA."""
    (png,) = re.findall(r"data:image/png;base64,([^\"]+)", svg)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"))


def values(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32)


def rectangles(svg: str) -> list[dict[str, str]]:
    """Attributes of the rectangles, but for the frame, which has no x."""
    found = [
        dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<rect [^>]*", svg)
    ]
    return [each for each in found if "x" in each]


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)<", svg)


def test_a_signed_map_is_blue_below_zero_clear_at_zero_and_orange_above() -> None:
    drawn = pixels(signed_map(values([-2, 0, 2, 1]), 2, Look("a map")))[0]
    assert tuple(drawn[0]) == (*NEGATIVE, 255)
    assert drawn[1, 3] == 0
    assert tuple(drawn[2]) == (*POSITIVE, 255)
    assert tuple(drawn[3, :3]) == POSITIVE
    assert drawn[3, 3] == pytest.approx(128, abs=1)


def test_beyond_the_limit_stands_the_strongest_colour() -> None:
    drawn = pixels(signed_map(values([-9, 9, float("inf")]), 2, Look("a map")))[0]
    assert tuple(drawn[0]) == (*NEGATIVE, 255)
    assert tuple(drawn[1]) == tuple(drawn[2]) == (*POSITIVE, 255)


def test_the_same_limit_gives_the_same_value_the_same_colour_in_every_map() -> None:
    first = pixels(signed_map(values([1, 3]), 3, Look("a")))[0, 0]
    second = pixels(signed_map(values([0.1, 1]), 3, Look("b")))[0, 1]
    assert tuple(first) == tuple(second)


def test_ink_is_light_in_a_grey_map_and_values_are_kept_in_range() -> None:
    drawn = pixels(grey_map(values([-1, 0, 0.5, 1, 7]), Look("a")))[0, :, 0]
    assert drawn.tolist() == [0, 0, pytest.approx(127, abs=1), 255, 255]


def test_one_pixel_per_value_is_enlarged_with_sharp_edges() -> None:
    svg = grey_map(np.zeros((5, 7), np.float32), Look("a", width_px=210))
    assert pixels(svg).shape[:2] == (5, 7)
    assert 'viewBox="0 0 7 5"' in svg
    assert "image-rendering:pixelated" in svg
    assert "width:210px" in svg
    assert "max-width:100%" in svg, "it fits on a phone"


def test_marks_stand_where_they_are_told_and_dashed_ones_are_dashed() -> None:
    marks = [Mark(1, 2, 3, 4), Mark(-1, 0, colour=SECOND_MARK, dashed=True)]
    first, second = rectangles(grey_map(np.zeros((9, 9), np.float32), Look("a", marks)))
    place = [first[name] for name in ("x", "y", "width", "height", "stroke")]
    assert place == ["2", "1", "4", "3", CHOSEN]
    assert "stroke-dasharray" not in first
    place = [second[name] for name in ("x", "y", "width", "height", "stroke")]
    assert place == ["0", "-1", "1", "1", SECOND_MARK]
    assert "stroke-dasharray" in second


def test_what_is_drawn_over_the_map_lies_under_the_marks() -> None:
    over = '<path d="M0 0"/>'
    svg = grey_map(np.zeros((2, 2), np.float32), Look("a", [Mark(0, 0)], over=over))
    assert svg.index("<image") < svg.index(over) < svg.index(CHOSEN)


def test_texts_are_escaped() -> None:
    svg = grey_map(np.zeros((2, 2), np.float32), Look('a "digit" <b> & more', pick='k"ey'))
    assert 'aria-label="a &quot;digit&quot; &lt;b&gt; &amp; more"' in svg
    assert 'data-pick="k&quot;ey"' in svg
    assert "data-pick" not in grey_map(np.zeros((2, 2), np.float32), Look("a"))


def test_numbers_have_their_decimals_and_a_true_minus() -> None:
    svg = number_map(values([0.125, -1.5], [20, 0]), 2, Look("a"))
    assert texts(svg) == ["0.12", "−1.50", "20.00", "0.00"]
    assert texts(number_map(values([0.125, -1.5]), 2, Look("a"), decimals=0)) == ["0", "−2"]
    assert texts(number_map(values([0.5]), None, Look("a"), decimals=1)) == ["0.5"]


def test_numbers_stand_in_the_middle_of_their_cells() -> None:
    svg = number_map(values([1, 2], [3, 4]), 4, Look("a"))
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', svg)
    assert places == [("0.5", "0.5"), ("1.5", "0.5"), ("0.5", "1.5"), ("1.5", "1.5")]


def test_numbers_can_be_read_on_their_own_cell() -> None:
    def ink(svg: str) -> list[str]:
        return re.findall(r'<text[^>]*fill="([^"]+)"', svg)

    assert ink(number_map(values([0, 1]), None, Look("a"))) == ["#F4F4F4", "#101010"]
    # a pale cell shows the page, so that the page's own text colour can be read on it
    assert ink(number_map(values([0, 0.1, 1]), 1, Look("a"))) == ["currentColor"] * 2 + ["#101010"]


def test_captioned_figures_wrap_and_keep_their_order() -> None:
    html = captioned([("<svg/>", "first"), ("<img>", "<b>second</b>")], gap_px=7)
    assert html.index("first") < html.index("<svg/>") < html.index("<b>second</b>")
    assert "flex-wrap:wrap;gap:7px" in html
