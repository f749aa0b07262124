"""What a training step makes small: the losses by name."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.layers.vae_loss import bernoulli_reconstruction, kl_to_standard_normal
from mnist_core.models.recipes import LossName, Recipe
from mnist_core.models.vae import VAE

NOT_A_DIGIT = -1
SOFTMAX_TWICE_FLOOR = math.log(1 + 9 * math.exp(-1))
"""What even a perfect answer costs when softmax is applied twice, in nats."""


@dataclass(frozen=True)
class BatchLoss:
    """The loss of one batch, and what is worth watching in it; all scalars.

    loss:               mean over the batch, nats per image
    read_right:         share of the digits whose label has the largest logit; None for a VAE
    reconstruction, kl: the two terms of a VAE's loss, nats per image; None for a classifier
    """

    loss: Tensor
    read_right: Tensor | None = None
    reconstruction: Tensor | None = None
    kl: Tensor | None = None


def digit_or_uniform_loss(logits: Tensor, labels: Tensor, non_digit_weight: float) -> Tensor:
    """Cross-entropy; where the label is NOT_A_DIGIT, against the uniform distribution.

    logits: (B, 10); labels: (B,). Returns the weighted mean, a scalar, in nats.
    Source: Hendrycks, Mazeika, Dietterich 2019, “Deep anomaly detection with outlier exposure”.
    """
    log_probabilities = F.log_softmax(logits.float(), dim=1)
    is_digit = labels != NOT_A_DIGIT
    digit_loss = -log_probabilities.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    uniform_loss = -log_probabilities.mean(dim=1)
    loss = torch.where(is_digit, digit_loss, non_digit_weight * uniform_loss)
    return loss.mean()


def cross_entropy(logits: Tensor, labels: Tensor, softmax_twice: bool = False) -> Tensor:
    """Mean of −log softmax(logits)[label] in nats; logits (B, 10), labels int64 (B,).

    softmax_twice: the mistake of a network that ends in a softmax of its own. Then the loss sees
        numbers between 0 and 1 only, and cannot fall under log(1 + 9 e⁻¹) ≈ 1.461.
    """
    if softmax_twice:
        logits = logits.softmax(dim=1)
    return F.cross_entropy(logits, labels)


def classifier_loss(
    model: nn.Module, images_01: Tensor, labels: Tensor, recipe: Recipe, noise: torch.Generator
) -> BatchLoss:
    """images_01 (B, 1, 28, 28), labels int64 (B,); in the model's own mode."""
    return label_loss(_logits(model, images_01, recipe), labels, recipe)


def label_loss(logits: Tensor, labels: Tensor, recipe: Recipe) -> BatchLoss:
    """What the recipe's loss makes of logits (B, 10) and labels int64 (B,)."""
    if recipe.loss == "digit_or_uniform":
        loss = digit_or_uniform_loss(logits, labels, recipe.non_digit_weight)
    else:
        loss = cross_entropy(logits, labels, recipe.softmax_twice)
    is_digit = labels != NOT_A_DIGIT
    right = (logits.argmax(dim=1) == labels).sum() / is_digit.sum()
    return BatchLoss(loss, right)


def _logits(model: nn.Module, images_01: Tensor, recipe: Recipe) -> Tensor:
    """(B, 10) float32, computed in the recipe's precision."""
    with torch.autocast(images_01.device.type, torch.bfloat16, recipe.precision == "bfloat16"):
        logits: Tensor = model(images_01)
    return logits.float()


def vae_loss(
    model: nn.Module, images_01: Tensor, labels: Tensor, recipe: Recipe, noise: torch.Generator
) -> BatchLoss:
    """Reconstruction + β · KL. images_01 (B, 1, 28, 28), labels int64 (B,). noise: draws z.

    Source of β: Higgins et al. 2017, “β-VAE”; β = 1 is the negative ELBO.
    """
    with torch.autocast(images_01.device.type, torch.bfloat16, recipe.precision == "bfloat16"):
        logits, mean, log_var = model(images_01, generator=noise, labels=labels)
    reconstruction = bernoulli_reconstruction(logits.float(), images_01).mean()
    kl = kl_to_standard_normal(mean.float(), log_var.float()).mean()
    return BatchLoss(reconstruction + recipe.beta * kl, reconstruction=reconstruction, kl=kl)


def read_by(reader: nn.Module) -> "Objective":
    """The loss of a conditional VAE whose drawn digits `reader`, a trained network, shall read.

    To `vae_loss` comes readable_weight · mean of −log softmax(reader(x))[y], of half a batch of
    x = decode(z, y) with z ~ N(0, I) and y drawn evenly. A posterior never covers all of its prior:
    without this, what lies between is drawn by nobody's example.
    Source: the auxiliary classifier of Odena, Olah, Shlens 2017, “Conditional image synthesis with
    auxiliary classifier GANs”, here a trained and frozen one.
    """

    def readable_loss(
        model: nn.Module, images_01: Tensor, labels: Tensor, recipe: Recipe, noise: torch.Generator
    ) -> BatchLoss:
        own, count = vae_loss(model, images_01, labels, recipe, noise), max(1, len(labels) // 2)
        assert isinstance(model, VAE)
        device = images_01.device
        latents = torch.randn(count, model.latent_dim, generator=noise, device=device)
        asked = torch.randint(0, 10, (count,), generator=noise, device=device)
        misread = F.cross_entropy(reader(model.decode(latents, asked)), asked)
        return replace(own, loss=own.loss + recipe.readable_weight * misread)

    return readable_loss


Objective = Callable[[nn.Module, Tensor, Tensor, Recipe, torch.Generator], BatchLoss]
OBJECTIVES: dict[LossName, Objective] = {
    "cross_entropy": classifier_loss,
    "digit_or_uniform": classifier_loss,
    "vae": vae_loss,
}
