"""A network with its initial weights, as a recipe asks for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn

from mnist_core.models import resnet18_transfer
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import architecture
from mnist_core.models.vae import VAE

_one_at_a_time = threading.Lock()
ModelT = TypeVar("ModelT", bound=nn.Module)


def build_network(key: str, recipe: Recipe, pixel_mean: float, pixel_std: float) -> nn.Module:
    """The network `key` of ARCHITECTURES with the initial weights that `recipe.seed` gives.

    pixel_mean, pixel_std: of the training pixels on the [0, 1] scale, for a recipe that
        standardises; networks that cannot take them have no use for them
    Raises KeyError, and WeightsUnusable where a pretrained backbone cannot be had.
    """
    entry = architecture(key)
    with _torch_seed(recipe.seed):
        if key == "resnet18_transfer":
            model: nn.Module = resnet18_transfer.build(
                not recipe.random_backbone, recipe.frozen_batch_norm
            )
        elif recipe.standardise and entry.build_standardised:
            model = entry.build_standardised(pixel_mean, pixel_std)
        else:
            model = entry.build()
    if recipe.equal_weights:
        make_weights_equal(model)
    return model


@torch.no_grad()
def make_weights_equal(model: nn.Module) -> None:
    """Let every trained layer start with all weights 1 / fan_in and all biases 0.

    Then all units of a layer compute the same, get the same gradient, and stay the same.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d) and module.weight.requires_grad:
            module.weight.fill_(1 / module.weight[0].numel())
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.GRU):
            for parameter in module.parameters():
                parameter.fill_(1 / parameter.shape[1] if parameter.ndim == 2 else 0.0)


def build_around(key: str, recipe: Recipe, state: dict[str, Tensor]) -> nn.Module:
    """The network `key` with `state` (all names) as its tensors, not copied, to look at.

    It is in evaluation mode and has no gradients; no random numbers are drawn.
    """
    with torch.device("meta"):
        if key == "resnet18_transfer":
            model: nn.Module = resnet18_transfer.build(False, recipe.frozen_batch_norm)
        else:
            model = architecture(key).build()
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


@torch.inference_mode()
def gives_numbers(model: nn.Module) -> bool:
    """A trial: whether what it makes of paper, of ink and of something grey is finite.

    The model is left in the mode that it is in.
    """
    pictures = torch.stack([torch.zeros(28, 28), torch.ones(28, 28), torch.eye(28)])[:, None]
    pictures = pictures.to(next(model.parameters()).device)
    was_training = model.training
    model.eval()
    try:
        if isinstance(model, VAE):
            mean, log_var = model.encode(pictures, torch.arange(3, device=pictures.device))
            labels = torch.arange(3, device=pictures.device)
            answers = [mean, log_var.exp(), model.decode(mean, labels)]
        else:
            answers = [model(pictures)]
    finally:
        model.train(was_training)
    return all(bool(answer.isfinite().all()) for answer in answers)


@contextmanager
def _torch_seed(seed: int) -> Iterator[None]:
    """Layers draw their initial weights from the one generator that all threads share."""
    with _one_at_a_time, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def freeze(model: ModelT) -> ModelT:
    """In evaluation mode and without gradients, since all visitors share it."""
    return model.eval().requires_grad_(False)
