"""What the tests of training share: digits that are easy to learn, and runs that are quick."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits
from mnist_core.models.build import build_network
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.order import Pool
from mnist_core.training.run import Run
from mnist_core.training.trainer import Trainer

PLAIN = Recipe("cross_entropy", "sgd", learning_rate=0.01, batch_size=32, epochs=100)


def noise(count: int, seed: int) -> Tensor:
    """Dark grey pictures, uint8 (count, 28, 28)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 90, (count, 28, 28), generator=generator).to(torch.uint8)


def barred_digits(count: int, seed: int = 0) -> Digits:
    """Noise with a bar, whose height is the label."""
    images, labels = noise(count, seed), torch.arange(count) % 10
    images[torch.arange(count), labels * 2 + 4] = 255
    return Digits(images, labels.to(torch.uint8))


def numbered_digits(count: int) -> Digits:
    """Up to 256 pictures of one grey each, which is their number; labels are the last digit."""
    greys = torch.arange(count).to(torch.uint8)
    return Digits(greys[:, None, None].expand(count, 28, 28).clone(), greys % 10)


def quick_recipe(key: str, **changes: Any) -> Recipe:
    """The source's, with small batches and on a random backbone."""
    quick = {"batch_size": 2 if key == "resnet18_transfer" else 8, "random_backbone": True}
    return replace(ARCHITECTURES[key].source_recipe, **{"epochs": 100, **quick, **changes})


def quick_run(key: str = "softmax_regression", *, train: int = 40, **changes: Any) -> Run:
    """A run on barred digits; changes: of the recipe."""
    recipe = quick_recipe(key, **changes)
    return Run(key, recipe, barred_digits(train, seed=1), barred_digits(20, seed=2))


def new_trainer(key: str, recipe: Recipe, digits: Digits) -> Trainer:
    """A trainer without a run around it."""
    return Trainer(build_network(key, recipe, 0.2, 0.3), [Pool.of(digits)], recipe)


def next_losses(trainer: Trainer, steps: int) -> list[float]:
    """Those of the next steps."""
    return [trainer.step().loss for _ in range(steps)]


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """A copy."""
    return {name: value.clone() for name, value in model.state_dict().items()}
