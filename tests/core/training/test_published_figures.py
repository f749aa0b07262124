"""What CI measures anew of the table that `python -m benchmarks` prints."""

import pytest

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.published import PUBLISHED_LOSSES
from mnist_core.shipping.studies.ten_seeds import results_at_epoch_ends

SEED_TO_SEED_DEVIATIONS = (0.0060, 0.0105)
"""Of the MLP's test loss after 1 and 2 epochs over ten seeds: `python -m benchmarks training`."""


@pytest.mark.mnist
def test_the_mlp_s_test_losses_are_the_published_ones(
    mnist_training_digits: Digits, mnist_test_digits: Digits
) -> None:
    epochs = len(SEED_TO_SEED_DEVIATIONS)
    tests = results_at_epoch_ends("mlp", epochs, 0, mnist_training_digits, mnist_test_digits)
    for published, deviation, test in zip(
        PUBLISHED_LOSSES, SEED_TO_SEED_DEVIATIONS, tests, strict=False
    ):
        assert abs(published - test.loss) <= 3 * deviation
