import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.refusal import Refusal, summarise
from mnist_core.shipping.calibration import (
    WEIGHT_PENALTY,
    choose_threshold,
    digit_scores,
    embed_all,
    fit_refusal,
    fit_temperature,
)

Embedded = tuple[Tensor, Tensor]


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def labels_from(probabilities: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.multinomial(probabilities, 1, generator=generator)[:, 0]


# Temperature


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    logits = normal(20_000, 10) * 3
    labels = labels_from((logits / temperature).softmax(dim=1), seed=1)
    assert_close(fit_temperature(logits, labels), temperature, rtol=0.03, atol=0)


@settings(max_examples=15)
@given(scale=st.floats(0.2, 8), noise=st.floats(0.1, 0.9), seed=st.integers(0, 2**31))
def test_no_other_temperature_has_a_lower_loss(scale: float, noise: float, seed: int) -> None:
    logits = normal(500, 10, seed=seed) * scale
    right = labels_from(logits.softmax(dim=1), seed)
    anything = torch.randint(0, 10, (500,), generator=torch.Generator().manual_seed(seed))
    labels = torch.where(normal(500, seed=seed + 1).abs() < noise, anything, right)
    fitted = fit_temperature(logits, labels)

    def loss_at(temperature: float) -> float:
        return F.cross_entropy(logits.double() / temperature, labels).item()

    assert fitted > 0
    others = (1.0, fitted * 0.9, fitted * 1.1)
    assert all(loss_at(fitted) <= loss_at(other) + 1e-9 for other in others)


def test_fitting_leaves_the_logits_as_they_are() -> None:
    logits, labels = normal(100, 10), torch.arange(100) % 10
    before = logits.clone()
    fit_temperature(logits, labels)
    assert_close(logits, before, rtol=0, atol=0)
    assert not logits.requires_grad


# What the logits look like


def test_summarise_gives_energy_log_of_the_best_probability_and_lead() -> None:
    logits = normal(40, 10) * 6
    ordered = logits.sort(dim=1, descending=True).values
    expected = torch.stack(
        [
            torch.logsumexp(logits, dim=1),
            F.log_softmax(logits, dim=1).amax(dim=1),
            ordered[:, 0] - ordered[:, 1],
        ],
        dim=1,
    )
    assert_close(summarise(logits), expected, rtol=1e-5, atol=1e-5)


def test_summarise_of_ten_equal_logits_is_known() -> None:
    expected = torch.tensor([[3 + math.log(10), -math.log(10), 0.0]])
    assert_close(summarise(torch.full((1, 10), 3.0)), expected)


# Refusal


def clouds(distance: float, digits: int = 600, non_digits: int = 300) -> tuple[Embedded, Embedded]:
    """Two Gaussian clouds of 6 features of very different sizes, and logits that say little."""
    size = torch.tensor([1.0, 100.0, 0.01, 5.0, 1.0, 1.0])
    offset = torch.tensor([1.0, -1.0, 0.5, 0.0, 0.0, 0.0])
    near = (normal(digits, 6, seed=1) + distance * offset + 2) * size
    far = (normal(non_digits, 6, seed=2) + 2) * size
    return (near, normal(digits, 10, seed=3)), (far, normal(non_digits, 10, seed=4))


def inputs(embedded: Embedded) -> Tensor:
    return torch.cat([embedded[0], summarise(embedded[1])], dim=1).double()


def share_below(refusal: Refusal, embedded: Embedded, threshold: float) -> float:
    return (digit_scores(refusal, embedded) < threshold).double().mean().item()


def test_two_clouds_far_apart_are_told_apart() -> None:
    digits, non_digits = clouds(distance=5)
    refusal = fit_refusal(digits, non_digits)
    assert share_below(refusal, digits, 0.5) < 0.01
    assert share_below(refusal, non_digits, 0.5) > 0.99


def test_two_clouds_that_are_one_cannot_be_told_apart() -> None:
    digits, non_digits = clouds(distance=0)
    scores = digit_scores(fit_refusal(digits, non_digits), digits)
    assert_close(scores.mean().item(), 0.5, rtol=0, atol=0.05)


def test_both_kinds_weigh_the_same_however_many_there_are() -> None:
    few, many = clouds(1.5, digits=400, non_digits=400), clouds(1.5, digits=400, non_digits=8000)
    wrong = []
    for digits, non_digits in (few, many):
        refusal = fit_refusal(digits, non_digits)
        missed = share_below(refusal, digits, 0.5)
        let_through = 1 - share_below(refusal, non_digits, 0.5)
        assert_close(missed, let_through, rtol=0, atol=0.06)
        wrong.append((missed + let_through) / 2)
    assert_close(wrong[0], wrong[1], rtol=0, atol=0.04)


def test_at_the_folded_weights_the_gradient_of_the_standardised_regression_is_zero() -> None:
    """Unfold w·s and b + w·m, and differentiate the objective by hand.

    L = mean of cᵢ · CE(σ(xᵢ·w + b), yᵢ) + λ|w|², with cᵢ = N₀/N₁ for digits and 1 for others:
    ∂L/∂w = mean of cᵢ (σᵢ − yᵢ) xᵢ + 2λw, ∂L/∂b = mean of cᵢ (σᵢ − yᵢ).
    """
    digits, non_digits = clouds(distance=1.5)
    refusal = fit_refusal(digits, non_digits)
    x = torch.cat([inputs(digits), inputs(non_digits)])
    y = torch.cat([torch.ones(600), torch.zeros(300)]).double()
    balance = torch.where(y == 1, 300 / 600, 1.0).double()
    mean, std = x.mean(dim=0), x.std(dim=0) + 1e-3
    folded = refusal.linear.weight.detach()[0].double()
    weight, bias = folded * std, refusal.linear.bias.detach().double() + folded @ mean
    standardised = (x - mean) / std
    error = balance * (torch.sigmoid(standardised @ weight + bias) - y)
    by_weight = (error[:, None] * standardised).mean(dim=0) + 2 * WEIGHT_PENALTY * weight
    assert weight.abs().max() > 0.3
    assert_close(by_weight, torch.zeros(9, dtype=torch.float64), rtol=0, atol=1e-5)
    assert_close(error.mean().item(), 0.0, rtol=0, atol=1e-5)

    log_odds = refusal(*digits).detach().double()
    assert_close(log_odds, standardised[:600] @ weight + bias, rtol=1e-4, atol=1e-4)


def test_a_feature_that_never_changes_does_no_harm() -> None:
    (near, near_logits), (far, far_logits) = clouds(distance=5)
    near[:, 4], far[:, 4] = 7.0, 7.0
    refusal = fit_refusal((near, near_logits), (far, far_logits))
    assert all(torch.isfinite(value).all() for value in refusal.state_dict().values())
    assert share_below(refusal, (far, far_logits), 0.5) > 0.99


# Scores and the threshold


@settings(max_examples=15)
@given(scale=st.floats(0.01, 1e4), seed=st.integers(0, 2**31))
def test_digit_scores_lie_in_0_to_1(scale: float, seed: int) -> None:
    torch.manual_seed(seed)
    scores = digit_scores(
        Refusal(6), (normal(50, 6, seed=seed) * scale, normal(50, 10, seed=seed) * scale)
    )
    assert scores.shape == (50,)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_digit_scores_are_the_logistic_function_of_the_log_odds() -> None:
    refusal, embedded = Refusal(6), (normal(20, 6), normal(20, 10))
    expected = 1 / (1 + torch.exp(-refusal(*embedded).detach()))
    assert_close(digit_scores(refusal, embedded), expected)


@given(st.floats(0.001, 0.999), st.integers(0, 2**31))
def test_the_wanted_share_lies_under_the_threshold(share: float, seed: int) -> None:
    scores = normal(1000, seed=seed).sigmoid()
    under = (scores.double() < choose_threshold(scores, share)).double().mean().item()
    assert_close(under, share, rtol=0, atol=0.0011)


# Embedding


def test_embed_all_gives_each_picture_its_features_and_logits_across_batches() -> None:
    torch.manual_seed(0)
    model = DeepCNN(0.13, 0.31).eval()
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (503, 28, 28), generator=generator).to(torch.uint8)
    features, logits = embed_all(model, images)
    assert features.shape == (503, 256)
    with torch.no_grad():
        last = to_images_01(images[-5:])
        assert_close(features[-5:], model.embed(last), rtol=1e-4, atol=1e-5)
        assert_close(logits[-5:], model(last), rtol=1e-4, atol=1e-5)
