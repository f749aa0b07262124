"""The variational autoencoder: images to a few latent numbers, and back."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Reconstruction(NamedTuple):
    """What one pass through the autoencoder gives: all that its loss needs.

    logits:        (B, 1, 28, 28), of the decoded pixels
    mean, log_var: (B, latent_dim), of q(z|x) = N(mean, diag(exp(log_var)))
    """

    logits: Tensor
    mean: Tensor
    log_var: Tensor


class VAE(nn.Module):
    """Encoder 784 → 400 → mean and log-variance; decoder latent_dim → 400 → 784.

    The pixels stay in [0, 1], since the decoder's sigmoid has to meet them there: there is no
    standardisation inside.
    Source: Kingma & Welling 2014, “Auto-encoding variational Bayes”, appendix C, in the sizes of
    the course material that defined this project (latent_dim = 20).
    """

    def __init__(self, latent_dim: int = 20) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())  # (B, 400)
        self.mean_head = nn.Linear(400, latent_dim)
        self.log_var_head = nn.Linear(400, latent_dim)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, 400),
            nn.ReLU(),
            nn.Linear(400, 784),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def encode(self, images_01: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(B, 1, 28, 28) in [0, 1] → mean and log-variance of q(z|x), each (B, latent_dim).

        labels: not looked at here; see ConditionalVAE
        """
        hidden = self.encoder(images_01)
        return self.mean_head(hidden), self.log_var_head(hidden)

    @staticmethod
    def reparameterise(
        mean: Tensor, log_var: Tensor, generator: torch.Generator | None = None
    ) -> Tensor:
        """One sample of N(mean, exp(log_var)) each, through which gradients reach both.

        mean, log_var: the same shape; generator: of the noise, on their device (torch's own if
        None). Returns that shape.
        Source: Kingma & Welling 2014, section 2.4.
        """
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        # z = μ + ε · σ,  σ = exp(½ log σ²),  ε ~ N(0, I)
        return mean + noise * torch.exp(0.5 * log_var)

    def decode_logits(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """(B, latent_dim) → logits of the pixels, (B, 1, 28, 28)."""
        logits: Tensor = self.decoder(latents)
        return logits

    def decode(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """(B, latent_dim) → images (B, 1, 28, 28) in [0, 1]."""
        return torch.sigmoid(self.decode_logits(latents, labels))

    def forward(
        self,
        images_01: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> Reconstruction:
        """(B, 1, 28, 28) in [0, 1] → encoded, sampled once, decoded.

        It samples in evaluation mode too, since the loss is an expectation over q(z|x).
        """
        mean, log_var = self.encode(images_01, labels)
        latents = self.reparameterise(mean, log_var, generator)
        return Reconstruction(self.decode_logits(latents, labels), mean, log_var)
