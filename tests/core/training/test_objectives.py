import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.data.mnist import to_images_01
from mnist_core.layers.vae_loss import (
    bernoulli_reconstruction,
    kl_to_standard_normal,
)
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.softmax_regression import SoftmaxRegression
from mnist_core.models.vae import VAE
from mnist_core.training.objectives import (
    NOT_A_DIGIT,
    OBJECTIVES,
    classifier_loss,
    cross_entropy,
    digit_or_uniform_loss,
    read_by,
    vae_loss,
)
from tests.core.trainings import PLAIN, barred_digits, new_trainer, quick_recipe

FLOOR = math.log(1 + 9 / math.e)


def random_logits(count: int = 12) -> Tensor:
    logits = torch.randn(count, 10, generator=torch.Generator().manual_seed(0)) * 4
    return logits.requires_grad_()


def images_and_labels(count: int = 16) -> tuple[Tensor, Tensor]:
    digits = barred_digits(count)
    return to_images_01(digits.images), digits.labels.long()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# Digit or uniform


def test_for_digits_the_loss_and_its_gradient_are_those_of_the_cross_entropy() -> None:
    ours, theirs = random_logits(), random_logits()
    labels = torch.arange(12) % 10
    loss, expected = digit_or_uniform_loss(ours, labels, 0.5), F.cross_entropy(theirs, labels)
    assert_close(loss, expected)
    loss.backward()
    expected.backward()
    assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("weight", [1.0, 0.5])
def test_for_non_digits_it_is_the_cross_entropy_with_the_uniform_distribution(
    weight: float,
) -> None:
    ours, theirs = random_logits(), random_logits()
    uniform = torch.full((12, 10), 0.1)
    divergence = F.kl_div(F.log_softmax(theirs, dim=1), uniform, reduction="batchmean")
    expected = weight * (divergence + math.log(10))
    loss = digit_or_uniform_loss(ours, torch.full((12,), NOT_A_DIGIT), weight)
    assert_close(loss, expected)
    assert_close(loss, weight * F.cross_entropy(theirs, uniform))
    loss.backward()
    expected.backward()
    assert_close(ours.grad, theirs.grad)


def test_a_mixed_batch_averages_over_digits_and_weighted_non_digits() -> None:
    logits = random_logits().detach()
    labels = torch.tensor([3, 1, 4, NOT_A_DIGIT] * 3)
    digits, others = logits[labels >= 0], logits[labels < 0]
    digit_sum = F.cross_entropy(digits, labels[labels >= 0], reduction="sum")
    other_sum = F.cross_entropy(others, torch.full((3, 10), 0.1), reduction="sum")
    expected = (digit_sum + 0.25 * other_sum) / 12
    assert_close(digit_or_uniform_loss(logits, labels, 0.25), expected)


def test_equal_logits_are_the_best_answer_to_a_non_digit() -> None:
    logits = torch.full((1, 10), 2.0, requires_grad=True)
    loss = digit_or_uniform_loss(logits, torch.tensor([NOT_A_DIGIT]), 1.0)
    loss.backward()
    assert_close(loss.item(), math.log(10))
    assert_close(logits.grad, torch.zeros(1, 10))


# Softmax once and twice


def test_the_cross_entropy_is_minus_the_log_of_the_label_s_probability() -> None:
    logits, labels = random_logits().detach(), torch.arange(12) % 10
    probabilities = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    expected = -probabilities[torch.arange(12), labels].log().mean()
    assert_close(cross_entropy(logits, labels), expected)


def test_softmax_twice_is_the_cross_entropy_of_probabilities_taken_for_logits() -> None:
    logits, labels = random_logits().detach(), torch.arange(12) % 10
    once = logits.softmax(dim=1)
    assert_close(
        cross_entropy(logits, labels, softmax_twice=True),
        -(once.exp() / once.exp().sum(dim=1, keepdim=True))[torch.arange(12), labels].log().mean(),
    )


@given(
    logits=st.lists(
        st.lists(st.floats(-1e6, 1e6, width=32), min_size=10, max_size=10), min_size=1, max_size=4
    ),
    label=st.integers(0, 9),
)
def test_no_logits_bring_softmax_twice_under_its_floor(
    logits: list[list[float]], label: int
) -> None:
    loss = cross_entropy(torch.tensor(logits), torch.full((len(logits),), label), True)
    assert FLOOR - 1e-5 <= loss <= math.log(math.e + 9) + 1e-5


def test_sure_and_right_answers_come_down_to_the_floor_of_softmax_twice_and_to_0_of_once() -> None:
    labels = torch.arange(10)
    sure = 100.0 * F.one_hot(labels, 10)
    assert_close(cross_entropy(sure, labels, softmax_twice=True).item(), FLOOR)
    assert_close(cross_entropy(sure, labels).item(), 0.0)


