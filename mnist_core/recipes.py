"""How each set of weights is trained: plain settings, no torch."""

from dataclasses import dataclass, field

from mnist_core.augmentation import Distortion


@dataclass(frozen=True)
class Recipe:
    """Settings of one training.

    epochs, batch_size, seed: as usual; an epoch is one pass over the MNIST training digits
    peak_learning_rate, weight_decay: AdamW; the rate warms up, then falls along a cosine to 0
    ema_decay:      per-step decay of the running average of the weights that is kept
    distortion:     how far a training picture may be bent
    distorted_share, final_distorted_share: share of the pictures that are bent, until
                    `calm_from` of the training is done, and at its end (linear in between)
    held_out:       MNIST training digits set aside for every choice (checkpoint, temperature)
    pen_per_epoch:  pictures of pen strokes mixed into each epoch
    non_digits_per_epoch: pictures of scribbles, letter shapes and such mixed into each epoch,
                    with the uniform distribution as their target
    non_digit_weight: weight of their loss
    """

    epochs: int = 50
    batch_size: int = 128
    seed: int = 0
    peak_learning_rate: float = 2e-3
    weight_decay: float = 0.02
    ema_decay: float = 0.999
    distortion: Distortion = field(default_factory=Distortion)
    distorted_share: float = 0.9
    final_distorted_share: float = 0.3
    calm_from: float = 0.7
    held_out: int = 5_000
    pen_per_epoch: int = 0
    non_digits_per_epoch: int = 0
    non_digit_weight: float = 0.5


DEEP_CNN = Recipe()
DEEP_CNN_PEN = Recipe(epochs=42, pen_per_epoch=20_000, non_digits_per_epoch=12_000)
