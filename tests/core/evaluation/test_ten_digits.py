import pytest
import torch
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.ten_digits import read_ten, ten_digits
from tests.core.seeded import seeded_images, untrained


def digits_of(labels: list[int]) -> Digits:
    return Digits(seeded_images(len(labels)), torch.tensor(labels, dtype=torch.uint8))


# Ten digits


def test_ten_digits_are_the_first_of_each_label_in_order() -> None:
    test = digits_of([3, 3, 9, 0, 1, 2, 4, 5, 9, 6, 8, 7, 0])
    chosen = ten_digits(test)
    assert chosen.labels.tolist() == list(range(10))
    at = [3, 4, 5, 0, 6, 7, 9, 11, 10, 2]
    assert torch.equal(chosen.images, test.images[at])


def test_labels_that_are_missing_are_filled_with_the_next_pictures() -> None:
    test = digits_of([1, 1, 1, 7, 7, 1, 1, 1, 1, 1, 7, 1])
    chosen = ten_digits(test)
    assert len(chosen) == 10
    assert (chosen.labels[1], chosen.labels[7]) == (1, 7)
    assert len(torch.unique(chosen.images, dim=0)) == 10


def test_fewer_pictures_than_ten_are_all_taken() -> None:
    assert ten_digits(digits_of([5, 5, 2])).labels.tolist() == [5, 2, 5]
    assert len(ten_digits(digits_of([]))) == 0


# What is read in them


def test_reading_gives_the_softmax_of_the_largest_logit() -> None:
    model, digits = untrained("mlp"), digits_of(list(range(10)))
    read = read_ten(model, digits)
    probabilities = torch.softmax(model(to_images_01(digits.images)).double(), dim=1)
    assert torch.equal(read.predicted, probabilities.argmax(dim=1))
    assert_close(read.probabilities, probabilities.max(dim=1).values.detach())
    assert (read.images.dtype, tuple(read.images.shape)) == (torch.uint8, (10, 28, 28))
    assert read.right == int((read.predicted == torch.arange(10)).sum())


@pytest.mark.parametrize("key", ["convnet", "deep_cnn"])
def test_reading_leaves_the_network_as_it_was(key: str) -> None:
    model = untrained(key)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    read_ten(model, digits_of(list(range(10))))
    assert not model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
