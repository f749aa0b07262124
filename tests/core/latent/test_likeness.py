import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.latent.codes import redraw_error
from mnist_core.latent.likeness import Verdict, error_histogram, error_percentile, likeness
from mnist_core.pictures.own_digits import on_canvas, own_digit
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.weights import load_autoencoder
from tests.digits import SCRIBBLE

SHIPPED = load_autoencoder("vae")
QUANTILES = SHIPPED.card.redraw_quantiles
ERRORS = st.lists(st.floats(0, 500, width=32), min_size=2, max_size=200)


@pytest.mark.parametrize("digit", range(10))
def test_digits_that_nothing_was_trained_on_come_out_as_well_as_test_digits(digit: int) -> None:
    found = likeness(SHIPPED.model, own_digit(digit), QUANTILES)
    assert found.verdict is Verdict.USUAL
    assert 0 < found.share_below < 0.9
    error = redraw_error(SHIPPED.model, own_digit(digit)).item()
    assert found.error == pytest.approx(error)


@pytest.mark.parametrize("brush_px", [8, 14, 20])
def test_a_scribble_is_unlike_any_test_digit(brush_px: int) -> None:
    scribble = canvas_to_mnist(on_canvas(SCRIBBLE, brush_px)).image
    found = likeness(SHIPPED.model, scribble, QUANTILES)
    assert found.verdict is Verdict.UNLIKE_ANY
    assert found.share_below == 1


def test_an_empty_page_is_blank_although_its_error_is_small() -> None:
    found = likeness(SHIPPED.model, torch.zeros(1, 1, 28, 28), QUANTILES)
    assert found.verdict is Verdict.BLANK
    assert found.error < QUANTILES[0]


def test_what_comes_out_worse_than_99_of_100_test_digits_is_unusual() -> None:
    error = redraw_error(SHIPPED.model, own_digit(5)).item()
    quantiles = [error - 2 + k / 50 for k in range(101)]  # error is at the hundredth of them
    assert likeness(SHIPPED.model, own_digit(5), quantiles).verdict is Verdict.UNUSUAL
    wider = [error - 2 + k / 40 for k in range(101)]
    assert likeness(SHIPPED.model, own_digit(5), wider).verdict is Verdict.USUAL


@given(ERRORS, st.floats(0, 500), st.integers(1, 60))
def test_the_histogram_has_a_place_for_every_error_and_counts_each_test_digit_once(
    errors: list[float], error: float, bins: int
) -> None:
    errors = sorted(errors)
    if errors[-1] == 0 and error == 0:
        errors[-1] = 1.0
    found = error_histogram(errors, error, bins)
    assert found.greatest > max(errors[-1], error)
    assert found.shares.shape == (bins,)
    assert (found.shares >= -1e-6).all()
    assert_close(found.shares.sum(), torch.tensor(1.0), atol=1e-5, rtol=0)


def test_the_histogram_of_evenly_spread_errors_is_level_between_their_ends() -> None:
    errors = torch.linspace(40, 100, 101).tolist()
    found = error_histogram(errors, error=200 / 1.05, bins=20)  # 10 nats each
    expected = torch.tensor([0.0] * 4 + [1 / 6] * 6 + [0.0] * 10)
    assert_close(found.shares, expected, atol=1e-5, rtol=0)


# Is it a digit?


@pytest.mark.parametrize(
    ("error", "expected"), [(5.0, 0.0), (10.0, 0.0), (15.0, 0.25), (20.0, 0.5), (40.0, 1.0),
                            (99.0, 1.0)]
)  # fmt: skip
def test_the_percentile_of_an_error_lies_between_the_quantiles(
    error: float, expected: float
) -> None:
    assert error_percentile(error, [10.0, 20.0, 40.0]) == pytest.approx(expected)
