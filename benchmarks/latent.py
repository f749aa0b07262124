"""What the shipped autoencoders can do: losses, digits on request, the manifold grid."""

import statistics
import time

import torch

from benchmarks.report import Found, Row, found, limit_row, share_row
from benchmarks.weights import COLLAPSED_NATS
from mnist_core.data.mnist import load_mnist
from mnist_core.latent.codes import encode_all as encode_digits
from mnist_core.latent.codes import kl_per_dimension
from mnist_core.latent.plane import load_map, manifold
from mnist_core.models.cvae import ConditionalVAE
from mnist_core.models.registry import AUTOENCODERS
from mnist_core.shipping.autoencoders import (
    judge_generated,
    mean_log_likelihood,
    read_as_asked,
    test_terms,
)
from mnist_core.weights import load_autoencoder

LOSS_BARS = {"vae": 100.5}
DECODINGS = 60


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
        log_p = f"{estimate['mean']:.1f}".replace("-", "−")
        rows.append(Row(f"{key}: log p(x), 500 samples, 200 digits", log_p))
        kl = kl_per_dimension(encode_digits(model, test))
        used = int((kl > COLLAPSED_NATS).sum())
        rows.append(Row(f"{key}: latent numbers in use", f"{used} of {len(kl)}"))
    cvae = load_autoencoder("cvae").model
    assert isinstance(cvae, ConditionalVAE)
    asked = read_as_asked(cvae, per_class=1000)
    rows.append(share_row("cvae: 10 000 digits read as asked", asked["share"], 0.97))
    generated = judge_generated(test)["mlp_test_accuracy"]
    rows.append(share_row("mlp trained on 20 000 generated digits: MNIST test", generated, 0.90))
    return found([*rows, limit_row("a 20 × 20 grid decoded, median", grid_ms(), " ms", 10)])


def grid_ms() -> float:
    """Time of decoding 400 digits on one thread."""
    model, plane = load_autoencoder("vae2d").model, load_map("vae2d").plane
    times_ms = []
    for _ in range(DECODINGS):
        start = time.perf_counter()
        manifold(model, plane, side=20)
        times_ms.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times_ms[5:])
