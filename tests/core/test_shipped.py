"""What the shipped weights can do, measured here on samples: `python -m benchmarks` takes all."""

from functools import cache

import numpy as np
import pytest
import torch

from mnist_core.data.mnist import Digits
from mnist_core.evaluation import metrics as evaluation
from mnist_core.models.registry import MODELS, READERS
from mnist_core.pictures.stroke_text import MAX_CHARS
from mnist_core.pictures.strokes import draw_strokes
from mnist_core.reading import Reader, load_reader
from mnist_core.shipping.judging import (
    PLACEMENTS,
    Verdicts,
    judge_coarse,
    judge_digits,
    judge_dots,
    judge_empty,
    judge_letters,
    judge_letters_apart,
    judge_links,
    judge_numbers,
    judge_scribbles,
    judge_taken_apart,
)
from mnist_core.weights import load_trained

EVERY = 60
EVERY_OF_MNIST = 5
LEAST_ON_MNIST = {
    "deep_cnn": 0.9960, "deep_cnn_pen": 0.9950,
    "softmax_regression": 0.923, "mlp": 0.983, "convnet": 0.991, "rnn": 0.988,
}  # fmt: skip
LEAST_ON_STROKES = {
    "centred": 0.982, "small": 0.974, "large": 0.982, "thin": 0.980, "thick": 0.978,
}  # fmt: skip


def readers() -> dict[str, Reader]:
    return {key: load_reader(key) for key in READERS}


def pen_reader() -> dict[str, Reader]:
    return {"deep_cnn_pen": load_reader("deep_cnn_pen")}


@cache
def judged(placement: str) -> dict[str, Verdicts]:
    """Both networks on the same drawings of each EVERY-th digit of the judge."""
    return judge_digits(readers(), placement, EVERY)


@pytest.mark.mnist
@pytest.mark.parametrize("key", MODELS)
def test_mnist_is_read_as_well_as_promised_and_as_the_card_says(
    key: str, mnist_test_digits: Digits
) -> None:
    trained = load_trained(key)
    says = trained.card.mnist_test_accuracy
    assert says >= LEAST_ON_MNIST[key]
    sample = mnist_test_digits.select(torch.arange(0, len(mnist_test_digits), EVERY_OF_MNIST))
    measured = evaluation.test_accuracy(trained.model, sample)
    assert abs(measured - says) <= 2 * (says * (1 - says) / len(sample)) ** 0.5


@pytest.mark.judge
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_other_peoples_strokes_are_read_wherever_they_are_and_whatever_the_brush(
    placement: str,
) -> None:
    verdicts = judged(placement)["deep_cnn_pen"]
    assert verdicts.count > 120
    assert verdicts.accuracy is not None
    assert verdicts.accuracy >= LEAST_ON_STROKES[placement]


@pytest.mark.judge
def test_having_seen_pen_strokes_helps_with_other_peoples_strokes() -> None:
    with_pen, without = (
        sum(judged(placement)[key].accuracy or 0 for placement in PLACEMENTS)
        for key in ("deep_cnn_pen", "deep_cnn")
    )
    assert with_pen > without


@pytest.mark.mnist
def test_uploads_of_few_grey_cells_are_read(mnist_test_digits: Digits) -> None:
    sample = mnist_test_digits.select(torch.arange(0, len(mnist_test_digits), EVERY))
    verdicts = judge_coarse(pen_reader(), sample)["deep_cnn_pen"]
    assert verdicts.accuracy is not None
    assert verdicts.accuracy >= 0.965
    assert verdicts.refused <= 0.08


@pytest.mark.judge
def test_few_digits_are_refused() -> None:
    assert judged("centred")["deep_cnn_pen"].refused <= 0.03


@pytest.mark.judge
def test_half_of_the_letters_that_look_like_no_digit_are_refused() -> None:
    verdicts = judge_letters(pen_reader(), every=16)["deep_cnn_pen"]
    assert verdicts.count > 100
    assert verdicts.accuracy is None
    assert verdicts.refused >= 0.5


@pytest.mark.judge
@pytest.mark.parametrize(("length", "least"), [(2, 0.94), (4, 0.88)])
def test_numbers_of_one_writer_are_read_digit_by_digit(length: int, least: float) -> None:
    cells = [(0.02, 14), (0.3, 8)]
    right = [judge_numbers(load_reader(), length, *cell, count=30).right for cell in cells]
    assert sum(right) / len(right) >= least


@pytest.mark.judge
@pytest.mark.parametrize("placement", ["centred", "thin"])
def test_a_digit_alone_is_not_taken_apart(placement: str) -> None:
    assert judge_taken_apart(load_reader(), placement, EVERY) <= 0.005


@pytest.mark.judge
def test_a_drawing_comes_back_from_its_link_as_the_same_digit() -> None:
    verdicts = judge_links(load_reader(), count=10)
    assert verdicts.same_digit == 1
    assert verdicts.furthest <= 0.02
    assert verdicts.longest <= MAX_CHARS


@pytest.mark.judge
def test_few_letters_are_read_as_numbers() -> None:
    assert judge_letters_apart(load_reader(), every=16) <= 0.05


@pytest.mark.parametrize("key", READERS)
def test_the_card_is_that_of_a_whole_training_judged_on_all_strokes(key: str) -> None:
    card = load_trained(key).card
    assert card.command.startswith(f"python -m mnist_core.train {key}")
    assert card.training_s > 600
    assert {row["count"] for name, row in card.judge.items() if name in PLACEMENTS} == {7883}


def test_a_zero_with_a_long_slash_is_read_only_by_the_network_that_saw_such_zeros() -> None:
    turn = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([140 + 55 * np.sin(turn), 140 - 85 * np.cos(turn)], axis=1)
    slash = np.array([[65.0, 235.0], [215.0, 45.0]])
    canvas = draw_strokes([part.astype(np.float32) for part in (ring, slash)], 18)
    alone, pen = (load_reader(key).read(canvas) for key in ("deep_cnn", "deep_cnn_pen"))
    assert alone.digit != 0
    assert pen.digit == 0


def test_scribbles_are_refused() -> None:
    assert judge_scribbles(pen_reader(), count=80)["deep_cnn_pen"].refused >= 0.8


@pytest.mark.parametrize("key", READERS)
def test_dots_are_refused(key: str) -> None:
    assert judge_dots({key: load_reader(key)}, count=80)[key].refused >= 0.98


@pytest.mark.parametrize("key", READERS)
def test_empty_canvases_are_never_read(key: str) -> None:
    verdicts = judge_empty({key: load_reader(key)})[key]
    assert verdicts.count == 3
    assert verdicts.refused == 1
