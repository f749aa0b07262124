"""Networks and numbers that a seed decides: the same in every run, trained on nothing."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from mnist_core.models.build import build_network, freeze
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.models.vae import VAE


def untrained(key: str) -> nn.Module:
    """Any network of the registry in evaluation mode."""
    recipe = replace(ARCHITECTURES[key].source_recipe, random_backbone=True)
    return build_network(key, recipe, 0.1307, 0.3081).eval()


def untrained_vae() -> VAE:
    model = untrained("vae")
    assert isinstance(model, VAE)
    return model


def seeded_vae(latent_dim: int = 20, seed: int = 0) -> VAE:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return freeze(VAE(latent_dim))


def seeded_cvae() -> ConditionalVAE:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return freeze(ConditionalVAE())


def small_classifier(seed: int, channels: int = 3, smooth: bool = False) -> FeatureClassifier:
    """Conv → ReLU → max pool → linear, with random weights; smooth: without kinks."""
    bend, pool = (nn.Tanh(), nn.AvgPool2d(2)) if smooth else (nn.ReLU(), nn.MaxPool2d(2))
    features = nn.Sequential(nn.Conv2d(1, channels, 3), bend, pool, nn.Flatten())
    model = FeatureClassifier(features, channels * 13 * 13, 0.13, 0.31)
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    return freeze(model)


def pictures(count: int, seed: int = 0) -> Tensor:
    """(count, 1, 28, 28), uniform in [0, 1]."""
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def seeded_images(count: int) -> Tensor:
    """uint8 (count, 28, 28)."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 28, 28), generator=generator, dtype=torch.uint8)


def numbers(*shape: int, seed: int = 0) -> Tensor:
    """Normally distributed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
