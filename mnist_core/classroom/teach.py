"""A shipped network learns the class's handwriting, and is judged on hands it has not seen."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mnist_core.classroom.digits import ClassDigits
from mnist_core.data.mnist import Digits
from mnist_core.errors import TooFew
from mnist_core.models.recipes import Recipe
from mnist_core.models.registry import model_entry
from mnist_core.training.order import Pool
from mnist_core.training.run import Run
from mnist_core.weights import Trained

TAUGHT_SHARE = 2 / 3
LEAST_TAUGHT = 20
LARGEST_MNIST_SHARE = 0.9
USUAL_MNIST_SHARE = 0.5
"""Chosen together with FINE_TUNING: see `mnist_core.shipping.studies.class_settings`."""
PICTURES = 24_000
"""Seen in a fine-tuning, those of MNIST included: the same work whatever the class has written."""
MNIST_KEPT = 20_000
"""Of MNIST's training digits, chosen at random: so many a fine-tuning can mix in."""
FINE_TUNING = Recipe(
    "cross_entropy", "adamw", learning_rate=3e-4, schedule="warm_up_cosine", weight_decay=0.02,
    batch_size=64, epochs=1, distorted_share=0.8,
)  # fmt: skip


@dataclass(frozen=True)
class Split:
    """Who is taught from, and who is judged on: never the same hand on both sides.

    taught, judged: bool (N,), which of the digits; together all of them
    """

    taught: Tensor
    judged: Tensor


def split_writers(writers: Tensor, seed: int = 0) -> Split:
    """Two thirds of the writers, drawn at random, are taught from; the others judge.

    writers: int64 (N,), who wrote each digit
    Raises TooFew for fewer than two writers.
    """
    hands = writers.unique()
    if len(hands) < 2:
        raise TooFew(
            "At least two people must have handed in digits: the network is taught one hand and "
            "judged on another."
        )
    order = torch.randperm(len(hands), generator=torch.Generator().manual_seed(seed))
    count = min(max(round(len(hands) * TAUGHT_SHARE), 1), len(hands) - 1)
    taught = torch.isin(writers, hands[order[:count]])
    return Split(taught, ~taught)


def fine_tuning(
    shipped: Trained,
    digits: ClassDigits,
    split: Split,
    *,
    mnist: Digits | None = None,
    mnist_share: float = 0.0,
    seed: int = 0,
    recipe: Recipe = FINE_TUNING,
) -> Run:
    """A training that goes on from shipped weights with the taught writers' digits.

    The shipped network, which all visitors share, is copied and stays as it is. The run's test
    digits are those of the other writers.
    mnist: digits to mix in, so that it does not forget them; None mixes nothing in
    mnist_share: their share of all pictures that it sees, from 0 to LARGEST_MNIST_SHARE
    recipe: how; its epochs are counted so that about PICTURES are seen
    Raises TooFew, and RecipeUnusable for another share.
    """
    taught = digits.select(split.taught).digits
    if len(taught) < LEAST_TAUGHT:
        raise TooFew(
            f"There are {len(taught)} digits to learn from, too few: at least {LEAST_TAUGHT} are "
            "needed."
        )
    pools = []
    if mnist is not None and mnist_share > 0:
        share = min(mnist_share, LARGEST_MNIST_SHARE)
        per_epoch = round(len(taught) * share / (1 - share))
        pools = [Pool(mnist.images, mnist.labels.long(), per_epoch)]
    epoch_size = len(taught) + sum(min(pool.per_epoch, len(pool.labels)) for pool in pools)
    recipe = replace(recipe, epochs=max(1, round(PICTURES / epoch_size)), seed=seed)
    return Run(
        model_entry(shipped.card.key).architecture,
        recipe,
        taught,
        digits.select(split.judged).digits,
        start=shipped.model.state_dict(),
        mixed_with=pools,
    )


def some_of(mnist: Digits, seed: int = 0) -> Digits:
    """MNIST_KEPT of the training digits, drawn at random: small enough to be copied."""
    order = torch.randperm(len(mnist), generator=torch.Generator().manual_seed(seed))
    return mnist.select(order[:MNIST_KEPT])


def tuned(run: Run) -> nn.Module:
    """The network as it is now, a copy in evaluation mode and frozen."""
    return run.model_at(run.now())
