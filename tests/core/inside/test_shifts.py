"""The figures of the shift lesson."""

import pytest
import torch
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.inside.shifts import (
    Stage,
    first_maps_moved,
    pooled_stages,
    relative_change,
    shift_stages,
)
from mnist_core.pictures.own_digits import own_digit
from mnist_core.reading import load_reader

DIGITS = torch.cat([own_digit(k) for k in range(10)])


def test_the_change_is_the_length_of_the_difference_over_the_length_before():
    before = torch.tensor([[3.0, 4.0], [1.0, 0.0]])
    after = torch.tensor([[3.0, 4.0 + 2.5], [0.0, 1.0]])
    assert_close(relative_change(before, after), torch.tensor([0.5, 2**0.5]))


def test_where_nothing_was_there_is_no_change_to_speak_of():
    before, after = torch.tensor([[0.0, 0.0], [2.0, 0.0]]), torch.ones(2, 2)
    assert relative_change(before, after)[0].isnan()
    assert Stage("", before, after).change == pytest.approx(2**0.5 / 2)


def test_the_stages_are_those_of_the_network_and_nothing_changes_without_a_shift():
    reader = load_reader("deep_cnn")
    stages = shift_stages(reader.model, DIGITS, 0, 0, reader.temperature)
    assert [stage.title for stage in stages] == [
        "The picture", "Convolution 1", "Max pooling 1", "Convolution 2", "Max pooling 2",
        "Convolution 3", "Max pooling 3", "Convolution 4", "Linear 1", "Linear 2",
        "The ten probabilities",
    ]  # fmt: skip
    assert [stage.change for stage in stages] == [0] * len(stages)
    answers = torch.from_numpy(reader.probabilities(DIGITS))
    assert_close(stages[-1].before, answers, atol=1e-5, rtol=1e-4)


def test_the_lesson_s_own_max_pooling_is_that_of_the_network():
    stages = shift_stages(load_reader("deep_cnn").model, DIGITS, 1, 0)
    ours = pooled_stages(stages[1], 2)[0]
    assert_close(ours.before, stages[2].before)
    assert_close(ours.after, stages[2].after)
    assert ours.change == pytest.approx(stages[2].change)


def test_after_a_shift_by_the_stride_the_pooled_map_has_moved_by_one_cell():
    stages = shift_stages(load_reader("deep_cnn").model, DIGITS, 2, 0)
    inner = stages[2]  # (10, 32, 14, 14): away from the frame, where paper comes in
    assert_close(inner.after[..., 2:-1, 3:-1], inner.before[..., 2:-1, 2:-2], atol=1e-5, rtol=1e-4)


@pytest.mark.mnist
@pytest.mark.parametrize("key", ["deep_cnn", "deep_cnn_pen"])
def test_convolution_undoes_nothing_of_a_shift_and_each_pooling_a_part(
    key: str, mnist_test_digits: Digits
):
    images = to_images_01(mnist_test_digits.images[:64])
    change = {s.title: s.change for s in shift_stages(load_reader(key).model, images, 1, 0)}
    assert change["Convolution 1"] > change["The picture"] > change["Max pooling 1"]
    assert change["Max pooling 1"] > change["Max pooling 2"] > change["Max pooling 3"]
    assert 0.5 < change["Max pooling 1"] < 0.6, "one pooling is far from making a shift disappear"
    assert 0.25 < change["Max pooling 3"] < 0.35


@pytest.mark.parametrize("pixels", [1, 3])
def test_the_first_maps_move_along_with_the_digit_and_a_linear_layer_has_none(pixels: int):
    for key in ("deep_cnn", "convnet"):
        found = first_maps_moved(load_reader(key).model, own_digit(3), pixels)
        assert found.along == pytest.approx(0, abs=1e-4)
        assert found.stay > 0.2
    found = first_maps_moved(load_reader("mlp").model, own_digit(3), pixels)
    assert found.along is None
    assert found.stay > 0.1
