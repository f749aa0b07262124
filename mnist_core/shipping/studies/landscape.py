"""`python -m mnist_core.shipping.studies.landscape`: slices of the MLP's loss, and a training.

The settings were fixed before anything was measured, and nothing was chosen by what came out.
"""

import json
import sys
from dataclasses import asdict

import torch
from torch import nn
from tqdm import tqdm

from mnist_core.data.mnist import Digits, load_mnist, to_images_01
from mnist_core.errors import MnistLabError
from mnist_core.files import write_whole
from mnist_core.inside.learning.landscape import (
    Weights,
    loss_at,
    random_plane,
)
from mnist_core.inside.learning.landscape_study import (
    STUDY,
    LandscapeStudy,
    round_path,
    slice_of,
)
from mnist_core.models.build import build_network
from mnist_core.models.recipes import Recipe
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer

COMMAND = "python -m mnist_core.shipping.studies.landscape"
NETWORK = "mlp"
RECIPE = Recipe("cross_entropy", "sgd", 0.1, batch_size=64, epochs=1)
KEEP_EVERY = 25
DIGITS = 1_000
CELLS = 25
SEEDS = (0, 1)


def measure(training: Digits) -> LandscapeStudy:
    """Train, then look at the loss of the first DIGITS training digits round the end."""
    model = build_network(NETWORK, RECIPE, 0.0, 1.0)
    steps, moments = train(model, training)
    model.eval()
    seen = training.select(torch.arange(min(DIGITS, len(training))))
    images_01 = to_images_01(seen.images)

    def loss(weights: Weights) -> float:
        return loss_at(model, weights, images_01, seen.labels)

    path_slice, path = round_path(loss, model, steps, moments, CELLS)
    unit = torch.linspace(-1, 1, CELLS).tolist()
    return LandscapeStudy(
        COMMAND, NETWORK, sum(p.numel() for p in model.parameters()), RECIPE.optimizer,
        RECIPE.learning_rate, RECIPE.batch_size, len(seen), path_slice,
        tuple(slice_of(loss, random_plane(model, seed), unit, unit, seed) for seed in SEEDS),
        path,
    )  # fmt: skip


def train(model: nn.Module, training: Digits) -> tuple[list[int], list[Weights]]:
    """The training to its end; the steps at which its weights were kept, and these weights."""
    trainer = Trainer(model, [Pool.of(training)], RECIPE)
    steps, moments = [0], [_now(model)]
    for step in tqdm(range(1, trainer.steps_per_epoch * RECIPE.epochs + 1), desc="training"):
        trainer.step()
        if step % KEEP_EVERY == 0 or step == trainer.steps_per_epoch * RECIPE.epochs:
            steps.append(step)
            moments.append(_now(model))
    return steps, moments


def _now(model: nn.Module) -> Weights:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def main() -> int:
    """The command."""
    torch.set_num_threads(1)
    try:
        study = measure(load_mnist("train"))
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    write_whole(STUDY, (json.dumps(asdict(study)) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