def test_a_training_with_softmax_twice_comes_near_its_floor_and_no_lower() -> None:
    recipe = replace(PLAIN, optimizer="adam", learning_rate=0.02, epochs=200)
    digits = barred_digits(32)
    last = {}
    for mistaken in (False, True):
        trainer = new_trainer("softmax_regression", replace(recipe, softmax_twice=mistaken), digits)
        last[mistaken] = [trainer.step().loss for _ in range(150)][-1]
    assert FLOOR - 1e-6 <= last[True] < FLOOR + 0.1
    assert last[False] < 0.1


# What is said of a batch


def test_a_classifier_s_batch_says_its_loss_and_the_share_of_digits_read_right() -> None:
    images_01, labels = images_and_labels()
    model = SoftmaxRegression()
    logits = model(images_01)
    batch = classifier_loss(model, images_01, labels, PLAIN, generator())
    assert_close(batch.loss, F.cross_entropy(logits, labels))
    assert batch.read_right is not None
    assert_close(batch.read_right, (logits.argmax(dim=1) == labels).float().mean())
    assert batch.reconstruction is None
    assert batch.kl is None


def test_non_digits_do_not_count_among_those_read_right() -> None:
    model = nn.Module()
    logits = 10.0 * F.one_hot(torch.tensor([1, 2, 3, 4]), 10)
    model.forward = lambda images_01: logits  # type: ignore[method-assign]
    labels = torch.tensor([1, 2, 0, NOT_A_DIGIT])
    recipe = replace(PLAIN, loss="digit_or_uniform")
    batch = classifier_loss(model, torch.zeros(4, 1, 28, 28), labels, recipe, generator())
    assert batch.read_right is not None
    assert_close(batch.read_right.item(), 2 / 3)
    assert_close(batch.loss, digit_or_uniform_loss(logits, labels, recipe.non_digit_weight))


def test_a_vae_s_batch_says_both_terms_of_its_loss() -> None:
    images_01, labels = images_and_labels()
    torch.manual_seed(0)
    model = VAE()
    logits, mean, log_var = model(images_01, generator(4))
    batch = vae_loss(model, images_01, labels, quick_recipe("vae"), generator(4))
    assert batch.reconstruction is not None
    assert batch.kl is not None
    assert_close(batch.reconstruction, bernoulli_reconstruction(logits, images_01).mean())
    assert_close(batch.kl, kl_to_standard_normal(mean, log_var).mean())
    assert_close(batch.loss, batch.reconstruction + batch.kl)
    assert batch.read_right is None


def test_a_vae_s_loss_looks_at_no_label_and_draws_its_noise_from_the_generator_given() -> None:
    images_01, labels = images_and_labels()
    model, recipe = VAE(), quick_recipe("vae")
    torch_state = torch.get_rng_state()
    loss = vae_loss(model, images_01, labels, recipe, generator(4)).loss
    assert torch.equal(vae_loss(model, images_01, labels * 0, recipe, generator(4)).loss, loss)
    assert not torch.equal(vae_loss(model, images_01, labels, recipe, generator(5)).loss, loss)
    assert torch.equal(torch.get_rng_state(), torch_state)


@pytest.mark.parametrize("loss", OBJECTIVES)
def test_every_loss_is_computed_in_bfloat16_where_the_recipe_says_so(loss: str) -> None:
    images_01, labels = images_and_labels()
    torch.manual_seed(0)
    model = VAE() if loss == "vae" else SoftmaxRegression()
    losses = []
    for precision in ("float32", "bfloat16"):
        recipe = replace(PLAIN, loss=loss, precision=precision)  # type: ignore[arg-type]
        batch = OBJECTIVES[recipe.loss](model, images_01, labels, recipe, generator())
        assert batch.loss.dtype == torch.float32
        losses.append(batch.loss.item())
    assert losses[0] != losses[1]
    assert_close(losses[0], losses[1], rtol=0.02, atol=0)


# A conditional VAE whose digits are read


def test_what_the_reader_misreads_of_digits_from_the_prior_comes_to_the_loss_of_the_vae() -> None:
    images_01, labels = images_and_labels()
    torch.manual_seed(0)
    model, reader = ConditionalVAE(), SoftmaxRegression().requires_grad_(False)
    recipe = replace(quick_recipe("vae"), readable_weight=3.0)
    noise = generator(4)
    own = vae_loss(model, images_01, labels, recipe, noise)
    latents = torch.randn(8, model.latent_dim, generator=noise)
    asked = torch.randint(0, 10, (8,), generator=noise)
    misread = F.cross_entropy(reader(model.decode(latents, asked)), asked)
    batch = read_by(reader)(model, images_01, labels, recipe, generator(4))
    assert_close(batch.loss, own.loss + 3 * misread)
    assert batch.kl == own.kl
    batch.loss.backward()
    assert all(p.grad is None for p in reader.parameters())
