"""How much a network's inner values change when the digit moves a little."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_core.inside.fields import receptive_field
from mnist_core.inside.trace import blocks_of, feature_maps, trace
from mnist_core.layers.activations import to_probabilities
from mnist_core.layers.pooling import Pooling, max_pool, mean_pool, min_pool
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.changes import move


@dataclass(frozen=True)
class Stage:
    """One station on the way through the network, for pictures as they were and moved.

    title:  for people
    before: (B, …) what stands there for the pictures as they were
    after:  (B, …) the same for the moved pictures
    """

    title: str
    before: Tensor
    after: Tensor

    @property
    def change(self) -> float:
        """‖after − before‖ / ‖before‖, the mean over all pictures of which anything was there.

        NaN where there was nothing at all.
        """
        return float(relative_change(self.before, self.after).nanmean())


def relative_change(before: Tensor, after: Tensor) -> Tensor:
    """‖after − before‖ / ‖before‖ over all values of each picture: (B, …) → (B,).

    0: nothing changed; √2 ≈ 1.41: as far apart as two equally strong pictures that share no ink;
    NaN where ‖before‖ is 0.
    """
    length = before.flatten(1).norm(dim=1)
    change: Tensor = (after - before).flatten(1).norm(dim=1) / length
    return torch.where(length > 0, change, torch.nan)


@dataclass(frozen=True)
class FirstMaps:
    """How the first block's maps of a moved picture differ from those of the picture as it was.

    stay:  ‖after − before‖ / ‖before‖
    along: the same when the maps before are moved as far; None where the block has no maps
    """

    stay: float
    along: float | None


@torch.inference_mode()
def first_maps_moved(model: FeatureClassifier, image_01: Tensor, right: int) -> FirstMaps:
    """Move a picture (1, 1, 28, 28) by `right` ≥ 1 pixels, and look at the first block's end.

    `along` leaves out what enters and leaves, and the rim, where units see beyond the picture.
    """
    first = blocks_of(model)[0]
    pictures = (image_01, move(image_01, right, 0))
    before, after = (feature_maps(model, image, first.end)[None] for image in pictures)
    stay = float(relative_change(before, after))
    if not first.is_convolution:
        return FirstMaps(stay, None)
    rim = receptive_field(model, first.end, 0, 0).width // 2
    inner = (..., slice(rim, -rim), slice(rim, -rim))
    along = relative_change(before[..., :-right][inner], after[..., right:][inner])
    return FirstMaps(stay, float(along))


@torch.inference_mode()
def shift_stages(
    model: FeatureClassifier, images_01: Tensor, right: int, down: int, temperature: float = 1.0
) -> list[Stage]:
    """The pictures (B, 1, 28, 28), the answer, and in between what each
    convolution and linear layer (after its ReLU) and each max pooling makes of them.

    right, down: by how many pixels they move
    temperature: the logits are divided by it before the softmax, see `DigitReader.probabilities`
    """
    moved = move(images_01, right, down)
    stages = [Stage("The picture", images_01, moved)]
    before, after = trace(model, images_01), trace(model, moved)
    for layer, same in zip(before, after, strict=True):
        if isinstance(layer.module, nn.ReLU | nn.MaxPool2d):
            title = _numbered(layer.module, layer.outputs, stages)
            stages.append(Stage(title, layer.outputs, same.outputs))
    answers = [to_probabilities(layers[-1].outputs, temperature) for layers in (before, after)]
    return [*stages, Stage("The ten probabilities", *answers)]


@torch.inference_mode()
def pooled_stages(stage: Stage, kernel: int) -> list[Stage]:
    """What max, mean and min pooling, with windows side by side, make of a stage (B, C, H, W)."""
    pooling = Pooling(kernel)
    ways = {"max": max_pool, "mean": mean_pool, "min": min_pool}
    return [
        Stage(f"{name} pooling {kernel}×{kernel}", pool(stage.before, pooling),
              pool(stage.after, pooling))
        for name, pool in ways.items()
    ]  # fmt: skip


def _numbered(module: nn.Module, outputs: Tensor, so_far: list[Stage]) -> str:
    """“Convolution 2”, “Max pooling 1”, “Linear 1”: a ReLU is the end of what is before it."""
    name = "Max pooling" if isinstance(module, nn.MaxPool2d) else "Convolution"
    name = name if outputs.ndim == 4 else "Linear"
    return f"{name} {1 + sum(stage.title.startswith(name) for stage in so_far)}"
