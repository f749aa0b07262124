"""What is said of a class's digits is what a plain loop would say."""

import numpy as np
import pytest
import torch
from torch import nn

from mnist_core.classroom.measures import (
    MAP,
    SLICE_PICTURES,
    Cloud,
    Exam,
    cloud_of,
    mean_digits,
    most_unusual,
)
from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.metrics import accuracy, confusion, predict_logits
from mnist_core.latent.codes import encode
from mnist_core.latent.generate import generate_digits
from mnist_core.latent.plane import load_map
from mnist_core.weights import load_autoencoder, load_trained
from tests.core.tiny import tiny_digits


@pytest.fixture
def model() -> nn.Module:
    return load_trained("deep_cnn").model


def test_an_exam_in_slices_says_what_one_in_a_piece_says(model: nn.Module) -> None:
    digits = tiny_digits(3 * SLICE_PICTURES + 7)
    exam, shares = Exam(model, digits), []
    while not exam.is_done:
        exam.advance(0.0)
        shares.append(exam.done)
    assert len(shares) == 4
    assert shares == sorted(set(shares))
    logits = predict_logits(model, digits.images)
    result = exam.result
    assert result.accuracy == accuracy(logits, digits.labels)
    assert torch.equal(result.confusion.counts, confusion(logits, digits.labels).counts)
    assert torch.equal(result.read, logits.argmax(dim=1))
    assert len(result.wrong) == round((1 - result.accuracy) * len(digits))


def test_an_exam_can_be_left_half_way(model: nn.Module) -> None:
    exam = Exam(model, tiny_digits(3 * SLICE_PICTURES))
    assert exam.done == 0
    exam.advance(0.0)
    assert exam.done == pytest.approx(1 / 3)
    assert len(exam.result.read) == SLICE_PICTURES
    assert int(exam.result.confusion.counts.sum()) == SLICE_PICTURES


def test_an_exam_of_nothing_is_done(model: nn.Module) -> None:
    none = Digits(torch.zeros(0, 28, 28, dtype=torch.uint8), torch.zeros(0, dtype=torch.uint8))
    exam = Exam(model, none)
    assert exam.is_done
    assert np.isnan(exam.result.accuracy)


def test_the_mean_of_each_digit() -> None:
    digits = tiny_digits(40)
    means = mean_digits(digits.select(digits.labels != 4))
    assert means[4].isnan().all()
    for digit in (0, 9):
        of_digit = digits.images[digits.labels == digit].double() / 255
        torch.testing.assert_close(means[digit].double(), of_digit.mean(0), rtol=0, atol=1e-6)


def test_the_one_that_is_unlike_the_others_comes_first() -> None:
    digits = tiny_digits(40)
    digits.images[13] = 255 - digits.images[13]
    assert most_unusual(digits, 3)[0] == 13
    assert len(most_unusual(digits, 100)) == 40


def test_a_class_s_digits_lie_on_the_map_where_mnist_s_own_do() -> None:
    digits = generate_digits(20, seed=3)
    cloud = cloud_of(digits)
    assert cloud.ours.shape == (20, 2)
    assert cloud.labels.tolist() == digits.labels.tolist()
    assert cloud.mnist.shape == (len(cloud.mnist_labels), 2) == (10_000, 2)
    model = load_autoencoder(MAP).model
    means = encode(model, to_images_01(digits.images)).mean
    assert torch.allclose(load_map(MAP).plane.at(cloud.ours), means, atol=1e-4)
    distances = (cloud.ours[:, None] - cloud.mnist).square().sum(dim=2)
    alike = cloud.mnist_labels[distances.argmin(dim=1)] == cloud.labels
    assert cloud.among_own == pytest.approx(float(alike.float().mean()))
    assert cloud.among_own > 0.5


def test_mnist_s_own_are_not_their_own_neighbours() -> None:
    mnist, labels = torch.tensor([[0.0, 0], [0, 1], [5, 5], [5, 6]]), torch.tensor([1, 1, 2, 3])
    cloud = Cloud(mnist[:2], labels[2:], mnist, labels, torch.zeros(10, 2))
    assert cloud.mnist_among_own == 0.5
    assert cloud.among_own == 0
