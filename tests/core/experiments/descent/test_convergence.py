import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.experiments.descent.convergence import (
    Settings,
    best_gradient_descent,
    best_heavy_ball,
    distances,
    factor,
    measured_rate,
    predicted_factor,
    predicted_rate,
)
from mnist_core.experiments.descent.surfaces import ravine, valley

KAPPAS = [2.0, 10.0, 100.0, 1_000.0]
curvatures, rates = st.floats(0.01, 100), st.floats(1e-3, 3)
betas = st.floats(0, 0.999)


@given(curvature=curvatures, rate=rates, beta=betas)
def test_the_factor_is_the_largest_eigenvalue_of_a_step(curvature, rate, beta) -> None:
    step = torch.tensor([[1 + beta - rate * curvature, -beta], [1, 0]], dtype=torch.float64)
    expected = float(torch.linalg.eigvals(step).abs().max())
    # at a double root an eigenvalue is known only to the square root of the rounding
    assert factor(curvature, Settings(rate, beta)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kappa", KAPPAS)
def test_the_best_settings_have_the_factors_of_the_books(kappa: float) -> None:
    descent, ball = best_gradient_descent(1, kappa), best_heavy_ball(1, kappa)
    root = math.sqrt(kappa)
    assert predicted_factor(1, kappa, descent) == pytest.approx((kappa - 1) / (kappa + 1))
    assert predicted_factor(1, kappa, ball) == pytest.approx((root - 1) / (root + 1))


@given(kappa=st.floats(1.1, 2_000), rate=st.floats(0.3, 3), beta=st.floats(0, 0.99))
def test_no_settings_are_better_than_the_best(kappa, rate, beta) -> None:
    ball, descent = best_heavy_ball(1, kappa), best_gradient_descent(1, kappa)
    other = Settings(ball.rate * rate, beta)
    assert predicted_factor(1, kappa, other) > predicted_factor(1, kappa, ball) - 1e-6
    other = Settings(descent.rate * rate)
    assert predicted_factor(1, kappa, other) > predicted_factor(1, kappa, descent) - 1e-9


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("surface", [valley, ravine])
def test_gradient_descent_comes_in_as_fast_as_predicted(kappa: float, surface) -> None:
    settings = best_gradient_descent(1, kappa)
    measured = measured_rate(distances(surface(kappa), settings))
    assert measured == pytest.approx(predicted_rate(1, kappa, settings), rel=0.02)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("surface", [valley, ravine])
def test_the_heavy_ball_comes_in_as_fast_as_predicted(kappa: float, surface) -> None:
    settings = best_heavy_ball(1, kappa)
    measured = measured_rate(distances(surface(kappa), settings), double_root=True)
    assert measured == pytest.approx(predicted_rate(1, kappa, settings), rel=0.02)


@pytest.mark.parametrize("kappa", KAPPAS)
def test_a_fit_that_forgets_the_double_root_is_off_by_more(kappa: float) -> None:
    settings = best_heavy_ball(1, kappa)
    predicted = predicted_rate(1, kappa, settings)
    assert measured_rate(distances(valley(kappa), settings)) < 0.98 * predicted


@given(
    rate=st.floats(0.003, 2), first=st.floats(0.1, 10), more=st.floats(0, 10),
    steps=st.integers(20, 300),
)  # fmt: skip
def test_the_fit_finds_the_rate_of_what_has_one(rate, first, more, steps) -> None:
    lengths = [(first + more * k) * math.exp(-rate * k) for k in range(steps)]
    assert measured_rate(lengths, double_root=True) == pytest.approx(rate, rel=0.02)
    plain = [first * math.exp(-rate * k) for k in range(steps)]
    assert measured_rate(plain) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_past_the_largest_rate_it_diverges_as_predicted(beta: float) -> None:
    limit = 2 * (1 + beta) / 10
    below, above = Settings(0.98 * limit, beta), Settings(1.02 * limit, beta)
    assert predicted_rate(1, 10, below) > 0 > predicted_rate(1, 10, above)
    lengths = distances(valley(10), above)
    assert lengths[-1] > 1e3 * lengths[0]
    assert measured_rate(lengths[:200]) == pytest.approx(predicted_rate(1, 10, above), rel=0.02)
    assert distances(valley(10), below)[-1] < 1e-6
