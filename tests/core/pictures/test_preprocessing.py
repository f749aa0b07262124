"""Properties of preprocessing, whatever is drawn, wherever and however large."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from mnist_core.errors import PictureUnusable
from mnist_core.pictures.preprocessing import (
    BOX_PX,
    STROKE_PX,
    Box,
    Problem,
    canvas_to_mnist,
    edge_depth,
    ink_box,
    stroke_width,
)
from mnist_core.pictures.strokes import draw_strokes, fit_strokes
from tests.core.photos import DIGITS, draw_digit

digits = st.integers(0, 9)
sides = st.floats(90, 220)
brushes = st.floats(7, 20)
places = st.tuples(st.floats(0, 1), st.floats(0, 1))
few = settings(max_examples=15, deadline=None)


def draw(digit, side=150.0, brush=14.0, place=(0.5, 0.5)):
    """A canvas with the whole digit on it, at `place` of the room that is left."""
    points = np.concatenate(DIGITS[digit])
    extent = np.ptp(points, axis=0)
    extent = extent / extent.max() * side
    room = 280 - brush - 2 - extent
    corner = brush / 2 + 1 + np.array(place) * room
    return draw_strokes(
        fit_strokes(DIGITS[digit], side, (float(corner[0]), float(corner[1]))), brush
    )


def read(picture):
    return canvas_to_mnist(picture).image[0, 0].numpy()


def difference(a, b):
    """Mean |a − b| over the ink that there is: 0 for equal images, 2 for disjoint ones."""
    return float(np.abs(a - b).sum() / max(min(a.sum(), b.sum()), 1e-6))


def enlarged_mask(image, factor=8):
    return ndimage.zoom(image, factor, order=1, mode="grid-constant", grid_mode=True) >= 0.5


@few
@given(
    arrays(
        np.uint8,
        st.sampled_from(
            [(1, 1), (3, 2, 4), (40, 30, 3), (1, 50, 4), (50, 2), (28, 28), (64, 64, 4)]
        ),
    )
)
def test_any_bytes_give_a_finite_picture_of_the_right_shape(picture):
    image = canvas_to_mnist(picture).image
    assert image.dtype == torch.float32
    assert image.shape == (1, 1, 28, 28)
    assert torch.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1


@few
@given(digits, places, places)
def test_shifting_the_drawing_hardly_changes_the_picture(digit, place, other):
    a, b = read(draw(digit, place=place)), read(draw(digit, place=other))
    assert difference(a, b) < 0.12
    assert np.abs(a - b).mean() < 0.012


@few
@given(digits, sides, sides)
def test_scaling_the_drawing_changes_the_picture_little(digit, side, other):
    a, b = read(draw(digit, side, side / 10)), read(draw(digit, other, other / 10))
    assert difference(a, b) < 0.15


@few
@given(digits, brushes, brushes)
def test_the_brush_changes_the_picture_little(digit, brush, other):
    a, b = read(draw(digit, 180.0, brush)), read(draw(digit, 180.0, other))
    assert difference(a, b) < 0.5
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.85


@few
@given(digits, sides, brushes, places)
def test_light_on_dark_equals_dark_on_light(digit, side, brush, place):
    canvas = draw(digit, side, brush, place)
    negative = 255 - canvas
    negative[..., 3] = 255
    np.testing.assert_allclose(read(canvas), read(negative), atol=0.06)


@few
@given(digits, sides, brushes, st.sampled_from([0, 255]))
def test_a_transparent_background_equals_an_opaque_one(digit, side, brush, ink):
    canvas = draw(digit, side, brush)
    transparent = np.full_like(canvas, ink)
    transparent[..., 3] = canvas[..., 0]
    np.testing.assert_allclose(read(transparent), read(canvas), atol=0.06)


@few
@given(digits, sides, brushes, places)
def test_the_centre_of_mass_is_in_the_middle_where_the_margin_allows(digit, side, brush, place):
    result = canvas_to_mnist(draw(digit, side, brush, place))
    as_boxed = np.array(ndimage.center_of_mass(result.stages[2].image)) - 13.5
    placed = np.array(ndimage.center_of_mass(result.image[0, 0].numpy())) - 13.5
    allowed = np.abs(as_boxed) <= 3.5
    assert (np.abs(placed[allowed]) <= 0.25).all()


def test_a_stroke_of_a_thin_brush_stays_visible_beside_one_of_a_thick_brush():
    corner = draw_strokes([np.array([[110, 40], [80, 160], [200, 160]], np.float32)], 6)
    bar = draw_strokes([np.array([[165, 90], [150, 250]], np.float32)], 40)
    placed = canvas_to_mnist(np.maximum(corner, bar)).image[0, 0].numpy()
    upper_left = placed[3:14, :12]
    assert (upper_left.max(axis=1) > 0.6).all()


def test_a_thin_stroke_beside_a_thick_one_is_kept():
    picture = np.zeros((280, 280, 4), np.uint8)
    picture[40:240, 60:72] = 255
    picture[40:90, 60:200] = 255
    placed = canvas_to_mnist(picture).image[0, 0].numpy()
    rows, _ = np.nonzero(placed > 0.3)
    assert 18 <= np.ptp(rows) + 1 <= 22


@few
@given(digits, sides, brushes, places)
def test_the_longest_side_is_20_px(digit, side, brush, place):
    mask = enlarged_mask(read(draw(digit, side, brush, place)))
    rows, columns = np.nonzero(mask)
    longest = max(np.ptp(rows), np.ptp(columns)) / 8
    assert abs(longest - BOX_PX) < 1.0


@few
@given(digits, sides, brushes)
def test_every_stroke_becomes_as_wide_as_in_mnist(digit, side, brush):
    width = stroke_width(edge_depth(enlarged_mask(read(draw(digit, side, brush))))) / 8
    assert abs(width - STROKE_PX) < 0.4


@few
@given(digits, sides, brushes, places)
def test_no_ink_is_lost_at_the_frame(digit, side, brush, place):
    image = read(draw(digit, side, brush, place))
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert edge.max() < 0.01


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_that_touches_the_canvas_edge_is_not_cut(digit):
    inside = draw(digit, 200.0)
    box = ink_box(inside[..., 0].astype(np.float32) / 255)
    cropped = inside[box.top : box.bottom, box.left : box.right]
    border = np.pad(cropped, ((1, 1), (1, 1), (0, 0)))
    border[..., 3] = 255
    assert difference(read(border), read(inside)) < 0.12


@pytest.mark.parametrize("digit", range(10))
def test_the_ten_digits_stay_apart(digit):
    mine = read(draw_digit(digit)).ravel()
    others = [read(draw_digit(other)).ravel() for other in range(10) if other != digit]
    assert max(np.corrcoef(mine, other)[0, 1] for other in others) < 0.8


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("alpha", [0, 255])
def test_an_empty_canvas_has_no_ink(value, alpha):
    canvas = np.full((280, 280, 4), value, np.uint8)
    canvas[..., 3] = alpha
    result = canvas_to_mnist(canvas)
    assert result.problem is Problem.NO_INK
    assert not result.image.any()
    assert result.image.shape == (1, 1, 28, 28)
    assert result.box is None
    assert result.stages == ()


@few
@given(st.floats(6, 60), st.floats(40, 240), st.floats(40, 240))
def test_a_dab_of_the_brush_is_a_dot(brush, x, y):
    canvas = draw_strokes([np.float32([[x, y]])], brush)
    assert canvas_to_mnist(canvas).problem is Problem.DOT


@few
@given(digits, sides, brushes, places)
def test_a_digit_is_no_dot(digit, side, brush, place):
    assert canvas_to_mnist(draw(digit, side, brush, place)).problem is None


def test_stages_lead_from_the_whole_picture_to_the_result():
    result = canvas_to_mnist(draw(5, 60.0, 10.0, (0.0, 0.0)))
    assert len(result.stages) == 5
    assert len({stage.name for stage in result.stages}) == 5
    for stage in result.stages:
        assert stage.image.shape == (28, 28)
        assert stage.image.dtype == np.float32
        assert 0 <= stage.image.min() < stage.image.max() <= 1
    assert np.array_equal(result.stages[-1].image, result.image[0, 0].numpy())
    whole, box, boxed, centred, _ = (stage.image for stage in result.stages)
    assert np.argwhere(whole > 0.3).max() < 10  # in the upper left corner, as drawn
    assert np.ptp(np.argwhere(box > 0.3)[:, 0]) >= 26
    assert np.ptp(np.argwhere(boxed > 0.3)[:, 0]) == pytest.approx(19, abs=1)
    assert np.abs(np.array(ndimage.center_of_mass(centred)) - 13.5).max() < 0.05


def test_the_box_is_where_the_ink_is():
    canvas = np.zeros((100, 120), np.uint8)
    canvas[20:70, 30:40] = 255
    result = canvas_to_mnist(canvas)
    assert result.box == Box(left=30, top=20, right=40, bottom=70)
    assert result.box.longest_side == 50
    assert result.stroke_px == pytest.approx(10 / 50 * BOX_PX, rel=0.1)


@pytest.mark.parametrize("width", [3.0, 8.0, 20.0])
def test_stroke_width_is_four_times_the_mean_depth(width):
    bar = np.zeros((80, 600), bool)
    bar[20 : 20 + int(width)] = True
    depth = edge_depth(bar)
    assert stroke_width(depth) == pytest.approx(width, rel=0.15)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 2), (3000, 4000)])
@pytest.mark.filterwarnings("error")
def test_odd_sizes_give_a_picture_or_no_ink(shape):
    picture = np.zeros(shape, np.uint8)
    assert canvas_to_mnist(picture).problem is Problem.NO_INK
    picture[shape[0] // 3 : 2 * shape[0] // 3 + 1, shape[1] // 3 : 2 * shape[1] // 3 + 1] = 255
    image = canvas_to_mnist(picture).image
    assert torch.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28, 5), np.uint8),
        np.zeros((0, 28, 4), np.uint8),
        np.zeros((28, 28), np.int64),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(array):
    with pytest.raises(PictureUnusable, match=r"^A picture .*\.$"):
        canvas_to_mnist(array)
