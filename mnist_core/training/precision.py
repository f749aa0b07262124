"""Which arithmetic makes a training step faster on this machine."""

import statistics
import time
from dataclasses import replace

import torch

from mnist_core.data.mnist import Digits
from mnist_core.models.recipes import Precision, Recipe
from mnist_core.models.registry import MODELS
from mnist_core.training.run import Run

STEPS = 5
WORTH_IT = 1.15


def faster_precision(key: str, recipe: Recipe, device: str = "cpu") -> Precision:
    """bfloat16 when it makes steps at least WORTH_IT times as fast here, else float32.

    Some processors compute with bfloat16, others only imitate it, slowly. Takes a few steps of
    each, in turn, on noise.
    """
    return "bfloat16" if bfloat16_speed_up(key, recipe, device) >= WORTH_IT else "float32"


def bfloat16_speed_up(key: str, recipe: Recipe, device: str = "cpu") -> float:
    """Median time of a step in float32 ÷ that in bfloat16."""
    architecture = MODELS[key].architecture if key in MODELS else key
    noise = _noise_digits(recipe.batch_size)
    plain = replace(recipe, random_backbone=True, held_out=0, training_digits=None)
    runs = {
        precision: Run(architecture, replace(plain, precision=precision), noise, noise,
                       device=device)
        for precision in ("float32", "bfloat16")
    }  # fmt: skip
    times: dict[str, list[float]] = {precision: [] for precision in runs}
    for _ in range(STEPS + 1):
        for precision, run in runs.items():
            start = time.perf_counter()
            run.trainer.step()
            times[precision].append(time.perf_counter() - start)
    medians = {precision: statistics.median(values[1:]) for precision, values in times.items()}
    return medians["float32"] / medians["bfloat16"]


def _noise_digits(count: int) -> Digits:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 28, 28), generator=generator, dtype=torch.uint8)
    return Digits(images, torch.arange(count).remainder(10).to(torch.uint8))
