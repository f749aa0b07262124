"""What the shipped autoencoders can do: losses, digits on request, the manifold grid."""

import statistics
import time

import torch

from benchmarks.report import Found, Row, found, limit_row, share_row
from mnist_core.data.mnist import load_mnist, to_images_01
from mnist_core.latent.codes import encode_all as encode_digits
from mnist_core.latent.codes import kl_per_dimension, numbers_in_use
from mnist_core.latent.generate import generate_digits
from mnist_core.latent.plane import load_map, manifold
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.models.vae import VAE
from mnist_core.shipping.autoencoders import (
    judge_generated,
    mean_log_likelihood,
    read_as_asked,
    test_terms,
)
from mnist_core.shipping.judging import called_unusual, judge_redrawing
from mnist_core.weights import load_autoencoder
from mnist_core.words import in_percent, minus

LOSS_BARS = {"vae": 100.5}
DECODINGS = 60
GENERATED = 2_000


def measure_autoencoders() -> Found:
    """Losses, log-likelihoods, latent numbers in use, digits on request, the grid."""
    torch.set_num_threads(1)
    test = load_mnist("test")
    rows = []
    for key in AUTOENCODERS:
        model = load_autoencoder(key).model
        terms = test_terms(model, test)
        split = f"reconstruction {terms['reconstruction']:.1f} + KL {terms['kl']:.1f}"
        what = f"{key}: test loss in nats per image ({split})"
        bar = LOSS_BARS.get(key)
        loss = terms["loss"]
        said = (f"≤ {bar}", loss <= bar) if bar else ()
        rows.append(Row(what, f"{loss:.2f}", *said))
        estimate = mean_log_likelihood(model, test, digits=200)
        log_p = minus(f"{estimate['mean']:.1f}")
        estimated = likelihood_of(model)
        rows.append(Row(f"{key}: {estimated}, 500 samples, 200 digits", log_p))
        kl = kl_per_dimension(encode_digits(model, test))
        used = numbers_in_use(kl.tolist())
        rows.append(Row(f"{key}: latent numbers in use", f"{used} of {len(kl)}"))
    cvae = load_autoencoder("cvae").model
    assert isinstance(cvae, ConditionalVAE)
    asked = read_as_asked(cvae, per_class=1000)
    rows.append(share_row("cvae: 10 000 digits read as asked", asked["share"], 0.97))
    rows += redrawing_rows()
    generated = judge_generated(test)["mlp_test_accuracy"]
    rows.append(share_row("mlp trained on 20 000 generated digits: MNIST test", generated, 0.90))
    return found([*rows, limit_row("a 20 × 20 grid decoded, median", grid_ms(), " ms", 10)])


def likelihood_of(model: VAE) -> str:
    """Of what the estimate is: a conditional autoencoder is told which digit it is."""
    return "log p(x | digit)" if isinstance(model, ConditionalVAE) else "log p(x)"


def redrawing_rows() -> list[Row]:
    """What the vae's redraw error calls no digit."""
    trained = load_autoencoder("vae")
    shares = judge_redrawing(trained)
    drawn = to_images_01(generate_digits(GENERATED, seed=1).images).split(1)
    called = {"pen digits": shares["digits"], "letters": shares["letters"],
              f"{GENERATED} generated digits": called_unusual(trained, list(drawn))}  # fmt: skip
    what = "vae: called no digit by their redraw error, of"
    return [Row(f"{what} {name}", in_percent(share)) for name, share in called.items()]


def grid_ms() -> float:
    """Time of decoding 400 digits on one thread."""
    model, plane = load_autoencoder("vae2d").model, load_map("vae2d").plane
    times_ms = []
    for _ in range(DECODINGS):
        start = time.perf_counter()
        manifold(model, plane, side=20)
        times_ms.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times_ms[5:])
