"""What the browser gets to draw with: the decoder, and the map of the latent space."""

import base64
import io
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mnist_core.latent.decoder import PlainDecoder, rows_in_16_bits
from mnist_core.latent.plane import LatentMap, class_centres

COLOURS = (
    "#3B6EF5", "#E08A00", "#0F9D8A", "#C2409A", "#8A8F9E",
    "#7A4FD0", "#5B9F00", "#E5484D", "#A0713A", "#2BA8E0",
)  # fmt: skip
"""Of the digits 0 to 9. Ten colours are hard to tell apart, so each group has its digit on it."""
Values = NDArray[np.float32]


def decoder_data(decoder: PlainDecoder, name: str) -> dict[str, str]:
    """What draws in the browser, 0.9 MB as base64; another name for another decoder."""
    levels, step = rows_in_16_bits(decoder.weight2)
    floats = {"weight1": decoder.weight1, "bias1": decoder.bias1, "bias2": decoder.bias2}
    return {
        **{part: _base64(values.numpy(), "<f4") for part, values in floats.items()},
        "levels2": _base64(levels.numpy(), "<i2"),
        "step2": _base64(step.numpy(), "<f4"),
        "name": name,
    }


def map_data(found: LatentMap, manifold: Tensor, reach: float) -> dict[str, Any]:
    """Dots with their colours and names, and the plane within ±reach as a picture in [0, 1]."""
    return {
        "places": _base64(found.coordinates.numpy(), "<f4"),
        "labels": _base64(found.labels.numpy(), "u1"),
        "sprite": png_source(manifold.numpy()),
        "centres": class_centres(found).tolist(),
        "colours": COLOURS,
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


def png_source(image_01: Values) -> str:
    """A grey picture (h, w) in [0, 1] as the address of an <img>, PNG."""
    memory = io.BytesIO()
    pixels = np.round(image_01 * 255).astype(np.uint8)
    Image.fromarray(pixels).save(memory, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(memory.getvalue()).decode()}"


def _base64(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
