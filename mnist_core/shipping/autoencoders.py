"""How the shipped autoencoders are made: train, measure, write them with a card and a map.

Nothing is chosen by looking at their results: all training digits are trained on, for all epochs
of the recipe, and the running average of the weights is shipped. The recipes' settings were chosen
on training digits that were held out for it.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits, data_checksum, load_mnist, to_images_01
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.latent.codes import (
    Codes,
    encode_all,
    kl_per_dimension,
    log_likelihood,
    loss_terms_of,
    redraw_error,
)
from mnist_core.latent.generate import draw_class, generate_digits
from mnist_core.latent.plane import LatentMap, class_means, principal_plane, save_map, whole_plane
from mnist_core.models.build import build_network, freeze
from mnist_core.models.cvae import CLASSES, ConditionalVAE
from mnist_core.models.recipes import Recipe
from mnist_core.models.vae import VAE
from mnist_core.reading import load_reader
from mnist_core.shipping.run_folder import read_history, train_epochs
from mnist_core.training.objectives import read_by
from mnist_core.training.order import Pool
from mnist_core.training.run import Run
from mnist_core.training.trainer import Trainer
from mnist_core.weights import AutoencoderCard, save_autoencoder

LIKELIHOOD_SAMPLES = 500
LIKELIHOOD_DIGITS = 1_000
QUANTILES = 101
PER_CLASS = 1_000
GUIDE = "mlp"
"""Says of a conditional VAE's digits, while it is trained, whether they can be read."""
JUDGE = "deep_cnn"
GENERATED = 20_000
GENERATED_SEED = 1
BATCH = 1000


def train_autoencoder(key: str, recipe: Recipe, run: Path, device: str = "cpu") -> VAE:
    """Train to the end of the recipe, resuming what `run` holds; the averaged weights, frozen."""
    reader = load_reader(GUIDE).model.to(device) if recipe.readable_weight else None
    trainer = Trainer(
        build_network(key, recipe, 0.0, 1.0),
        [Pool.of(load_mnist("train"))],
        recipe,
        device=device,
        objective=read_by(reader) if reader else None,
    )
    train_epochs(trainer, run)
    return freeze(cast(VAE, trainer.averaged_model().cpu()))


def ship_autoencoder(
    key: str, command: str, recipe: Recipe, run: Path, *, device: str, machine: str
) -> AutoencoderCard:
    """From nothing, or from what `run` holds, to weights, card and map."""
    model = train_autoencoder(key, recipe, run, device)
    mnist, test = load_mnist("train"), load_mnist("test")
    save_map(key, map_of(model, mnist, test, encode_all(model, test)))
    how_made = {
        "key": key,
        "command": command,
        "seed": recipe.seed,
        "epochs": recipe.epochs,
        "recipe": asdict(recipe),
        "data": {"mnist": data_checksum(mnist.images, mnist.labels)},
        "parameter_count": sum(p.numel() for p in model.parameters()),
        "training_s": round(sum(row["elapsed_s"] for row in read_history(run))),
        "machine": machine,
    }
    return save_measured(model, how_made, test)


def save_measured(model: VAE, how_made: dict[str, Any], test: Digits) -> AutoencoderCard:
    """Measure `model`, write its weights and a card of all that; `how_made`: a card's `Described`.

    What a network learns from generated digits is measured once the weights are written, since
    the shipped ones draw those digits.
    """
    card = how_made | {
        "test": test_terms(model, test),
        "log_likelihood": mean_log_likelihood(model, test, LIKELIHOOD_DIGITS),
        "kl_per_dimension": kl_per_dimension(encode_all(model, test)).tolist(),
        "redraw_quantiles": redraw_quantiles(model, test),
        "read_as_asked": read_as_asked(model, PER_CLASS)
        if isinstance(model, ConditionalVAE)
        else None,
        "generated": None,
    }
    saved = save_autoencoder(model, card)
    if isinstance(model, ConditionalVAE):
        saved = save_autoencoder(model, card | {"generated": judge_generated(test)})
    return saved


def map_of(model: VAE, mnist: Digits, test: Digits, codes: Codes) -> LatentMap:
    """The test digits in the plane along which the training digits' codes vary most."""
    means = encode_all(model, mnist).mean
    plane = whole_plane() if model.latent_dim == 2 else principal_plane(means)
    return LatentMap(
        plane,
        plane.project(codes.mean),
        test.labels.long(),
        class_means(means, mnist.labels.long()),
    )


def test_terms(model: VAE, test: Digits) -> dict[str, float]:
    """Mean loss of the test digits and its two terms, in nats, from one sample of z each."""
    terms = loss_terms_of(model, test)
    return {
        "loss": float(terms.loss.mean()),
        "reconstruction": float(terms.reconstruction.mean()),
        "kl": float(terms.kl.mean()),
    }


def mean_log_likelihood(
    model: VAE,
    test: Digits,
    digits: int,
    samples: int = LIKELIHOOD_SAMPLES,
) -> dict[str, float]:
    """The importance-weighted estimate of log p(x) in nats, its mean over the first test digits."""
    images_01, labels = to_images_01(test.images[:digits]), test.labels[:digits].long()
    estimates = [
        log_likelihood(model, images_01[i : i + 1], samples, labels[i : i + 1], seed=i)
        for i in range(len(labels))
    ]
    return {"mean": sum(estimates) / len(estimates), "digits": len(labels), "samples": samples}


def redraw_quantiles(model: VAE, test: Digits) -> list[float]:
    """QUANTILES evenly spaced quantiles of the test digits' redraw error, in nats."""
    errors = [
        redraw_error(model, to_images_01(images), labels.long())
        for images, labels in zip(test.images.split(BATCH), test.labels.split(BATCH), strict=True)
    ]
    levels = torch.linspace(0, 1, QUANTILES)
    return torch.quantile(torch.cat(errors), levels).tolist()


def read_as_asked(model: ConditionalVAE, per_class: int) -> dict[str, Any]:
    """Which share of drawn digits the shipped JUDGE reads as the digit that was asked for."""
    judge = load_reader(JUDGE).model
    shares = [
        _share_read(judge, draw_class(model, digit, per_class, seed=digit), digit)
        for digit in range(CLASSES)
    ]
    return {"judge": JUDGE, "per_class": per_class, "share": sum(shares) / CLASSES, "each": shares}


@torch.inference_mode()
def _share_read(judge: nn.Module, images_01: Tensor, digit: int) -> float:
    predicted: Tensor = judge(images_01[:, None]).argmax(dim=1)
    return float((predicted == digit).float().mean())


def judge_generated(test: Digits) -> dict[str, Any]:
    """What an MLP that has seen generated digits only reads of MNIST's test digits.

    Adam at its usual rate for five epochs; nothing was chosen for this.
    """
    generated = generate_digits(GENERATED, GENERATED_SEED)
    recipe = Recipe("cross_entropy", "adam", learning_rate=1e-3, batch_size=64, epochs=5)
    run = Run("mlp", recipe, generated, test)
    run.advance_to(run.trainer.steps_per_epoch * run.recipe.epochs)
    model = run.trainer.averaged_model()
    return {
        "count": GENERATED,
        "seed": GENERATED_SEED,
        "recipe": asdict(run.recipe),
        "mlp_test_accuracy": test_accuracy(model, test),
    }
