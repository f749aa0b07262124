import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.layers.convolution import Sliding, convolve
from mnist_core.layers.transposed_convolution import (
    Stamping,
    output_padding_for,
    stamp,
    stamp_first,
    transposed_convolve,
    transposed_size,
)

stampings = st.builds(
    Stamping, st.integers(1, 4), st.integers(0, 3), st.integers(1, 3), st.integers(0, 3)
)
seeds, channels = st.integers(0, 2**31), st.tuples(st.integers(1, 3), st.integers(1, 3))
sizes = st.tuples(st.integers(1, 5), st.integers(1, 5))


def layer(seed: int, *shapes: tuple[int, ...]) -> list[Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=random, dtype=torch.float64) for shape in shapes]


def by_torch(picture: Tensor, kernels: Tensor, biases: Tensor | None, how: Stamping) -> Tensor:
    return F.conv_transpose2d(
        picture[None], kernels, biases, how.stride, how.padding, how.output_padding,
        dilation=how.dilation,
    )[0]  # fmt: skip


@given(seeds, channels, sizes, sizes, stampings)
def test_it_is_torch_s_and_what_torch_refuses_is_refused(seed, channels, size, kernel, how):
    c_in, c_out = channels
    picture, kernels, biases = layer(seed, (c_in, *size), (c_in, c_out, *kernel), (c_out,))
    try:
        expected = by_torch(picture, kernels, biases, how)
    except RuntimeError:
        with pytest.raises(LayerImpossible):
            transposed_convolve(picture, kernels, biases, how)
        return
    assert_close(transposed_convolve(picture, kernels, biases, how), expected)
    found = [transposed_size(n, k, how) for n, k in zip(size, kernel, strict=True)]
    assert found == list(expected.shape[1:])


@given(seeds, channels, sizes, st.integers(1, 3), stampings)
def test_it_is_the_gradient_of_the_convolution(seed, channels, size, kernel, how):
    c_in, c_out = channels
    sliding = Sliding((how.padding, how.padding), how.stride, how.dilation)
    assume(all(sliding.room(n, kernel) >= 0 for n in size))
    picture, kernels = layer(seed, (c_in, *size), (c_out, c_in, kernel, kernel))
    picture.requires_grad_()
    maps = convolve(picture, kernels, torch.zeros(c_out, dtype=torch.float64), sliding)
    (message,) = layer(seed + 1, tuple(maps.shape))
    (expected,) = torch.autograd.grad(maps, picture, message)
    rests = [output_padding_for(n, kernel, how) for n in size]
    back = Stamping(how.stride, how.padding, how.dilation, max(rests))
    assume(back.output_padding < max(how.stride, how.dilation))
    found = transposed_convolve(message, kernels, kernels.new_zeros(c_in), back)
    # both axes have one output padding; what the smaller one has too much is no part of it
    assert_close(found[:, : size[0], : size[1]], expected)
    assert found.shape[1] == size[0] or rests[0] < rests[1]
    assert found.shape[2] == size[1] or rests[1] < rests[0]


@given(seeds, channels, sizes, sizes, stampings)
def test_the_stamps_of_all_cells_add_up_to_it(seed, channels, size, kernel, how):
    c_in, c_out = channels
    picture, kernels = layer(seed, (c_in, *size), (c_in, c_out, *kernel))
    nothing = torch.zeros(c_out, dtype=torch.float64)
    try:
        whole = transposed_convolve(picture, kernels, nothing, how)
    except LayerImpossible:
        return
    stamps = [stamp(picture, kernels, i, j, how) for i in range(size[0]) for j in range(size[1])]
    assert_close(torch.stack(stamps).sum(dim=0), whole)


def test_one_cell_stamps_the_kernel_as_it_is():
    picture, kernel = torch.zeros(1, 3, 3), torch.arange(1.0, 10).view(1, 1, 3, 3)
    picture[0, 1, 2] = 2
    found = stamp(picture, kernel, 1, 2, Stamping(stride=3))
    assert found.shape == (1, 9, 9)
    assert_close(found[0, 3:6, 6:9], 2 * kernel[0, 0])
    assert found.sum() == 2 * kernel.sum()


@pytest.mark.parametrize(
    ("stamping", "says"),
    [
        (Stamping(stride=0), "whole numbers"),
        (Stamping(padding=-1), "whole numbers"),
        (Stamping(output_padding=1), "less than the stride"),
        (Stamping(padding=9), "takes all stamps away"),
    ],
)
def test_settings_that_mean_nothing_are_refused(stamping: Stamping, says: str):
    with pytest.raises(LayerImpossible, match=says):
        transposed_size(5, 3, stamping)


def test_kernels_for_another_number_of_channels_are_refused():
    with pytest.raises(LayerImpossible, match="stamp for 2 channels, but the picture has 3"):
        transposed_convolve(
            torch.zeros(3, 5, 5), torch.zeros(2, 1, 3, 3), torch.zeros(1), Stamping()
        )


@given(seeds, sizes, sizes, stampings, st.integers(0, 25))
def test_the_first_stamps_and_the_others_make_the_whole(seed, size, kernel, how, count):
    c_in, c_out = 2, 3
    picture, kernels = layer(seed, (c_in, *size), (c_in, c_out, *kernel))
    nothing = torch.zeros(c_out, dtype=torch.float64)
    try:
        whole = transposed_convolve(picture, kernels, nothing, how)
    except LayerImpossible:
        assume(False)
    cells = [divmod(cell, size[1]) for cell in range(size[0] * size[1])]
    others = [stamp(picture, kernels, *cell, how) for cell in cells[count:]]
    first = stamp_first(picture, kernels, count, how)
    assert_close(first + sum(others, torch.zeros_like(first)), whole)
