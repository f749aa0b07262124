"""A network in five stages: picture, edges, parts, whole, answer."""

from dataclasses import dataclass

from torch import Tensor

from mnist_core.data.mnist import SIDE
from mnist_core.inside.fields import Field, receptive_field
from mnist_core.inside.trace import Block, blocks_of, layers_of
from mnist_core.models.classifier import FeatureClassifier

PICTURE, EDGES, PARTS, WHOLE, ANSWER = "picture", "edges", "parts", "whole", "answer"


@dataclass(frozen=True)
class Stage:
    """Layers that stand next to each other, and see about as much of the picture.

    name:   PICTURE for what comes before the first layer that mixes its inputs; EDGES for the
            block of the first convolution; PARTS for later ones whose units see a part of the
            picture; WHOLE for all whose units see as much as the picture is wide; ANSWER for the
            last layer
    layers: names of its layers, in the order in which they compute
    end:    the name of the last one that changes its units, as of `blocks_of`
    """

    name: str
    layers: tuple[str, ...]
    end: str


def stages_of(model: FeatureClassifier) -> list[Stage]:
    """In their order; every layer is in one. Without convolutions there are no edges and parts."""
    blocks = blocks_of(model)
    names = [name for name, _ in layers_of(model)]
    before = tuple(names[: names.index(blocks[0].names[0])])
    stages = [Stage(PICTURE, before, before[-1])]
    for block in blocks:
        name = ANSWER if block is blocks[-1] else _stage_of(model, block, len(stages) == 1)
        known = stages.pop().layers if stages[-1].name == name else ()
        stages.append(Stage(name, (*known, *block.names), block.end))
    return stages


def has_convolutions(model: FeatureClassifier) -> bool:
    """Whether its first layer looks at a small window instead of at the whole picture."""
    return blocks_of(model)[0].is_convolution


def middle_field(model: FeatureClassifier, stage: Stage, outputs: Tensor) -> Field:
    """The pixels that a unit in the middle of a stage's last layer sees.

    outputs: of that layer, (B, C, H, W) or (B, F)
    """
    row, column = (size // 2 for size in outputs.shape[2:]) if outputs.ndim == 4 else (0, 0)
    return receptive_field(model, stage.end, row, column).clipped()


def most_active(outputs: Tensor, count: int) -> list[int]:
    """The `count` channels that react most to the first picture, the most active first.

    outputs: (B, C, H, W), where a channel is as active as its numbers differ from place to place;
             or (B, F), where it is as active as its number is far from 0
    """
    activity = outputs[0].flatten(1).var(dim=1) if outputs.ndim == 4 else outputs[0].abs()
    order = activity.argsort(descending=True, stable=True)
    return [int(channel) for channel in order[:count]]


def silenced(inputs: Tensor) -> float:
    """The share of the first picture's numbers of which a ReLU makes 0; inputs: (B, …)."""
    return float((inputs[0] <= 0).float().mean())


def _stage_of(model: FeatureClassifier, block: Block, is_first: bool) -> str:
    if not block.is_convolution or receptive_field(model, block.end, 0, 0).width >= SIDE:
        return WHOLE
    return EDGES if is_first else PARTS
