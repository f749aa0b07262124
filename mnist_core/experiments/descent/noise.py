"""Batches: how many steps an epoch has, and how noisy the gradient of a batch is.

The gradient of a batch is the mean of its examples' gradients; the full gradient is that of all N.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.experiments.descent.optimisers import State, Step

DRAWS = 400


def steps_per_epoch(count: int, batch_size: int) -> int:
    """⌈N / n⌉: a last, smaller batch counts."""
    return math.ceil(count / batch_size)


def batches(count: int, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
    """The numbers of the examples in each batch of one epoch: each of 0 to N − 1 comes once.

    generator: shuffles them; None leaves them in their order. batch_size = N is the full batch,
    1 a single example.
    """
    order = torch.arange(count) if generator is None else torch.randperm(count, generator=generator)
    return list(order.split(batch_size))


@dataclass(frozen=True)
class BatchStep:
    """After a step of a descent in batches.

    epoch: how many passes over all examples are over, a whole number and a part
    chosen: the examples whose gradient led here, none at the start
    """

    state: State
    epoch: float
    chosen: Tensor


def descend_in_batches(
    step: Step,
    gradient: Callable[[Tensor, Tensor], Tensor],
    start: Tensor,
    batch_lists: list[list[Tensor]],
) -> list[BatchStep]:
    """The descent over all batches of all epochs, with its start.

    gradient:    of weights and of the numbers of the batch's examples, the mean over them
    batch_lists: for each epoch what `batches` gave
    """
    taken = [BatchStep(State(start), 0.0, torch.empty(0, dtype=torch.long))]
    for epoch, chosen_in_turn in enumerate(batch_lists):
        count, seen = sum(map(len, chosen_in_turn)), 0
        for chosen in chosen_in_turn:
            state, seen = taken[-1].state, seen + len(chosen)
            after = step(state, gradient(state.weights, chosen))
            taken.append(BatchStep(after, epoch + seen / count, chosen))
    return taken


def spread(gradients: Tensor) -> float:
    """σ: the root of the mean of ‖gᵢ − ḡ‖² over all N examples' gradients (N, numbers)."""
    return math.sqrt((gradients - gradients.mean(dim=0)).square().sum(dim=1).mean().item())


def predicted_noise(sigma: float, count: int, batch_size: int, replacement: bool) -> float:
    """The root of the expected ‖g of a batch − ḡ‖²: σ/√n, without replacement · √((N − n)/(N − 1)).

    replacement: whether an example may come more than once. Without it, the full batch (n = N) has
    no noise at all; an epoch's batches are drawn so.
    Source: Cochran 1977, “Sampling techniques”, sections 2.5 and 2.10; his S² divides by N − 1 and
    so has (N − n)/N, where σ² of `spread` divides by N.
    """
    noise = sigma / math.sqrt(batch_size)
    if replacement or count == 1:
        return noise if replacement else 0.0
    return noise * math.sqrt((count - batch_size) / (count - 1))


def measured_noise(
    gradients: Tensor,
    batch_size: int,
    replacement: bool,
    generator: torch.Generator,
    draws: int = DRAWS,
) -> float:
    """The root of the mean ‖g of a batch − ḡ‖² over `draws` batches, each drawn anew from all.

    gradients: of each example, (N, numbers); a measurement from d draws is off by about 1/√(2d) of
    itself, less where a gradient has many numbers of like spread.
    """
    full, total = gradients.mean(dim=0), 0.0
    for _ in range(draws):
        chosen = (
            torch.randint(len(gradients), (batch_size,), generator=generator)
            if replacement
            else torch.randperm(len(gradients), generator=generator)[:batch_size]
        )
        total += (gradients[chosen].mean(dim=0) - full).square().sum().item()
    return math.sqrt(total / draws)
