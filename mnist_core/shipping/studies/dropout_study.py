"""`python -m mnist_core.shipping.studies.dropout_study`: the small CNN with and without dropout.

The settings were fixed before anything was measured, and nothing was chosen by what came out.
"""

import json
import sys
from dataclasses import asdict

import torch
from tqdm import tqdm

from mnist_core.data.mnist import Digits, load_mnist
from mnist_core.errors import MnistLabError
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.files import write_whole
from mnist_core.inside.dropout_study import STUDY, DropoutStudy, Trained
from mnist_core.models.build import build_network
from mnist_core.models.dropout import Dropout
from mnist_core.models.recipes import Recipe
from mnist_core.training.order import Pool
from mnist_core.training.trainer import Trainer

COMMAND = "python -m mnist_core.shipping.studies.dropout_study"
NETWORK = "convnet"
RATES = (0.0, 0.25, 0.5)
SEEDS = 5
DIGITS = 1_000
EPOCHS = 40


def measure(training: Digits, test: Digits) -> DropoutStudy:
    """Train a network for each rate and seed; each seed has DIGITS digits of its own."""
    found: dict[float, list[tuple[float, float]]] = {rate: [] for rate in RATES}
    for seed in tqdm(range(SEEDS), desc="seeds"):
        own = training.select(torch.arange(seed * DIGITS, (seed + 1) * DIGITS))
        for rate in RATES:
            found[rate].append(accuracies(own, test, rate, seed))
    rates = tuple(
        Trained(rate, tuple(train for train, _ in pairs), tuple(test for _, test in pairs))
        for rate, pairs in found.items()
    )
    return DropoutStudy(COMMAND, NETWORK, DIGITS, EPOCHS, rates)


def accuracies(training: Digits, test: Digits, rate: float, seed: int) -> tuple[float, float]:
    """On its own training digits and on `test`, in eval mode, after EPOCHS at this rate."""
    recipe = Recipe("cross_entropy", "adam", 1e-3, batch_size=50, epochs=EPOCHS, seed=seed)
    model = build_network(NETWORK, recipe, 0.0, 1.0)
    for layer in model.modules():
        if isinstance(layer, Dropout):
            layer.p = rate
    trainer = Trainer(model, [Pool.of(training)], recipe)
    for _ in range(trainer.steps_per_epoch * EPOCHS):
        trainer.step()
    trained = trainer.averaged_model().eval()
    return test_accuracy(trained, training), test_accuracy(trained, test)


def main() -> int:
    """The command."""
    torch.set_num_threads(1)
    try:
        study = measure(load_mnist("train"), load_mnist("test"))
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    write_whole(STUDY, (json.dumps(asdict(study), indent=2) + "\n").encode())
    print(json.dumps(asdict(study), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
