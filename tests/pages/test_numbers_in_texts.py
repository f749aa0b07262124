"""The numbers that lessons promise in their texts are what the shipped weights give."""

import ast
from pathlib import Path

import pytest
import torch

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.inside.dropout import Spread, predict_with_masks
from mnist_core.inside.fields import receptive_field
from mnist_core.inside.first_layer import learnt_kernels
from mnist_core.inside.trace import trace
from mnist_core.models.registry import READERS
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader
from mnist_core.shipping.run_folder import FIRST_LAYER_STEPS

ROOT = Path(__file__).resolve().parents[2]


def texts(*files: str) -> str:
    """All strings in these files, each in one line."""
    trees = (ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))) for file in files)
    nodes = (node for tree in trees for node in tree if isinstance(node, ast.Constant))
    return "\n".join(" ".join(n.value.split()) for n in nodes if isinstance(n.value, str))


def masks(key: str, image: torch.Tensor, rate: float | None = None) -> Spread:
    reader = load_reader(key)
    return predict_with_masks(reader.model, image, 0, rate=rate, temperature=reader.temperature)


# Dropout


@pytest.mark.mnist
def test_the_masks_split_on_the_hard_digit_as_is_said(mnist_test_digits: Digits) -> None:
    assert "test digit 4761, a 9, with the *Small CNN*: there the masks split" in texts(
        "ui/dropout/questions.py"
    )
    hard = mnist_test_digits.select(torch.tensor([4761]))
    assert hard.labels.tolist() == [9]
    split = masks("convnet", to_images_01(hard.images))
    assert split.counts[[4, 8, 9]].sum() >= 95
    assert split.counts[[4, 8, 9]].min() >= 15


# Through the network


def test_the_field_grows_with_each_relu_of_a_deep_network_as_is_said() -> None:
    said = texts("ui/through_the_network/words.py")
    assert "rows 4, 9, 14 and 19" in said
    assert "from 3 × 3 pixels to 8 × 8, to 18 × 18 and to the whole picture" in said
    model = load_reader("deep_cnn").trained.model
    layers = trace(model, own_digit(3))
    for row, side in {4: 3, 9: 8, 14: 18, 19: 28}.items():
        layer = layers[row - 1]
        assert isinstance(layer.module, torch.nn.ReLU)
        middle = layer.outputs.shape[-1] // 2
        field = receptive_field(model, layer.name, middle, middle)
        assert (min(field.height, 28), min(field.width, 28)) == (side, side)


# First layer


def test_the_kernel_that_is_asked_about_is_mostly_blue_and_the_moment_to_read_at_was_kept() -> None:
    questions = "ui/first_layer/questions.py"
    said = texts(questions)
    assert 'KERNEL, KERNEL_IN = 3, "convnet"' in (ROOT / questions).read_text(encoding="utf-8")
    assert "of the *Small CNN* is mostly blue" in said
    weights = learnt_kernels(load_reader("convnet").trained.model)[3].weights
    assert weights.sum() < 0
    assert int((weights < 0).sum()) >= 6
    assert "after 1000 batches you can read them" in said
    assert 1000 in FIRST_LAYER_STEPS


# Draw


def test_the_judge_of_draw_looks_at_as_many_features_as_is_said() -> None:
    assert "the 256 features in the network's last layer but one" in texts("ui/draw/words.py")
    assert {load_reader(key).trained.model.head.in_features for key in READERS} == {256}
