"""Kernels, their windows and presets."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.kernels import (
    COLOUR_KERNELS,
    PRESETS,
    Kernel,
    position_at,
    position_over,
    read_kernel,
    sum_channels,
    tinted,
    window_at,
)
from mnist_core.layers.convolution import Sliding, output_size, pad, same_padding
from mnist_core.pictures.own_digits import own_digit
from tests.core.layers.slidings import slidings

seeds = st.integers(0, 2**31)


@settings(deadline=None)
@given(sliding=slidings, size=st.integers(1, 7), seed=seeds, uneven=st.integers(0, 2))
def test_every_window_makes_the_cell_that_it_says(sliding, size, seed, uneven):
    sliding = Sliding((sliding.padding[0], sliding.padding[1] + uneven), *_rest(sliding))
    random = torch.Generator().manual_seed(seed)
    picture = torch.randn(9, 8, generator=random)
    assume(sliding.room(8, size) >= 0)
    kernel = Kernel(torch.randn(size, size, generator=random), 0.3)
    outputs = kernel.over(picture, sliding)
    padded = pad(picture, sliding)
    for position in range(outputs.numel()):
        window = window_at(picture, kernel, sliding, position)
        assert window.output == pytest.approx(float(outputs[window.row, window.column]), abs=1e-4)
        assert sum(window.row_sums) + window.bias == pytest.approx(window.output, abs=1e-5)
        assert window.row * outputs.shape[1] + window.column == position
        corner = (
            padded[window.top, window.left],
            padded[window.top + sliding.extent(size) - 1, window.left + sliding.extent(size) - 1],
        )
        assert corner == (window.inputs[0, 0], window.inputs[-1, -1])


@given(sliding=slidings, size=st.integers(1, 7), row=st.integers(0, 99), column=st.integers(0, 99))
def test_the_middle_of_a_window_is_nearest_to_that_window(sliding, size, row, column):
    rows, columns = (output_size(n, size, sliding) for n in (28, 30))
    row, column = row % rows, column % columns
    reach = sliding.extent(size) // 2
    places = (row * sliding.stride + reach, column * sliding.stride + reach)
    shares = [
        (place + 0.5) / (n + sum(sliding.padding))
        for place, n in zip(places, (28, 30), strict=True)
    ]
    assume(sliding.stride > 1 or sliding.extent(size) % 2)  # else halfway between two
    assert position_over(*shares, (28, 30), size, sliding) == row * columns + column
    cell = position_at((row + 0.5) / rows, (column + 0.5) / columns, rows, columns)
    assert cell == row * columns + column


@pytest.mark.parametrize("share", [0.0, 0.999999])
def test_a_place_at_the_very_border_belongs_to_a_window(share):
    last = output_size(28, 7, Sliding()) - 1
    expected = last * 22 + last if share else 0
    assert position_over(share, share, (28, 28), 7, Sliding()) == expected
    assert position_at(share, share, 22, 22) == expected


@pytest.mark.parametrize("size", range(1, 8))
def test_the_presets_do_what_they_say_at_every_size(size):
    digit, padded = own_digit(3)[0, 0], Sliding(same_padding(size, 1))
    flat = torch.ones(12, 12)
    made = {name: Kernel(build(size)).over(digit, padded) for name, build in PRESETS.items()}
    assert_close(made["Identity"], digit)
    patches = F.unfold(pad(digit, padded)[None, None], size)  # (1, k², 784)
    assert_close(made["Blur"].flatten(), patches.mean(dim=1)[0])
    assert_close(made["Sharpen"], 2 * digit - made["Blur"])
    assert_close(made["Edges"], size**2 * (digit - made["Blur"]), atol=1e-4, rtol=0)
    inside = {name: Kernel(build(size)).over(flat, Sliding()) for name, build in PRESETS.items()}
    for name in ("Identity", "Blur", "Sharpen"):
        assert_close(inside[name], torch.ones_like(inside[name]))
    assert_close(inside["Edges"], torch.zeros_like(inside["Edges"]), atol=1e-4, rtol=0)
    if size % 2:  # an even kernel has more cells on one side
        assert_close(inside["Emboss"], torch.ones_like(inside["Emboss"]))


def test_emboss_is_the_kernel_of_the_textbooks():
    expected = torch.tensor([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]])
    assert_close(PRESETS["Emboss"](3), expected)


@pytest.mark.parametrize("old", range(1, 8))
@pytest.mark.parametrize("new", range(1, 8))
def test_a_resized_kernel_keeps_its_middle(old, new):
    weights = torch.arange(1.0, old**2 + 1).reshape(old, old)
    resized = Kernel(weights, 0.5).resized(new)
    assert resized.bias == 0.5
    assert resized.weights.shape == (new, new)
    assert (
        resized.weights[(new - 1) // 2, (new - 1) // 2] == weights[(old - 1) // 2][(old - 1) // 2]
    )
    if new >= old:
        assert_close(resized.weights.sum(), weights.sum())
        digit = own_digit(7)[0, 0]
        same = [Sliding(same_padding(size, 1)) for size in (old, new)]
        both = Kernel(weights, 0.5).over(digit, same[0]), resized.over(digit, same[1])
        assert_close(*both, atol=1e-3, rtol=1e-5)


def test_numbers_are_read_as_people_write_them():
    kernel = read_kernel(["0.5", " 0,25 ", "−1", "1/9", "-2"])
    assert_close(kernel.weights, torch.tensor([[0.5, 0.25], [-1, 1 / 9]]))
    assert kernel.bias == -2


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1e9", "1/0", "1//2", "--1"])
def test_what_is_no_number_gets_a_sentence(text):
    with pytest.raises(LayerImpossible, match="write a number up to 1000"):
        read_kernel([text, "0"])


@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_kernel_that_is_not_square_is_refused(count):
    with pytest.raises(LayerImpossible, match="square"):
        read_kernel(["1"] * count)


@given(
    c_in=st.integers(1, 3),
    c_out=st.integers(1, 4),
    bias=st.floats(-1, 1),
    position=st.integers(0, 783),
)
def test_the_sums_over_colours_are_those_of_a_torch_layer(c_in, c_out, bias, position):
    picture = tinted(own_digit(8)[0, 0])
    sums = sum_channels(picture, c_in, c_out, bias)
    layer = nn.Conv2d(c_in, c_out, 3, padding=1)
    layer.load_state_dict({"weight": COLOUR_KERNELS[:c_out, :c_in], "bias": sums.biases})
    assert_close(sums.outputs, layer(picture[:c_in]).detach(), atol=1e-5, rtol=0)
    assert sums.parameter_count == sum(p.numel() for p in layer.parameters())
    assert sums.biases[0].item() == pytest.approx(bias)
    row, column = sums.cell(position)
    assert row * 28 + column == position
    there = sums.contributions[:, :, row, column].sum(dim=1) + sums.biases
    assert_close(sums.outputs[:, row, column], there)


def test_a_tinted_digit_is_red_at_the_top_and_blue_at_the_bottom():
    red, green, blue = tinted(torch.ones(28, 28))
    assert red[0, 0] == blue[-1, 0] == 1
    assert red[-1, 0] == blue[0, 0] == 0
    assert_close(red + blue, 2 * green)


def _rest(sliding: Sliding) -> tuple[int, int]:
    return sliding.stride, sliding.dilation


@pytest.mark.parametrize("digit", range(10))
def test_red_against_blue_is_blue_below_the_middle_once_there_is_a_blue_channel(digit):
    picture = tinted(own_digit(digit)[0, 0])
    assert (sum_channels(picture, 1, 2, 0.0).outputs[1] >= 0).all()
    upper, lower = sum_channels(picture, 3, 2, 0.0).outputs[1].split(14)
    assert (upper >= 0).all()
    assert (lower <= 0).all()
    assert lower.min() < -0.3
