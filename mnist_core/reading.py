"""The front door: a picture in, the digit that the network reads out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from mnist_core.errors import PictureUnusable
from mnist_core.layers.activations import to_probabilities
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.registry import DEFAULT_MODEL
from mnist_core.pictures.image_files import to_rgba
from mnist_core.pictures.preprocessing import FRAME_PX, Preprocessed, Problem, canvas_to_mnist
from mnist_core.weights import Trained, load_trained

Picture = NDArray[Any] | Image.Image | Tensor


class Verdict(StrEnum):
    """What the reader makes of a picture."""

    READ = "read"
    NOT_SURE = "not sure"
    NOTHING = "nothing to read"


@dataclass(frozen=True)
class Reading:
    """What a network reads in one picture.

    digit:         0 to 9, or None when it is not sure or there is nothing to read
    probabilities: float64 (10,), calibrated, their sum is 1; all 0.1 when there is no ink
    image:         float32 (1, 1, 28, 28) in [0, 1], what the network was shown
    verdict:       read, not sure, or nothing to read
    digit_score:   how much like a digit the picture looks to the second judge, in [0, 1]
    preprocessed:  how the picture became `image`; None for a picture that came as 28×28
    """

    digit: int | None
    probabilities: NDArray[np.float64]
    image: Tensor
    verdict: Verdict
    digit_score: float
    preprocessed: Preprocessed | None

    @property
    def best_guesses(self) -> list[int]:
        """All digits, the likeliest first."""
        return [int(digit) for digit in np.argsort(-self.probabilities, kind="stable")]


class DigitReader:
    """Reads pictures with a network; subclasses say which, and what they refuse."""

    model: nn.Module
    temperature: float
    threshold: float

    def probabilities(self, images_01: Tensor) -> NDArray[np.float64]:
        """Probabilities (B, 10) of pictures (B, 1, 28, 28) in [0, 1].

        softmax(z / T)ᵢ = exp(zᵢ / T) / Σⱼ exp(zⱼ / T), with the reader's temperature T.
        """
        with torch.inference_mode():
            logits = self.model(images_01)
        return to_probabilities(logits, self.temperature).numpy()

    def read(self, picture: Picture) -> Reading:
        """Read a picture of any size and origin; see `read_digit`."""
        return self.read_image(*prepare(picture))

    def read_image(
        self,
        image: Tensor,
        problem: Problem | None = None,
        preprocessed: Preprocessed | None = None,
    ) -> Reading:
        """Read one MNIST picture, float32 (1, 1, 28, 28) in [0, 1]."""
        if problem is Problem.NO_INK:
            even = np.full(10, 0.1)
            return Reading(None, even, image, Verdict.NOTHING, 0.0, preprocessed)
        with torch.inference_mode():
            logits, score = self._look_at(image)
        probabilities = to_probabilities(logits, self.temperature)[0].numpy()
        sure = problem is None and score >= self.threshold
        digit = int(probabilities.argmax()) if sure else None
        verdict = Verdict.READ if sure else Verdict.NOT_SURE
        return Reading(digit, probabilities, image, verdict, score, preprocessed)

    def _look_at(self, image: Tensor) -> tuple[Tensor, float]:
        """Logits (1, 10), and how much like a digit the picture looks, in [0, 1]."""
        raise NotImplementedError


@dataclass(frozen=True)
class Reader(DigitReader):
    """A trained network with its calibration, and a judge of what is no digit where it has one."""

    trained: Trained

    @property
    def model(self) -> FeatureClassifier:  # type: ignore[override]
        """In evaluation mode, frozen."""
        return self.trained.model

    @property
    def temperature(self) -> float:  # type: ignore[override]
        """The card's."""
        return self.trained.card.temperature

    @property
    def threshold(self) -> float:  # type: ignore[override]
        """The card's: a lower score is refused; without a judge nothing is."""
        refusal = self.trained.card.refusal
        return float(refusal["threshold"]) if refusal else 0.0

    def _look_at(self, image: Tensor) -> tuple[Tensor, float]:
        features = self.model.embed(image)
        logits = self.model.head(features)
        judge = self.trained.refusal
        return logits, float(judge(features, logits).sigmoid()) if judge else 1.0


@dataclass(frozen=True)
class PlainReader(DigitReader):
    """Any network, without a judge: whatever has ink is read as some digit."""

    model: nn.Module
    temperature: float = 1.0
    threshold: float = 0.0

    def _look_at(self, image: Tensor) -> tuple[Tensor, float]:
        return self.model(image), 1.0


def read_with_all(readers: Mapping[str, DigitReader], picture: Picture) -> dict[str, Reading]:
    """What each reader makes of the picture, which is prepared once; see `read_digit`."""
    prepared = prepare(picture)
    return {key: reader.read_image(*prepared) for key, reader in readers.items()}


def prepare(picture: Picture) -> tuple[Tensor, Problem | None, Preprocessed | None]:
    """What `Reader.read_image` takes: a grey 28×28 picture as it is, any other preprocessed."""
    array = as_picture(picture)
    if array.shape == (FRAME_PX, FRAME_PX):
        image = torch.from_numpy(array.astype(np.float32) / 255)[None, None]
        return image, None if array.any() else Problem.NO_INK, None
    prepared = canvas_to_mnist(array)
    return prepared.image, prepared.problem, prepared


def as_picture(picture: Picture) -> NDArray[np.uint8]:
    """An array, a PIL image or a tensor as uint8; floats must lie in [0, 1].

    Raises PictureUnusable when it is none of these.
    """
    array = _as_array(picture)
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * 255
    if array.dtype.kind == "f" and array.size and array.min() >= 0 and array.max() <= 1:
        return np.round(array * 255).astype(np.uint8)
    raise PictureUnusable(
        "A picture is an array of bytes (0 to 255) or of finite numbers between 0 and 1, "
        f"height × width × channels; this is {array.dtype} with shape {array.shape}."
    )


def _as_array(picture: Picture) -> NDArray[Any]:
    try:
        if isinstance(picture, Image.Image) and picture.mode not in ("1", "L", "RGB", "RGBA"):
            picture = to_rgba(picture)
        return np.asarray(picture)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise PictureUnusable(
            "This is not a picture: rows of unequal length, damaged, or numbers of a kind that "
            "cannot be read."
        ) from error


@lru_cache(maxsize=8)
def load_reader(key: str = DEFAULT_MODEL) -> Reader:
    """The reader with the shipped weights `key`; raises WeightsUnusable or KeyError."""
    return Reader(load_trained(key))


def read_digit(picture: Picture, model: str = DEFAULT_MODEL) -> Reading:
    """Read the digit in a picture; the network is loaded on first use.

    picture: an array (H, W), (H, W, 3) or (H, W, 4) of bytes or of floats in [0, 1], or a PIL
             image: a canvas, a scan, a photo. A grey 28×28 array is taken to be an MNIST picture
             already (light ink) and shown to the network as it is.
    model:   key of the weights, see `mnist_core.models.MODELS`
    Raises PictureUnusable, WeightsUnusable, and KeyError when there is no such model.
    """
    return load_reader(model).read(picture)
