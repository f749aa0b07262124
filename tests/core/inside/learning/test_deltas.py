from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.inside.attack import loss_gradient
from mnist_core.inside.learning.deltas import backwards, messages
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.own_digits import own_digit
from tests.core.seeded import pictures
from tests.core.shipped import TRACED, shipped

labels = st.integers(0, 9)


def dense(widths: list[int], seed: int) -> FeatureClassifier:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        sizes = [784, *widths]
        hidden = [
            layer
            for fan_in, units in zip(sizes, widths, strict=False)
            for layer in (nn.Linear(fan_in, units), nn.ReLU())
        ]
        return FeatureClassifier(nn.Sequential(nn.Flatten(), *hidden), sizes[-1], 0.13, 0.31)


def by_autograd(
    model: FeatureClassifier, image: Tensor, label: int
) -> tuple[float, list[Tensor], list[Tensor], Tensor]:
    """Loss, ∂J/∂W and ∂J/∂b of each linear layer, ∂J/∂picture."""
    exact, pixels = deepcopy(model).double().requires_grad_(), image.double().requires_grad_()
    loss = F.cross_entropy(exact(pixels), torch.tensor([label]))
    layers = [m for m in exact.modules() if isinstance(m, nn.Linear)]
    wanted = [p for layer in layers for p in (layer.weight, layer.bias)]
    *found, at_pixels = torch.autograd.grad(loss, [*wanted, pixels])
    return loss.item(), list(found[::2]), list(found[1::2]), at_pixels[0, 0]


def check_all(model: FeatureClassifier, image: Tensor, label: int) -> None:
    found = backwards(model, image, label)
    loss, weights, biases, pixels = by_autograd(model, image, label)
    assert found.loss == pytest.approx(loss)
    assert_close(found.pixels, pixels, rtol=1e-6, atol=1e-14)
    for layer, weight, bias in zip(found.layers, weights, biases, strict=True):
        assert_close(layer.weight_gradient, weight, rtol=1e-6, atol=1e-14)
        assert_close(layer.delta, bias, rtol=1e-6, atol=1e-14)
        assert layer.title == f"Linear {weight.shape[1]} → {weight.shape[0]}"


@given(widths=st.lists(st.integers(1, 20), max_size=3), seed=st.integers(0, 2**31), label=labels)
def test_gradients_are_autograd_s_for_any_widths(widths, seed, label) -> None:
    check_all(dense(widths, seed), pictures(1, seed), label)


@pytest.mark.parametrize("key", ["mlp", "softmax_regression"])
@pytest.mark.parametrize("label", [3, 8])
def test_of_the_shipped_networks_too(key: str, label: int) -> None:
    check_all(shipped(key), own_digit(3), label)


@pytest.mark.parametrize("label", [5, 0])
def test_any_entry_is_its_sum(label: int) -> None:
    found = backwards(shipped("mlp"), own_digit(5), label)
    for at, layer in enumerate(found.layers):
        for unit in range(0, len(layer.delta), 37):
            total = found.terms(at, unit).sum() * layer.slopes[unit]
            assert_close(total, layer.delta[unit], rtol=1e-9, atol=1e-15)
    assert len(found.terms(0, 0)) == 512
    assert len(found.terms(2, 0)) == 2


def test_another_right_answer_changes_two_entries_of_the_first_message_only() -> None:
    three, eight = (backwards(shipped("mlp"), own_digit(3), label) for label in (3, 8))
    apart = three.layers[-1].delta - eight.layers[-1].delta
    assert apart.nonzero()[:, 0].tolist() == [3, 8]
    assert_close(three.probabilities, eight.probabilities)
    assert eight.loss > three.loss
    assert eight.layers[0].delta.norm() > three.layers[0].delta.norm()


def test_it_is_what_the_attack_pushes_along() -> None:
    model, image = shipped("mlp"), own_digit(4)
    expected = loss_gradient(model, image, torch.tensor([9]))[0, 0].double()
    assert_close(backwards(model, image, 9).pixels, expected, rtol=1e-3, atol=1e-4)


def test_what_is_not_dense_is_refused() -> None:
    with pytest.raises(LayerImpossible, match="nothing but linear layers"):
        backwards(shipped("convnet"), own_digit(3), 3)


def test_messages_of_the_mlp_are_the_norms_of_its_deltas() -> None:
    image = own_digit(2)
    found, expected = messages(shipped("mlp"), image, 7), backwards(shipped("mlp"), image, 7)
    assert [one.title for one in found] == [layer.title for layer in expected.layers]
    for one, layer in zip(found, expected.layers, strict=True):
        assert one.norm == pytest.approx(float(layer.delta.norm()), rel=1e-9)
        assert one.per_unit == pytest.approx(one.norm / len(layer.delta) ** 0.5)


@pytest.mark.parametrize("key", TRACED)
def test_every_shipped_network_has_a_message_for_each_layer_with_weights(key: str) -> None:
    model = shipped(key)
    before = [p.requires_grad for p in model.parameters()]
    with torch.inference_mode():  # as a page may call it
        found = messages(model, own_digit(6), 1)
    layers = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(found) == len(layers)
    assert all(0 < one.per_unit <= one.norm for one in found)
    assert [p.requires_grad for p in model.parameters()] == before
    assert next(model.parameters()).dtype == torch.float32
