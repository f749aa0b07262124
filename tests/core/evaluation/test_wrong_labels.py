import math

import pytest
import torch
import torch.nn.functional as F

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.wrong_labels import AGREED, RATERS, ceiling

LABELS_THAT_PEOPLE_WERE_SHOWN = [8, 0, 9, 4, 2, 5, 6, 6, 5, 5, 0, 1, 4, 6, 5]
"""As in the study: they tell whether its indices are those of this order of the digits."""


def readings(labels: torch.Tensor) -> torch.Tensor:
    """Logits of a network that reads each digit as its label."""
    return 10 * F.one_hot(labels.long(), 10).float()


def test_only_labels_are_named_that_fewer_than_half_of_the_people_saw() -> None:
    assert all(0 <= people < RATERS / 2 for people in AGREED.values())
    assert list(AGREED) == sorted(AGREED)


def test_the_accuracy_without_them_is_that_of_the_other_digits() -> None:
    labels = torch.arange(2000) % 10
    logits = readings(labels)
    logits[[947, 1621, 5, 6]] = readings((labels[[947, 1621, 5, 6]] + 1) % 10)
    found = ceiling(logits, labels)
    assert found.indices.tolist() == [947, 1621, 1901]
    assert found.labels.tolist() == [7, 1, 1]
    assert found.read.tolist() == [8, 2, 1]
    assert (found.contradicted, found.wrong, found.count) == (2, 4, 2000)
    assert found.published == pytest.approx(1996 / 2000) == accuracy(logits, labels)
    assert found.without == pytest.approx(1995 / 1997)
    assert found.highest == pytest.approx(1997 / 2000)


def test_the_temperature_changes_how_sure_it_is_and_nothing_else() -> None:
    labels = torch.arange(1000) % 10
    found, humble = (ceiling(readings(labels), labels, T) for T in (1.0, 5.0))
    assert 0.2 < humble.p_read.item() < found.p_read.item()
    assert (humble.published, humble.without) == (found.published, found.without)
    assert humble.read.tolist() == found.read.tolist()


def test_a_digit_without_an_answer_is_contradicted_and_has_no_probability() -> None:
    labels = torch.arange(1000) % 10
    logits = readings(labels)
    logits[947] = torch.nan
    found = ceiling(logits, labels)
    assert found.p_read.isnan().all()
    assert found.contradicted == 1
    assert (found.published, found.without) == (0.999, 1.0)


def test_where_none_of_them_has_been_read_nothing_changes() -> None:
    labels = torch.arange(500) % 10
    found = ceiling(readings(labels), labels)
    assert len(found.indices) == 0
    assert found.published == found.without == found.highest == 1
    assert not math.isnan(found.without)


@pytest.mark.mnist
def test_the_indices_are_those_of_mnist_s_own_order(mnist_test_digits: Digits) -> None:
    labels = mnist_test_digits.labels
    assert labels[list(AGREED)].tolist() == LABELS_THAT_PEOPLE_WERE_SHOWN
    found = ceiling(readings(labels), labels)
    assert found.labels.tolist() == LABELS_THAT_PEOPLE_WERE_SHOWN
    assert found.published == 1
    assert found.highest == pytest.approx(0.9985)
