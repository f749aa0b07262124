import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import signal
from torch import Tensor
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.kernels import Kernel
from mnist_core.layers.convolution import (
    Sliding,
    contributions,
    convolve,
    convolve_by_loops,
    output_size,
    same_padding,
)
from mnist_core.pictures.own_digits import own_digit
from tests.core.layers.slidings import slidings

seeds = st.integers(0, 2**31)


@st.composite
def layers(draw: st.DrawFn, largest: int = 11) -> tuple[Tensor, Tensor, Tensor, Sliding]:
    """A picture, kernels and biases of any shape, in double precision, that go together."""
    c_in, c_out = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    size, kernel = (
        (draw(st.integers(1, most)), draw(st.integers(1, most))) for most in (largest, 7)
    )
    sliding = draw(slidings)
    assume(all(sliding.room(n, k) >= 0 for n, k in zip(size, kernel, strict=True)))
    random = torch.Generator().manual_seed(draw(seeds))
    picture, kernels, biases = (
        torch.randn(*shape, generator=random, dtype=torch.float64)
        for shape in ((c_in, *size), (c_out, c_in, *kernel), (c_out,))
    )
    return picture, kernels, biases, sliding


def torch_conv(picture: Tensor, kernels: Tensor, biases: Tensor | None, sliding: Sliding) -> Tensor:
    before, after = sliding.padding
    assert before == after
    return F.conv2d(
        picture[None], kernels, biases, sliding.stride, before, sliding.dilation
    )[0]  # fmt: skip


@settings(deadline=None)
@given(layers())
def test_shifted_copies_make_what_torch_makes_and_the_same_gradients(layer):
    *tensors, sliding = layer
    ours, theirs = ([t.clone().requires_grad_() for t in tensors] for _ in range(2))
    outputs, expected = convolve(*ours, sliding), torch_conv(*theirs, sliding)
    assert_close(outputs, expected)
    weights = torch.linspace(-1, 1, outputs.numel(), dtype=torch.float64).view_as(outputs)
    (outputs * weights).sum().backward()
    (expected * weights).sum().backward()
    for mine, yours in zip(ours, theirs, strict=True):
        assert_close(mine.grad, yours.grad)


@settings(deadline=None, max_examples=40)
@given(layers(largest=6))
def test_the_loops_make_what_torch_makes_and_the_same_gradients(layer):
    *tensors, sliding = layer
    assume(tensors[1].numel() <= 60)
    ours, theirs = ([t.clone().requires_grad_() for t in tensors] for _ in range(2))
    outputs, expected = convolve_by_loops(*ours, sliding), torch_conv(*theirs, sliding)
    assert_close(outputs, expected)
    (outputs**2).sum().backward()
    (expected**2).sum().backward()
    for mine, yours in zip(ours, theirs, strict=True):
        assert_close(mine.grad, yours.grad)


@settings(deadline=None)
@given(layers())
def test_an_output_channel_is_the_sum_over_the_input_channels_plus_its_bias(layer):
    picture, kernels, biases, sliding = layer
    parts = contributions(picture, kernels, sliding)
    for c in range(len(picture)):
        alone = torch_conv(picture[c : c + 1], kernels[:, c : c + 1], None, sliding)
        assert_close(parts[:, c], alone)
    whole = torch_conv(picture, kernels, biases, sliding)
    assert_close(parts.sum(dim=1) + biases[:, None, None], whole)


@settings(deadline=None)
@given(
    size=st.integers(1, 20),
    kernel=st.integers(1, 7),
    padding=st.integers(0, 9),
    stride=st.integers(1, 6),
    dilation=st.integers(1, 5),
)
def test_the_size_is_torch_s_and_what_torch_refuses_is_refused(
    size, kernel, padding, stride, dilation
):
    sliding = Sliding((padding, padding), stride, dilation)
    picture, kernels = torch.zeros(1, size, size), torch.zeros(1, 1, kernel, kernel)
    try:
        expected = torch_conv(picture, kernels, None, sliding).shape[-1]
    except RuntimeError:
        with pytest.raises(LayerImpossible, match=f"has only {size + 2 * padding}"):
            output_size(size, kernel, sliding)
    else:
        assert output_size(size, kernel, sliding) == expected


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@given(kernel=st.integers(1, 8), dilation=st.integers(1, 5), size=st.integers(1, 12), seed=seeds)
def test_same_padding_is_torch_s_also_where_it_is_uneven(kernel, dilation, size, seed):
    random = torch.Generator().manual_seed(seed)
    picture = torch.randn(2, size, size + 1, generator=random)
    kernels = torch.randn(3, 2, kernel, kernel, generator=random)
    sliding = Sliding(same_padding(kernel, dilation), 1, dilation)
    expected = F.conv2d(picture[None], kernels, padding="same", dilation=dilation)[0]
    assert expected.shape[1:] == picture.shape[1:]
    assert_close(convolve(picture, kernels, torch.zeros(3), sliding), expected, atol=1e-4, rtol=0)


def test_same_padding_at_a_larger_stride_is_refused_as_by_torch():
    with pytest.raises(RuntimeError):
        F.conv2d(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 3, 3), padding="same", stride=2)
    with pytest.raises(LayerImpossible, match="at stride 2"):
        same_padding(3, 1, 2)


@pytest.mark.parametrize(
    "sliding", [Sliding((-1, 0)), Sliding(stride=0), Sliding(dilation=0)], ids=str
)
def test_settings_that_mean_nothing_are_refused(sliding):
    with pytest.raises(LayerImpossible, match="whole numbers"):
        output_size(28, 3, sliding)


def test_kernels_for_another_number_of_channels_are_refused():
    with pytest.raises(LayerImpossible, match="look at 2 channels, but the picture has 3"):
        convolve(torch.zeros(3, 5, 5), torch.zeros(1, 2, 3, 3), torch.zeros(1), Sliding())


def test_it_is_a_cross_correlation_and_a_convolution_with_the_kernel_turned_round():
    picture, weights = own_digit(5)[0, 0], torch.arange(9.0).reshape(3, 3)
    ours = Kernel(weights).over(picture, Sliding()).numpy()
    correlated = signal.correlate2d(picture.numpy(), weights.numpy(), mode="valid")
    turned = signal.convolve2d(picture.numpy(), weights.flip(0, 1).numpy(), mode="valid")
    assert ours == pytest.approx(correlated, abs=1e-5)
    assert ours == pytest.approx(turned, abs=1e-5)
    unturned = signal.convolve2d(picture.numpy(), weights.numpy(), mode="valid")
    assert abs(ours - unturned).max() > 1
