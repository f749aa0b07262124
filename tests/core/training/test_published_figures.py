"""What CI measures anew of the table that `python -m benchmarks` prints."""

import statistics

import pytest

from benchmarks.training import PUBLISHED_LOSSES, results_at_epoch_ends
from mnist_core.data.mnist import Digits

SEED_TO_SEED_DEVIATIONS = (0.0060, 0.0105, 0.0190)
"""Of the MLP's test loss after 1, 2, 3 epochs over ten seeds: `python -m benchmarks training`."""


@pytest.mark.mnist
def test_the_mlp_s_test_losses_are_the_published_ones(
    mnist_training_digits: Digits, mnist_test_digits: Digits
) -> None:
    losses = []
    for seed in range(2):
        tests = results_at_epoch_ends(
            "mlp", len(PUBLISHED_LOSSES), seed, mnist_training_digits, mnist_test_digits
        )
        losses.append([test.loss for test in tests])
        print(f"seed {seed}: {[(f'{test.loss:.4f}', f'{test.accuracy:.1%}') for test in tests]}")
    bars = zip(PUBLISHED_LOSSES, SEED_TO_SEED_DEVIATIONS, zip(*losses, strict=True), strict=True)
    for published, deviation, of_epoch in bars:
        assert abs(published - statistics.fmean(of_epoch)) <= 3 * deviation
