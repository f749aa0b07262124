"""What dropout does to a picture, to feature maps, to a unit's sum and to a network's answer."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from mnist_core.inside.trace import layers_of
from mnist_core.layers.activations import to_probabilities
from mnist_core.layers.dropout import (
    channel_mask,
    dropout,
    dropout_gradient,
    element_mask,
    nested_masks,
    original_dropout,
    original_evaluation,
)
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.dropout import Dropout, draw_mask, draw_masks_from

MASKS = 100
BINS = 20
PATCH = 5


@dataclass(frozen=True)
class SparseDigit:
    """A digit of which pixels were dropped, and what a network reads in what is left.

    kept:        share of its pixels, in [0, 1]
    image:       (28, 28) in [0, 1], not scaled
    digit, probability: the answer, and how sure the network is
    """

    rate: float
    kept: float
    image: Tensor
    digit: int
    probability: float


@torch.inference_mode()
def ever_sparser(
    model: nn.Module,
    image_01: Tensor,
    rates: Sequence[float],
    *,
    seed: int,
    temperature: float = 1.0,
) -> list[SparseDigit]:
    """A picture (1, 1, 28, 28) in [0, 1] at each rate; what is gone stays gone at higher ones."""
    masks = nested_masks((1, 28, 28), rates, seed)  # (rates, 1, 28, 28)
    images = original_dropout(image_01, masks)
    best = to_probabilities(model(images), temperature).max(dim=1)
    return [
        SparseDigit(rate, share_kept(masks[i]), images[i, 0], int(best.indices[i]),
                    float(best.values[i]))
        for i, rate in enumerate(rates)
    ]  # fmt: skip


def channels_gone(mask: Tensor, shape: Sequence[int]) -> list[int]:
    """Which channels of maps (C, H, W) of this shape a mask leaves nothing of."""
    kept = mask.expand(tuple(shape)).flatten(1).any(dim=1)  # (C,)
    return [channel for channel, any_kept in enumerate(kept.tolist()) if not any_kept]


@dataclass(frozen=True)
class DroppedMaps:
    """Feature maps after one kind of dropout.

    maps:         (C, H, W), scaled by 1 / (1 − p)
    share_gone:   of all elements, in [0, 1]
    channels_gone: those that nothing is left of
    """

    maps: Tensor
    share_gone: float
    channels_gone: list[int]


def drop_maps(maps: Tensor, rate: float, seed: int) -> tuple[DroppedMaps, DroppedMaps]:
    """Maps (C, H, W) after dropout of single elements, and after that of whole channels."""
    generator = torch.Generator().manual_seed(seed)
    masks = [make(maps.shape, rate, generator) for make in (element_mask, channel_mask)]
    elements, channels = (
        DroppedMaps(dropout(maps, mask, rate), 1 - share_kept(mask),
                    channels_gone(mask, maps.shape))
        for mask in masks
    )  # fmt: skip
    return elements, channels


@dataclass(frozen=True)
class BothModes:
    """Dropout in its two modes on a patch of a picture; all (PATCH, PATCH).

    row, column: where in the picture the patch begins
    """

    row: int
    column: int
    inputs: Tensor
    mask: Tensor
    training: Tensor
    evaluation: Tensor
    gradient: Tensor


def both_modes(image: Tensor, rate: float, seed: int) -> BothModes:
    """image: (28, 28). The gradient is that of the sum of all outputs, so 1 comes from behind."""
    row, column = busiest_corner(image, PATCH)
    patch = image[row : row + PATCH, column : column + PATCH]
    mask = element_mask(patch.shape, rate, torch.Generator().manual_seed(seed))
    training = dropout(patch, mask, rate)
    gradient = dropout_gradient(torch.ones_like(patch), mask, rate)
    return BothModes(row, column, patch, mask, training, patch, gradient)


@dataclass(frozen=True)
class ManyMasks:
    """One convention of dropout before a unit z = w · x + b, over many masks.

    mean_input: (28, 28), the mean of what the masks left of x, over all of them
    eval_input: (28, 28), what evaluation hands on instead
    sums:       float64 (masks,), z with each mask
    eval_sum:   z in evaluation; it is also the exact expectation of z over all masks
    """

    mean_input: Tensor
    eval_input: Tensor
    sums: Tensor
    eval_sum: float

    @property
    def mean_sum(self) -> float:
        """Mean of z over the masks."""
        return float(self.sums.mean())

    @property
    def standard_error(self) -> float:
        """How far that mean typically lies from the expectation; NaN for one mask."""
        if len(self.sums) == 1:
            return math.nan
        return float(self.sums.std()) / math.sqrt(len(self.sums))


def both_conventions(
    image: Tensor, weight: Tensor, bias: float, *, rate: float, count: int, seed: int
) -> tuple[ManyMasks, ManyMasks]:
    """The same masks in the inverted and in the original convention, before the same unit.

    image:  x (28, 28); weight: w (28, 28)
    rate:   p in [0, 1); count: of masks
    """
    masks = element_mask((count, *image.shape), rate, torch.Generator().manual_seed(seed))

    def over_all(inputs: Tensor, eval_input: Tensor) -> ManyMasks:
        sums = inputs.flatten(1).double() @ weight.flatten().double() + bias  # (count,)
        eval_sum = float((eval_input.double() * weight.double()).sum()) + bias
        return ManyMasks(inputs.mean(dim=0), eval_input, sums, eval_sum)

    inverted = over_all(dropout(image, masks, rate), image)
    original = over_all(original_dropout(image, masks), original_evaluation(image, rate))
    return inverted, original


@dataclass(frozen=True)
class Spread:
    """What a network answers to one picture with many masks, and in evaluation mode.

    probabilities: float64 (masks, 10)
    evaluation:    float64 (10,)
    """

    probabilities: Tensor
    evaluation: Tensor

    @property
    def answer(self) -> int:
        """The digit that is read in evaluation mode."""
        return int(self.evaluation.argmax())

    @property
    def answers(self) -> Tensor:
        """The digit that is read with each mask: int64 (masks,)."""
        return self.probabilities.argmax(dim=1)

    @property
    def counts(self) -> Tensor:
        """How many masks read each digit: int64 (10,)."""
        return torch.bincount(self.answers, minlength=10)

    @property
    def agreement(self) -> float:
        """Share of the masks whose answer is that of evaluation mode."""
        return float((self.answers == self.answer).double().mean())

    @property
    def of_answer(self) -> Tensor:
        """The probability that each mask gives to the answer of evaluation mode: (masks,)."""
        return self.probabilities[:, self.answer]

    @property
    def histogram(self) -> Tensor:
        """`of_answer` counted in BINS bins of equal width from 0 to 1: int64 (BINS,)."""
        places = (self.of_answer * BINS).long().clamp(max=BINS - 1)
        return torch.bincount(places, minlength=BINS)

    @cached_property
    def mean(self) -> Tensor:
        """The mean over the masks, p̄: (10,)."""
        return self.probabilities.mean(dim=0)

    @property
    def entropy_bits(self) -> float:
        """Uncertainty of the mean, from 0 (sure) to log₂ 10 ≈ 3.32 bits (no idea)."""
        # H(p̄) = −Σₖ p̄ₖ log₂ p̄ₖ
        return float(-torch.xlogy(self.mean, self.mean).sum() / math.log(2)) + 0.0

    @property
    def eval_entropy_bits(self) -> float:
        """The same of the one answer in evaluation mode."""
        p = self.evaluation
        return float(-torch.xlogy(p, p).sum() / math.log(2)) + 0.0


@torch.inference_mode()
def predict_with_masks(
    model: FeatureClassifier,
    image_01: Tensor,
    seed: int,
    *,
    rate: float | None = None,
    temperature: float = 1.0,
    masks: int = MASKS,
) -> Spread:
    """Monte-Carlo dropout: dropout in training mode, all other layers in evaluation mode.

    model:    in evaluation mode, and not changed
    image_01: (1, 1, 28, 28) in [0, 1]
    rate:     of every dropout; None leaves each the one it was trained with
    Source: Gal & Ghahramani 2016, “Dropout as a Bayesian approximation”.
    """
    generator = torch.Generator().manual_seed(seed)
    values = image_01
    for _, layer in layers_of(model):
        if isinstance(layer, Dropout):
            values = _dropped(values, masks, layer, layer.p if rate is None else rate, generator)
        else:
            values = layer(values)
    values = values.expand(masks, -1)
    evaluation = to_probabilities(model(image_01), temperature)[0]
    return Spread(to_probabilities(values, temperature), evaluation)


def _dropped(
    values: Tensor, masks: int, layer: Dropout, rate: float, generator: torch.Generator
) -> Tensor:
    """What `layer` does in training mode at `rate`, with masks from `generator`.

    values: (masks, …), or (1, …) before the first dropout, where all copies are still alike
    """
    values = values.expand(masks, *values.shape[1:]).contiguous()
    return dropout(values, draw_mask(layer.to_mask(values), rate, generator), rate)


@dataclass(frozen=True)
class AllInTraining:
    """What happens when a whole network is put into training mode, batch norm and all.

    alone:     what PyTorch says to a batch of one picture; "" where it takes it
    counts:    int64 (10,), what a batch of copies of the picture is read as
    moved:     how far that one pass moved batch norm's running means, in standard deviations,
               the mean over all channels; None where there is no batch norm
    """

    alone: str
    counts: Tensor
    moved: float | None


@torch.inference_mode()
def all_in_training(
    model: FeatureClassifier, image_01: Tensor, seed: int, copies: int = MASKS
) -> AllInTraining:
    """`model.train()` on a copy of the network, with copies of image_01 (1, 1, 28, 28)."""
    twin = copy.deepcopy(model).train()
    draw_masks_from(twin, torch.Generator().manual_seed(seed))
    alone = ""
    try:
        copy.deepcopy(twin)(image_01)
    except ValueError as error:
        alone = str(error)
    answers = twin(image_01.expand(copies, -1, -1, -1)).argmax(dim=1)
    return AllInTraining(alone, torch.bincount(answers, minlength=10), _moved(model, twin))


def _moved(model: nn.Module, twin: nn.Module) -> float | None:
    before, after = dict(model.named_buffers()), dict(twin.named_buffers())
    shifts = [
        (after[name] - mean).abs() / before[name.replace("_mean", "_var")].sqrt()
        for name, mean in before.items()
        if name.endswith("running_mean")
    ]
    return float(torch.cat(shifts).mean()) if shifts else None


def share_kept(mask: Tensor) -> float:
    """Share of a mask that is kept, in [0, 1]."""
    return float(mask.float().mean())


def busiest_corner(image: Tensor, side: int) -> tuple[int, int]:
    """Row and column where the window of side × side with the most varied ink begins.

    image: (H, W)
    """
    windows = image.unfold(0, side, 1).unfold(1, side, 1)  # (rows, columns, side, side)
    spread = windows.flatten(2).std(dim=2)
    return divmod(int(spread.argmax()), spread.shape[1])
