"""The front door: a picture in, the digit that the network reads out."""

from collections.abc import Mapping, Sequence
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
CLEAR_LEAD = 0.5
"""By so much the likeliest digit leads the second where it stands out among the ten."""


class Verdict(StrEnum):
    """What the reader makes of a picture."""

    READ = "read"
    NOT_SURE = "not sure"
    NOTHING = "nothing to read"
    NO_NUMBERS = "the network computes no finite numbers"


@dataclass(frozen=True)
class Reading:
    """What a network reads in one picture.

    digit:         0 to 9, or None when it is not sure or there is nothing to read
    probabilities: float64 (10,), calibrated, their sum is 1; all 0.1 when there is no ink, or
                   when the network computes no finite numbers for this picture
    verdict:       read, not sure, nothing to read, or no numbers
    digit_score:   how much like a digit the picture looks to the second judge, in [0, 1]
    preprocessed:  what the network was shown, and how the picture became that
    """

    digit: int | None
    probabilities: NDArray[np.float64]
    verdict: Verdict
    digit_score: float
    preprocessed: Preprocessed

    @property
    def image(self) -> Tensor:
        """What the network was shown: float32 (1, 1, 28, 28) in [0, 1]."""
        return self.preprocessed.image

    @property
    def best_guesses(self) -> list[int]:
        """All digits, the likeliest first."""
        return [int(digit) for digit in np.argsort(-self.probabilities, kind="stable")]

    @property
    def is_answer(self) -> bool:
        """Whether the network has looked, and computed numbers."""
        return self.verdict in (Verdict.READ, Verdict.NOT_SURE)

    @property
    def margin(self) -> float:
        """By how much the likeliest digit leads the second: a difference of probabilities."""
        second, first = np.sort(self.probabilities)[-2:]
        return float(first - second)

    @property
    def clear_guess(self) -> int | None:
        """The likeliest digit where it stands out among the ten, sure of it or not.

        None for what is hardly more than a dot: that the network has not been shown as it is.
        """
        stands_out = self.margin >= CLEAR_LEAD and self.preprocessed.problem is None
        return self.best_guesses[0] if stands_out else None


class DigitReader:
    """Reads pictures with a network; subclasses say which, and what they refuse."""

    model: nn.Module
    temperature: float
    threshold: float

    def probabilities(self, images_01: Tensor) -> NDArray[np.float64]:
        """Probabilities (B, 10) of pictures (B, 1, 28, 28) in [0, 1].

        softmax(z / T)ᵢ = exp(zᵢ / T) / Σⱼ exp(zⱼ / T), with the reader's temperature T; NaN where
        the network computes no finite numbers.
        """
        with torch.inference_mode():
            logits = self.model(images_01)
        return to_probabilities(logits, self.temperature).numpy()

    def read(self, picture: Picture) -> Reading:
        """Read a picture of any size and origin; see `read_digit`."""
        return self.read_prepared(prepare(picture))

    def read_prepared(self, prepared: Preprocessed) -> Reading:
        """Read what `prepare` made of a picture."""
        return self.read_all([prepared])[0]

    def read_all(self, prepared: Sequence[Preprocessed]) -> list[Reading]:
        """Read what `prepare` made of several pictures, in one pass of the network."""
        inked = [one for one in prepared if one.problem is not Problem.NO_INK]
        if not inked:
            return [self._nothing(one) for one in prepared]
        with torch.inference_mode():
            logits, scores = self._look_at(torch.cat([one.image for one in inked]))
        probabilities = to_probabilities(logits, self.temperature).numpy()
        read = map(self._reading, inked, probabilities, scores.tolist())
        return [
            self._nothing(one) if one.problem is Problem.NO_INK else next(read) for one in prepared
        ]

    def _nothing(self, prepared: Preprocessed) -> Reading:
        return Reading(None, np.full(10, 0.1), Verdict.NOTHING, 0.0, prepared)

    def _reading(
        self, prepared: Preprocessed, probabilities: NDArray[np.float64], score: float
    ) -> Reading:
        if not (np.isfinite(probabilities).all() and np.isfinite(score)):
            return Reading(None, np.full(10, 0.1), Verdict.NO_NUMBERS, 0.0, prepared)
        sure = prepared.problem is None and score >= self.threshold
        digit = int(probabilities.argmax()) if sure else None
        verdict = Verdict.READ if sure else Verdict.NOT_SURE
        return Reading(digit, probabilities, verdict, score, prepared)

    def _look_at(self, images_01: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, 10), and how much like a digit each picture looks, (B,) in [0, 1]."""
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

    def _look_at(self, images_01: Tensor) -> tuple[Tensor, Tensor]:
        features = self.model.embed(images_01)
        logits = self.model.head(features)
        judge = self.trained.refusal
        scores = judge(features, logits).sigmoid() if judge else torch.ones(len(images_01))
        return logits, scores


@dataclass(frozen=True)
class PlainReader(DigitReader):
    """Any network, without a judge: whatever has ink is read as some digit."""

    model: nn.Module
    temperature: float = 1.0
    threshold: float = 0.0

    def _look_at(self, images_01: Tensor) -> tuple[Tensor, Tensor]:
        return self.model(images_01), torch.ones(len(images_01))


def read_with_all(readers: Mapping[str, DigitReader], picture: Picture) -> dict[str, Reading]:
    """What each reader makes of the picture, which is prepared once; see `read_digit`."""
    prepared = prepare(picture)
    return {key: reader.read_prepared(prepared) for key, reader in readers.items()}


def prepare(picture: Picture) -> Preprocessed:
    """A grey 28×28 picture as it is, without stages; any other preprocessed."""
    array = as_picture(picture)
    if array.shape != (FRAME_PX, FRAME_PX):
        return canvas_to_mnist(array)
    ink = array.astype(np.float32) / np.float32(255)
    problem = None if array.any() else Problem.NO_INK
    return Preprocessed(torch.from_numpy(ink)[None, None], problem, ink)


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
    model:   key of the weights, see `mnist_core.models.registry.MODELS`
    Raises PictureUnusable, WeightsUnusable, and KeyError when there is no such model.
    """
    return load_reader(model).read(picture)
