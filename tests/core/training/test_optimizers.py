from collections.abc import Callable
from typing import get_args

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.models.recipes import OptimizerName, Recipe
from mnist_core.training.optimizers import OPTIMIZER_FORMULAS, make_optimizer
from tests.core.trainings import barred_digits, new_trainer, next_losses

NAMES: tuple[OptimizerName, ...] = get_args(OptimizerName)
RATE, DECAY = 0.1, 0.02
FIRST = torch.tensor([2.0, -1.0, 0.5])
GRADIENTS = [torch.tensor([1.0, -3.0, 0.2]), torch.tensor([0.5, 2.0, -0.1])]


def by_sgd(w: Tensor) -> Tensor:
    for g in GRADIENTS:
        w = w - RATE * g
    return w


def by_momentum(w: Tensor) -> Tensor:
    v = torch.zeros_like(w)
    for g in GRADIENTS:
        v = 0.9 * v + g
        w = w - RATE * v
    return w


def by_adagrad(w: Tensor) -> Tensor:
    s = torch.zeros_like(w)
    for g in GRADIENTS:
        s = s + g**2
        w = w - RATE * g / (s.sqrt() + 1e-10)
    return w


def by_rmsprop(w: Tensor) -> Tensor:
    s = torch.zeros_like(w)
    for g in GRADIENTS:
        s = 0.99 * s + 0.01 * g**2
        w = w - RATE * g / (s.sqrt() + 1e-8)
    return w


def by_adam(w: Tensor, decay: float = 0.0) -> Tensor:
    m, s = torch.zeros_like(w), torch.zeros_like(w)
    for t, g in enumerate(GRADIENTS, start=1):
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
        w = (1 - RATE * decay) * w - RATE * m_hat / (s_hat.sqrt() + 1e-8)
    return w


def by_adadelta(w: Tensor) -> Tensor:
    s, u = torch.zeros_like(w), torch.zeros_like(w)
    for g in GRADIENTS:
        s = 0.9 * s + 0.1 * g**2
        delta = (u + 1e-6).sqrt() / (s + 1e-6).sqrt() * g
        u = 0.9 * u + 0.1 * delta**2
        w = w - RATE * delta
    return w


BY_HAND: dict[OptimizerName, Callable[[Tensor], Tensor]] = {
    "sgd": by_sgd, "momentum": by_momentum, "adagrad": by_adagrad, "rmsprop": by_rmsprop,
    "adam": by_adam, "adadelta": by_adadelta, "adamw": lambda w: by_adam(w, DECAY),
}  # fmt: skip


def recipe_with(optimizer: OptimizerName, rate: float = RATE, decay: float = 0.0) -> Recipe:
    return Recipe("cross_entropy", optimizer, rate, 32, 100, weight_decay=decay)


def two_steps(recipe: Recipe) -> Tensor:
    parameter = nn.Parameter(FIRST.clone())
    optimizer = make_optimizer(recipe, [parameter])
    for gradient in GRADIENTS:
        parameter.grad = gradient.clone()
        optimizer.step()
    return parameter.detach()


@pytest.mark.parametrize("name", NAMES)
def test_two_steps_are_those_of_the_formula(name: OptimizerName) -> None:
    recipe = recipe_with(name, decay=DECAY if name == "adamw" else 0.0)
    moved = two_steps(recipe)
    assert (moved - FIRST).abs().min() > 1e-5
    assert_close(moved, BY_HAND[name](FIRST))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "adamw"])
def test_weight_decay_is_a_part_of_the_gradient_but_with_adamw(name: OptimizerName) -> None:
    parameter = nn.Parameter(FIRST.clone())
    optimizer = make_optimizer(recipe_with(name), [parameter])
    for gradient in GRADIENTS:
        parameter.grad = gradient + DECAY * parameter.detach()
        optimizer.step()
    assert_close(two_steps(recipe_with(name, decay=DECAY)), parameter.detach())


def test_every_optimiser_has_its_formula() -> None:
    assert set(OPTIMIZER_FORMULAS) == set(NAMES)
    assert all(r"w \leftarrow" in formula for formula in OPTIMIZER_FORMULAS.values())


def test_the_mistake_of_a_rate_far_too_high_is_the_optimiser_s_rate() -> None:
    recipe = Recipe("cross_entropy", "sgd", 0.1, 32, 1, rate_far_too_high=True)
    optimizer = make_optimizer(recipe, [nn.Parameter(FIRST.clone())])
    assert optimizer.param_groups[0]["lr"] == recipe.peak_learning_rate > 1


LEARNING_RATES: dict[OptimizerName, float] = {
    "sgd": 0.3, "momentum": 0.05, "adagrad": 0.01, "rmsprop": 1e-3, "adam": 1e-3, "adadelta": 0.5,
    "adamw": 1e-3,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_optimiser_lowers_the_loss_of_one_batch_in_twenty_steps(name: OptimizerName) -> None:
    trainer = new_trainer("mlp", recipe_with(name, LEARNING_RATES[name]), barred_digits(32))
    losses = next_losses(trainer, 20)
    assert losses[-1] < 0.8 * losses[0]
