"""The conditional variational autoencoder: a VAE that is told which digit it sees or draws."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.models.vae import VAE

CLASSES = 10


class ConditionalVAE(VAE):
    """Encoder (784 + 10) → 512 → 400 → mean and log-variance; decoder (latent_dim + 10) → 512 → 512
    → 784.

    The ten further numbers are the one-hot digit. What the latent numbers need not say any more,
    which digit it is, leaves them for how it is written. It has one layer more than the VAE on
    either side: with a single one, fewer of the digits that it draws can be read.
    Source: Sohn, Lee, Yan 2015, “Learning structured output representation using deep conditional
    generative models”, with the prior N(0, I) for every class.
    """

    def __init__(self, latent_dim: int = 20) -> None:
        super().__init__(latent_dim)
        self.encoder = nn.Sequential(
            nn.Linear(784 + CLASSES, 512), nn.ReLU(), nn.Linear(512, 400), nn.ReLU()
        )  # (B, 400)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim + CLASSES, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Linear(512, 784),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def encode(self, images_01: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(B, 1, 28, 28) in [0, 1] and int64 (B,) → mean, log-variance, each (B, latent_dim)."""
        hidden = self.encoder(torch.cat([images_01.flatten(1), one_hot(labels)], dim=1))
        return self.mean_head(hidden), self.log_var_head(hidden)

    def decode_logits(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """(B, latent_dim) and int64 (B,) → logits of the pixels, (B, 1, 28, 28)."""
        logits: Tensor = self.decoder(torch.cat([latents, one_hot(labels)], dim=1))
        return logits


def one_hot(labels: Tensor | None) -> Tensor:
    """int64 (B,), 0 to 9 → float32 (B, 10). Raises ValueError without labels."""
    if labels is None:
        raise ValueError("A conditional VAE must be told which digits they are.")
    return F.one_hot(labels.long(), CLASSES).float()
