import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import (
    accuracy,
    calibration,
    confusion,
    iterate_logits,
    mean_cross_entropy,
    predict_logits,
    rank_mistakes,
    standard_error,
    summarise,
)
from mnist_core.evaluation.metrics import test_accuracy as accuracy_of
from mnist_core.layers.activations import to_probabilities
from tests.core.cases import cases


class Linear(nn.Module):
    """A small classifier that notes how many pictures it was shown at once."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(784, 10)
        self.seen: list[int] = []

    def forward(self, images_01: Tensor) -> Tensor:
        assert images_01.shape[1:] == (1, 28, 28)
        assert images_01.min() >= 0
        assert images_01.max() <= 1
        self.seen.append(len(images_01))
        return self.layer(images_01.flatten(1))


def random_pictures(count: int) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, 28, 28), generator=generator, dtype=torch.uint8)


def logits_that_say(*probabilities: list[float]) -> Tensor:
    """Logits whose softmax at temperature 1 is each row of `probabilities`."""
    return torch.tensor(probabilities, dtype=torch.float64).log()


# Prediction


def test_the_batches_come_one_by_one_and_make_up_the_whole():
    model, images = Linear(), random_pictures(23)
    batches = iterate_logits(model, images, batch_size=10)
    first = next(batches)
    assert model.seen == [10], "nothing is computed before it is asked for"
    together = torch.cat([first, *batches])
    assert model.seen == [10, 10, 3]
    assert_close(together, predict_logits(model, images))
    assert together.shape == (23, 10)
    assert not together.requires_grad


def test_inference_mode_does_not_outlast_a_batch():
    batches = iterate_logits(Linear(), random_pictures(20), batch_size=10)
    next(batches)
    assert not torch.is_inference_mode_enabled()


def test_accuracy_over_digits_is_that_of_their_logits():
    model, images = Linear(), random_pictures(30)
    labels = predict_logits(model, images).argmax(dim=1).to(torch.uint8)
    labels[:6] = (labels[:6] + 1) % 10
    assert accuracy_of(model, Digits(images, labels)) == pytest.approx(0.8)


# In one glance


@given(cases)
def test_the_summary_says_what_a_loop_would_count(case):
    logits, labels = case
    summary = summarise(logits, labels)
    rows = list(zip(logits.double(), labels.tolist(), strict=True))
    wrong = sum(int(row.argmax()) != label for row, label in rows)
    losses = [-math.log(float(row.exp()[label] / row.exp().sum())) for row, label in rows]
    assert (summary.count, summary.wrong) == (len(rows), wrong)
    assert summary.accuracy == pytest.approx(1 - wrong / len(rows))
    assert summary.accuracy == pytest.approx(accuracy(logits, labels))
    assert summary.loss == pytest.approx(sum(losses) / len(losses), rel=1e-6)
    assert summary.loss == pytest.approx(mean_cross_entropy(logits, labels), rel=1e-4, abs=1e-5)


@given(cases, st.floats(0.2, 5))
def test_the_temperature_changes_loss_and_calibration_but_no_reading(case, temperature):
    logits, labels = case
    before, after = summarise(logits, labels), summarise(logits, labels, temperature)
    assert (after.wrong, after.accuracy) == (before.wrong, before.accuracy)
    same = summarise(logits.double() / temperature, labels)
    assert after.loss == pytest.approx(same.loss)
    assert after.ece == pytest.approx(same.ece)


def test_standard_error_of_a_coin_and_of_certainty():
    shares, counts = torch.tensor([0.5, 0.9, 1.0]), torch.tensor([100, 900, 50])
    assert_close(standard_error(shares, counts), torch.tensor([0.05, 0.01, 0.0]))


def test_standard_error_is_how_far_shares_scatter():
    generator = torch.Generator().manual_seed(0)
    shares = (torch.rand(4000, 1000, generator=generator) < 0.8).double().mean(dim=1)
    expected = standard_error(torch.tensor(0.8), torch.tensor(1000)).item()
    assert shares.std().item() == pytest.approx(expected, rel=0.05)


# Confusion


@given(cases)
def test_confusion_counts_what_a_loop_would_count(case):
    logits, labels = case
    expected = torch.zeros(10, 10, dtype=torch.int64)
    for row, label in zip(logits, labels.tolist(), strict=True):
        expected[label, int(row.argmax())] += 1
    found = confusion(logits, labels)
    assert_close(found.counts, expected)
    assert int(found.counts.sum()) == len(labels)
    assert int(found.mistakes.sum()) == summarise(logits, labels).wrong
    assert not found.mistakes.diagonal().any()


def test_recall_looks_along_rows_and_precision_along_columns():
    labels = torch.tensor([4, 4, 4, 4, 9])
    logits = F.one_hot(torch.tensor([4, 4, 4, 9, 9]), 10).float()
    found = confusion(logits, labels)
    assert found.counts[4, 9] == 1
    assert found.recall[4] == pytest.approx(3 / 4)
    assert found.precision[4] == 1
    assert found.recall[9] == 1
    assert found.precision[9] == pytest.approx(1 / 2)
    assert found.recall[0].isnan()
    assert found.precision[0].isnan()


# Calibration


def test_ece_of_a_case_worked_out_by_hand():
    """Two bins: (0, 0.5] holds 0.4 (right); (0.5, 1] holds 0.8 (right), 0.8 (wrong), 0.6 (wrong).

    1/4 · |1 − 0.4| + 3/4 · |1/3 − 2.2/3| = 0.15 + 0.3
    """
    rest = [0.0] * 6
    logits = logits_that_say(
        [0.4, 0.3, 0.2, 0.1, *rest],
        [0.1, 0.8, 0.05, 0.05, *rest],
        [0.1, 0.05, 0.8, 0.05, *rest],
        [0.2, 0.1, 0.1, 0.6, *rest],
    )
    found = calibration(logits, torch.tensor([0, 1, 0, 0]), bins=2)
    assert found.count.tolist() == [1, 3]
    assert_close(found.confidence, torch.tensor([0.4, 2.2 / 3], dtype=torch.float64))
    assert_close(found.accuracy, torch.tensor([1, 1 / 3], dtype=torch.float64))
    assert found.ece == pytest.approx(0.45)
    third = math.sqrt(1 / 3 * 2 / 3 / 3)
    assert_close(found.standard_error, torch.tensor([0, third], dtype=torch.float64))


@given(cases, st.integers(1, 20), st.floats(0.2, 5))
def test_ece_is_what_a_loop_over_bins_finds(case, bins, temperature):
    logits, labels = case
    sure, read = (logits.double() / temperature).softmax(dim=1).max(dim=1)
    right = read == labels
    found = calibration(logits, labels, temperature, bins)
    ece = 0.0
    for k in range(bins):
        low, high = found.edges[k], found.edges[k + 1]
        inside = (sure > low) & ((sure <= high) | (k == bins - 1))
        assert int(inside.sum()) == int(found.count[k])
        if inside.any():
            gap = right[inside].double().mean() - sure[inside].mean()
            ece += float(inside.double().mean() * gap.abs())
        else:
            assert found.confidence[k].isnan()
            assert found.accuracy[k].isnan()
    assert found.ece == pytest.approx(ece)
    assert 0 <= found.ece <= 1


def test_a_network_that_is_as_right_as_it_is_sure_has_little_calibration_error():
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(20_000, 10, generator=generator)
    labels = torch.multinomial(logits.softmax(dim=1), 1, generator=generator)[:, 0]
    honest = calibration(logits, labels).ece
    assert honest < 0.02
    assert calibration(logits, labels, temperature=0.5).ece > 5 * honest
    assert calibration(logits, labels, temperature=3.0).ece > 5 * honest


# Ranking


@given(cases, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
def test_the_ranking_holds_exactly_the_wanted_digits_the_worst_first(case, label, read):
    logits, labels = case
    ranking = rank_mistakes(logits, labels, 1.5, label, read)
    reading = logits.argmax(dim=1).tolist()
    wants_right = label is not None and label == read
    expected = {
        i
        for i, (truth, seen) in enumerate(zip(labels.tolist(), reading, strict=True))
        if label in (None, truth) and read in (None, seen) and (truth == seen) == wants_right
    }
    assert set(ranking.indices.tolist()) == expected
    assert len(ranking) == len(expected)
    assert ranking.p_label.tolist() == sorted(ranking.p_label.tolist())
    probabilities = to_probabilities(logits, 1.5)
    assert_close(ranking.labels, labels.long()[ranking.indices])
    assert_close(ranking.read, logits.argmax(dim=1)[ranking.indices])
    assert_close(ranking.p_label, probabilities[ranking.indices, ranking.labels])
    assert_close(ranking.p_read, probabilities[ranking.indices].amax(dim=1))


@given(cases, st.integers(1, 30))
def test_the_pages_of_a_ranking_make_up_the_whole(case, size):
    ranking = rank_mistakes(*case)
    pages = [ranking.page(number, size) for number in range(-(-len(ranking) // size))]
    assert all(len(page) == size for page in pages[:-1])
    indices = torch.cat([page.indices for page in pages]) if pages else ranking.indices
    assert_close(indices, ranking.indices)


# Pictures without an answer


def test_pictures_without_finite_logits_are_wrong_and_in_no_table_bin_or_ranking() -> None:
    logits = 5 * torch.eye(10)[[0, 1, 2, 3, 4]]
    labels = torch.tensor([0, 7, 2, 3, 4])
    logits[2], logits[3, 1] = torch.nan, torch.inf
    found = summarise(logits, labels)
    assert (found.count, found.wrong, found.unanswered) == (5, 3, 2)
    assert found.accuracy == 0.4
    there = summarise(logits[[0, 1, 4]], labels[[0, 1, 4]])
    assert (found.loss, found.ece) == (there.loss, there.ece)
    assert confusion(logits, labels).counts.sum() == 3
    assert calibration(logits, labels).count.sum() == 3
    assert rank_mistakes(logits, labels).indices.tolist() == [1]


def test_without_any_answer_there_is_neither_loss_nor_calibration() -> None:
    found = summarise(torch.full((3, 10), torch.nan), torch.tensor([0, 1, 2]))
    assert (found.wrong, found.unanswered, found.accuracy) == (3, 3, 0)
    assert math.isnan(found.loss)
    assert math.isnan(found.ece)
