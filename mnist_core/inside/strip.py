"""A network in two glances: a few maps near its beginning, and a few near its end."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from mnist_core.inside.stages import EDGES, PARTS
from mnist_core.inside.trace import blocks_of, trace
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.own_digits import ten_own_digits

SMALLEST_SIDE = 6
"""Of the maps of parts: in smaller ones nobody sees a part."""


@dataclass(frozen=True)
class Glance:
    """A few channels of one layer.

    name:     EDGES or PARTS
    layer:    the layer's name in the network
    channels: those that differ most from digit to digit and from place to place
    limit:    the greatest absolute value that they had for the program's ten digits
    """

    name: str
    layer: str
    channels: tuple[int, ...]
    limit: float


@lru_cache(maxsize=8)
def glances_of(model: FeatureClassifier) -> list[Glance]:
    """Four channels of the first convolution's block, nine of the last with maps large enough.

    Only the first where there is one block; none where the network has no convolution.
    """
    digits = ten_own_digits()
    with torch.inference_mode():
        outputs = {layer.name: layer.outputs for layer in trace(model, digits)}
    ends = [block.end for block in blocks_of(model) if block.is_convolution]
    large = [end for end in ends if outputs[end].shape[-1] >= SMALLEST_SIDE]
    glances = [_glance(EDGES, large[0], outputs[large[0]], 4)] if large else []
    if len(large) > 1:
        glances.append(_glance(PARTS, large[-1], outputs[large[-1]], 9))
    return glances


@torch.inference_mode()
def maps_at(model: FeatureClassifier, image_01: Tensor, glances: list[Glance]) -> list[Tensor]:
    """For each glance the maps (channels, h, w) of one picture (1, 1, 28, 28)."""
    outputs = {layer.name: layer.outputs[0] for layer in trace(model, image_01)}
    return [outputs[glance.layer][list(glance.channels)] for glance in glances]


def _glance(name: str, layer: str, outputs: Tensor, count: int) -> Glance:
    varied = outputs.var(dim=(0, 2, 3))
    channels = varied.topk(min(count, len(varied))).indices.sort().values
    limit = float(outputs[:, channels].abs().max()) or 1.0
    return Glance(name, layer, tuple(channels.tolist()), limit)
