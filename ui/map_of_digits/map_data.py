"""What the browser gets to draw with: the decoder, and the map of the latent space."""

import base64
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.latent.decoder import PlainDecoder, rows_in_16_bits
from mnist_core.latent.plane import LatentMap, class_centres
from mnist_core.pictures.image_files import encode_png
from ui.shared.figures.colours import DIGITS
from ui.shared.figures.html import address


def decoder_data(decoder: PlainDecoder, name: str) -> dict[str, str]:
    """What draws in the browser; another name for another decoder."""
    levels, step = rows_in_16_bits(decoder.weight2)
    floats = {"weight1": decoder.weight1, "bias1": decoder.bias1, "bias2": decoder.bias2}
    return {
        **{part: _base64(values.numpy(), "<f4") for part, values in floats.items()},
        "levels2": _base64(levels.numpy(), "<i2"),
        "step2": _base64(step.numpy(), "<f4"),
        "name": name,
    }


def map_data(found: LatentMap, manifold: Tensor, middle: Tensor, reach: float) -> dict[str, Any]:
    """Dots with their colours and names, and the plane within ±reach as a picture in [0, 1].

    middle: what is decoded at (0, 0), (28, 28) in [0, 1]
    """
    levels, step = rows_in_16_bits(found.coordinates.reshape(1, -1))
    return {
        "places": _base64(levels.numpy(), "<i2"),
        "step": float(step),
        "middle": address(encode_png(middle.numpy())),
        "labels": _base64(found.labels.numpy(), "u1"),
        "sprite": address(encode_png(manifold.numpy())),
        "centres": class_centres(found).tolist(),
        "colours": DIGITS,
        "reach": reach,
        "alt": "Map of the latent space. The arrow keys move the place whose digit is drawn.",
    }


def diamond_style(place: Tensor, reach: float) -> str:
    """A style sheet that puts the pad's diamond at a place (2,), at the edge if it lies beyond."""
    across, down = ((place * torch.tensor([1, -1]) / reach).clamp(-1, 1) + 1).tolist()
    return (
        f"<style>.st-key-latent_pad{{--yours-x:{across * 50:.2f}%;--yours-y:{down * 50:.2f}%}}"
        "</style>"
    )


def _base64(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
