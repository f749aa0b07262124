"""What to look at in a network at any moment of its training: filters, ten digits, samples."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.data import Digits, to_images_01
from mnist_core.latent import decode, standard_normal
from mnist_core.models.cvae import CLASSES
from mnist_core.models.vae import VAE

SIDE = 28


def first_layer_filters(model: nn.Module) -> Tensor | None:
    """The weights that look at the picture itself, each as an image of its own.

    returns: float32 (n, h, w), any sign; for a linear layer one (28, 28) per unit, less the
             weights of the digit's name that a conditional VAE is told; for a convolution one
             kernel per channel, the mean over the colour channels where it has three. None when
             the first layer sees no picture of 28 × 28.
    """
    first = next((m for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)), None)
    if first is None:
        return None
    weight = first.weight.detach().float()
    if isinstance(first, nn.Conv2d):
        return weight.mean(dim=1)  # (n, colours, h, w) → (n, h, w)
    pixels = SIDE * SIDE
    if first.in_features not in (pixels, pixels + CLASSES):
        return None
    return weight[:, :pixels].reshape(-1, SIDE, SIDE)


def ten_digits(test: Digits) -> Digits:
    """The first picture of each digit, 0 to 9; what is missing is filled with the next pictures.

    There are fewer than ten only when `test` has fewer.
    """
    labels = test.labels.long()
    first = {k: int((labels == k).nonzero()[0]) for k in range(10) if (labels == k).any()}
    taken = set(first.values())
    spare = [i for i in range(min(len(test), 20)) if i not in taken]
    chosen = [first[k] if k in first else spare.pop(0) for k in range(10) if k in first or spare]
    return test.select(torch.tensor(chosen, dtype=torch.int64))


@dataclass(frozen=True)
class TenRead:
    """What a classifier reads in a few digits.

    images:        uint8 (n, 28, 28), 0 = paper
    labels:        int64 (n,), what they are
    predicted:     int64 (n,), what is read
    probabilities: float32 (n,), softmax of the digit that is read
    """

    images: Tensor
    labels: Tensor
    predicted: Tensor
    probabilities: Tensor

    @property
    def right(self) -> int:
        """How many are read right."""
        return int((self.predicted == self.labels).sum())


@torch.inference_mode()
def read_ten(model: nn.Module, digits: Digits) -> TenRead:
    """Read `digits` with a classifier, in the mode that it is in."""
    logits: Tensor = model(to_images_01(digits.images))  # (n, 10)
    best = torch.softmax(logits.float(), dim=1).max(dim=1)
    return TenRead(digits.images, digits.labels.long(), best.indices, best.values)


def prior_samples(model: VAE, count: int, seed: int = 0) -> Tensor:
    """Decoded draws from the prior z ~ N(0, I), the same z at every call.

    A conditional VAE is asked for 0, 1, …, 9, 0, … Returns (count, 28, 28) in [0, 1].
    """
    latents = standard_normal(count, model.latent_dim, seed)
    return decode(model, latents, torch.arange(count) % 10)
