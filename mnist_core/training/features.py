"""What a frozen backbone makes of each picture: computed once, kept, and shared by all runs."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeGuard

import torch
from torch import Tensor

from mnist_core.data.mnist import to_images_01
from mnist_core.models.recipes import Recipe
from mnist_core.models.resnet18_transfer import FEATURES, ResNet18Transfer

AT_ONCE = 8
"""Pictures that are worked on in one go: about a third of a second on one core."""
MAX_BYTES = 128 * 2**20


class FrozenFeatures:
    """The features of some pictures under one backbone, float16 (N, 512).

    float16 keeps three digits of each, and a million digits' worth of pictures in a gigabyte; the
    parts are always the same, so that every run sees the same numbers to the last bit.
    key: tells those of other pictures, or under other backbones, apart
    """

    def __init__(self, images: Tensor, key: str = "") -> None:
        """images: uint8 (N, 28, 28)."""
        self.images, self.key = images, key
        self.values = torch.empty(len(images), FEATURES, dtype=torch.float16)
        self.done = 0
        self._lock = threading.Lock()

    @property
    def is_complete(self) -> bool:
        """True when every picture has its features."""
        return self.done == len(self.images)

    @torch.inference_mode()
    def work(self, model: ResNet18Transfer) -> None:
        """Compute those of the next AT_ONCE pictures; of several callers one at a time."""
        with self._lock:
            if self.is_complete:
                return
            part = slice(self.done, self.done + AT_ONCE)
            device = next(model.parameters()).device
            model.backbone.eval()
            found = model.embed(to_images_01(self.images[part]).to(device))
            self.values[part] = found.to("cpu", torch.float16)
            self.done = min(self.done + AT_ONCE, len(self.images))

    def so_far(self) -> dict[str, Tensor]:
        """Those that are computed, to be written to a file."""
        return {self.key: self.values[: self.done]}

    def take(self, kept: Mapping[str, Tensor]) -> None:
        """Those that `so_far` gave before, if they stand in `kept`: they need not be computed."""
        found = kept.get(self.key)
        if found is None or found.dtype != self.values.dtype or found.shape[1:] != (FEATURES,):
            return
        with self._lock:
            if self.done < len(found) <= len(self.images):
                self.values[: len(found)] = found
                self.done = len(found)


class _Shelf:
    """Features that were computed before, by backbone and pictures, the latest in use last."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[str, FrozenFeatures] = OrderedDict()
        self._lock = threading.Lock()

    def features_of(self, backbone: str, images: Tensor) -> FrozenFeatures:
        """Those that stand there, complete or not, or new ones."""
        digest = hashlib.sha256(images.contiguous().numpy().tobytes()).hexdigest()
        key = f"{backbone} {len(images)} {digest}"
        with self._lock:
            found = self._kept.pop(key, None) or FrozenFeatures(images, key)
            self._kept[key] = found
            while len(self._kept) > 1 and self._bytes() > self.max_bytes:
                self._kept.popitem(last=False)
        return found

    def _bytes(self) -> int:
        return sum(one.values.nbytes + one.images.nbytes for one in self._kept.values())


SHELF = _Shelf(MAX_BYTES)
"""Shared by all runs of the process: a class that trains on the same digits computes them once."""


def can_be_kept(model: torch.nn.Module, recipe: Recipe) -> TypeGuard[ResNet18Transfer]:
    """True when a picture's features are the same at every look."""
    return (
        isinstance(model, ResNet18Transfer)
        and recipe.frozen_batch_norm
        and recipe.distorted_share == recipe.final_distorted_share == 0
    )


def features_of(model: ResNet18Transfer, *sets: Tensor) -> list[FrozenFeatures]:
    """Of each set uint8 (N, 28, 28): they may be complete already or still have to be worked on."""
    backbone = _fingerprint(model.backbone)
    return [SHELF.features_of(backbone, images) for images in sets]


def _fingerprint(backbone: torch.nn.Module) -> str:
    """Tells backbones with different weights apart."""
    digest = hashlib.sha256()
    for value in backbone.state_dict().values():
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
