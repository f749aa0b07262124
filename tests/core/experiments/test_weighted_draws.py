import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.experiments.weighted_draws import draw_weighted, weighted_mean, weighted_test


def test_the_first_is_never_drawn_and_each_by_its_number() -> None:
    counts = torch.zeros(5)
    for seed in range(2000):
        counts += torch.bincount(draw_weighted(5, seed), minlength=5)
    shares = counts / counts.sum()
    assert counts[0] == 0
    torch.testing.assert_close(shares, torch.arange(5) / 10.0, rtol=0, atol=0.02)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30))
def test_the_weighted_mean_is_torch_s(values: list[float]) -> None:
    tensor = torch.tensor(values, dtype=torch.float64)
    weights = torch.arange(len(values), dtype=torch.float64)
    expected = float(torch.dot(weights / weights.sum(), tensor))
    assert weighted_mean(tensor) == pytest.approx(expected, abs=1e-12)


def test_a_network_that_reads_the_late_digits_better_looks_better_than_it_is() -> None:
    is_right = torch.arange(1000) >= 500
    losses = (~is_right).double()
    test = weighted_test(is_right, losses, seed=0)
    assert test.accuracy == 0.5
    assert test.loss == 0.5
    assert test.expected_accuracy == pytest.approx(sum(range(500, 1000)) / sum(range(1000)))
    assert test.drawn_accuracy == pytest.approx(test.expected_accuracy, abs=0.05)
    assert test.drawn_loss == pytest.approx(1 - test.drawn_accuracy)


def test_the_draws_fall_on_late_digits_and_leave_many_out() -> None:
    test = weighted_test(torch.ones(10_000, dtype=torch.bool), torch.zeros(10_000), seed=3)
    expected = torch.tensor([(2 * tenth + 1) / 100 for tenth in range(10)], dtype=torch.float64)
    torch.testing.assert_close(test.looks, expected, rtol=0, atol=0.02)
    assert float(test.looks.sum()) == pytest.approx(1)
    # number i is missed by all N draws with (1 − 2i / N²)ᴺ ≈ e^(−2i/N); the mean of that is
    # (1 − e⁻²) / 2 = 0.432
    assert 1 - test.looked_at == pytest.approx(0.432, abs=0.015)
    assert test.accuracy == test.drawn_accuracy == test.expected_accuracy == 1


def test_the_same_seed_draws_the_same() -> None:
    assert torch.equal(draw_weighted(50, 1), draw_weighted(50, 1))
    assert not torch.equal(draw_weighted(50, 1), draw_weighted(50, 2))


def test_a_digit_without_an_answer_counts_as_wrong_and_in_no_mean_loss() -> None:
    is_right, losses = torch.ones(400, dtype=torch.bool), torch.full((400,), 0.25)
    is_right[::4], losses[::4] = False, torch.nan
    test = weighted_test(is_right, losses, seed=0)
    assert test.accuracy == 0.75
    assert test.loss == test.drawn_loss == 0.25
