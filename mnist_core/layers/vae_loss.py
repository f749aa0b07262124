"""The losses of the variational autoencoder, per image and in nats."""

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.special import entr


def kl_to_standard_normal(mean: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mean, exp(log_var)) ‖ N(0, I)) of each image, in nats.

    mean, log_var: (B, latent_dim); infinite where exp(log_var) overflows (over 88 in float32)
    returns:       (B,), at least 0
    Source: Kingma & Welling 2014, appendix B.
    """
    # KL = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²); expm1 keeps σ² − 1 exact where σ is near 1
    return 0.5 * (mean.square() + torch.expm1(log_var) - log_var).sum(dim=1)


def bernoulli_reconstruction(logits: Tensor, images_01: Tensor) -> Tensor:
    """−log p(x|z) of each image, in nats: binary cross-entropy summed over its pixels.

    logits:    (B, …) of the pixels' probabilities, any finite value
    images_01: the same shape, in [0, 1]; a grey value counts as a probability, so that the least
               value that can be had is the pixels' entropy, which is 0 for black and white only
    returns:   (B,), at least 0
    Raises ValueError when the shapes differ.
    Source: Kingma & Welling 2014, appendix C.1.
    """
    # −Σ_i (x_i log σ(l_i) + (1 − x_i) log(1 − σ(l_i))), computed without σ as
    #  Σ_i (max(l_i, 0) − x_i l_i + log(1 + exp(−|l_i|)))
    pixels = F.binary_cross_entropy_with_logits(logits, images_01, reduction="none")
    return pixels.flatten(1).sum(dim=1)


def pixel_entropy(images_01: Tensor) -> Tensor:
    """The least `bernoulli_reconstruction` of each picture, in nats: that of itself.

    images_01: (B, …) in [0, 1]
    returns:   (B,), at least 0; 0 for pictures in black and white only
    """
    # −Σ_i (x_i log x_i + (1 − x_i) log(1 − x_i)), where 0 log 0 = 0
    pixels: Tensor = entr(images_01) + entr(1 - images_01)
    return pixels.flatten(1).sum(dim=1)
