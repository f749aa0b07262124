"""Is it a digit? What an autoencoder cannot draw again is unlike all that it has seen."""

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

from mnist_core.latent.codes import redraw_error
from mnist_core.layers.vae_loss import pixel_entropy
from mnist_core.models.vae import VAE

UNUSUAL_FROM = 0.99
"""Share of the test digits with a smaller error, from which on a picture is called unusual."""


class Verdict(StrEnum):
    """What the redraw error says of a picture."""

    BLANK = "no ink at all"
    USUAL = "comes out as well as digits do"
    UNUSUAL = "comes out worse than nearly all test digits"
    UNLIKE_ANY = "comes out worse than every test digit"


@dataclass(frozen=True)
class Likeness:
    """How well a picture comes out of the autoencoder, beside the test digits.

    error:       its `redraw_error`, in nats
    entropy:     of its own grey pixels, in nats: what even a perfect redraw would cost
    share_below: share of the test digits with a smaller error, in [0, 1]
    verdict:     one-sided: a large error says that it is no digit, a small one does not say that
                 it is one, since a dot comes out well, too
    """

    error: float
    entropy: float
    share_below: float
    verdict: Verdict


def likeness(model: VAE, image_01: Tensor, quantiles: list[float]) -> Likeness:
    """Compare the error of a picture (1, 1, 28, 28) in [0, 1] with that of the test digits.

    quantiles: of their errors in nats, evenly spaced from the least to the greatest
    """
    error = float(redraw_error(model, image_01))
    share_below = error_percentile(error, quantiles)
    return Likeness(
        error,
        float(pixel_entropy(image_01)),
        share_below,
        _verdict(image_01, error, share_below, quantiles),
    )


@dataclass(frozen=True)
class ErrorHistogram:
    """Share of the test digits in equal bins from 0 to `greatest` nats: shares (bins,)."""

    greatest: float
    shares: Tensor


def error_histogram(quantiles: list[float], error: float, bins: int = 50) -> ErrorHistogram:
    """The errors of the test digits on an axis on which `error`, in nats, has a place, too.

    Between two of the quantiles the test digits' errors are taken to be spread evenly.
    """
    greatest = 1.05 * max(quantiles[-1], error)
    edges = torch.linspace(0, greatest, bins + 1, dtype=torch.float64).tolist()
    below = torch.tensor([error_percentile(edge, quantiles) for edge in edges])
    return ErrorHistogram(greatest, below.diff())


def _verdict(image_01: Tensor, error: float, share_below: float, quantiles: list[float]) -> Verdict:
    if not image_01.any():
        return Verdict.BLANK
    if error > quantiles[-1]:
        return Verdict.UNLIKE_ANY
    return Verdict.UNUSUAL if share_below > UNUSUAL_FROM else Verdict.USUAL


def error_percentile(error: float, quantiles: list[float]) -> float:
    """Share of the test digits, in [0, 1], whose error is below `error`.

    quantiles: of the test digits' errors, evenly spaced from the least to the greatest
    """
    levels = torch.linspace(0, 1, len(quantiles), dtype=torch.float64)
    known = torch.tensor(quantiles, dtype=torch.float64)
    place = int(torch.searchsorted(known, torch.tensor(error, dtype=torch.float64)))
    if place == 0:
        return 0.0
    if place == len(known):
        return 1.0
    low, high = known[place - 1], known[place]
    share = float((error - low) / (high - low)) if high > low else 0.0
    return float(levels[place - 1] + share * (levels[place] - levels[place - 1]))
