"""What the published recipes reach, trained again."""

import os
import statistics
import time
from dataclasses import replace
from multiprocessing import get_context

import torch

from benchmarks.report import Found, Row, found, limit_row, share_row
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.published import PUBLISHED_ACCURACIES, PUBLISHED_LOSSES
from mnist_core.models.registry import architecture
from mnist_core.shipping.studies.ten_seeds import SEEDS, results_at_epoch_ends
from mnist_core.training.history import TestResult
from mnist_core.training.run import Run
from mnist_core.words import in_percent

AT_LEAST = {
    "softmax_regression": (10, 0.92),
    "convnet": (2, 0.985),
    "deep_cnn": (1, 0.98),
}
"""Key → epochs, and the test accuracy that they must reach."""
VAE_EPOCHS, VAE_NATS = 10, 105.8
TRANSFER_DIGITS, TRANSFER_S = 1_000, 120.0
SAYS_TRANSFER = """
The lesson with the frozen ResNet-18 as its preset has it, on one thread as in the app. What the
backbone makes of each picture is computed once; then the last layer learns from that. The backbone
holds random numbers here, so that nothing has to be downloaded: the arithmetic, and so the time, is
that of the pretrained one.
"""
SAYS = """
Each network is trained by the recipe that it was published with (`--recipe source` on the command
line). What is published for the MLP was printed after each epoch, on the test digits. These figures
do not depend on how fast the machine is.
"""


def results_of_job(job: tuple[str, int, int]) -> list[TestResult]:
    """`results_at_epoch_ends` in a process of its own. job: key, epochs, seed."""
    torch.set_num_threads(1)
    return results_at_epoch_ends(*job, load_mnist("train"), load_mnist("test"))


def measure_training() -> Found:
    """Losses and accuracies of all networks, trained side by side on all cores."""
    jobs = [(key, epochs, 0) for key, (epochs, _) in AT_LEAST.items()]
    jobs += [("vae", VAE_EPOCHS, 0), *(("mlp", len(PUBLISHED_LOSSES), s) for s in range(SEEDS))]
    slowest_first = sorted(jobs, key=lambda job: job[0] != "deep_cnn")
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        tests = dict(zip(slowest_first, pool.map(results_of_job, slowest_first, 1), strict=True))
    rows = mlp_rows([tests[job] for job in jobs if job[0] == "mlp"])
    for key, (epochs, bar) in AT_LEAST.items():
        accuracy = tests[key, epochs, 0][-1].accuracy
        rows.append(share_row(f"{key}: test accuracy after {epochs} epochs", accuracy, bar))
    vae = tests["vae", VAE_EPOCHS, 0][-1]
    what = (
        f"vae: test loss after {VAE_EPOCHS} epochs "
        f"({vae.reconstruction:.1f} reconstruction + {vae.kl:.1f} KL)"
    )
    nats = Row(what, f"{vae.loss:.2f} nats", f"≤ {VAE_NATS} nats", vae.loss <= VAE_NATS)
    return found([*rows, nats], SAYS)


def mlp_rows(tests: list[list[TestResult]]) -> list[Row]:
    """Losses and accuracies after each epoch: mean ± standard deviation over the seeds."""
    rows = []
    for epoch, of_epoch in enumerate(zip(*tests, strict=True)):
        losses = [test.loss for test in of_epoch]
        mean, deviation = statistics.fmean(losses), statistics.stdev(losses)
        published = PUBLISHED_LOSSES[epoch]
        away = (published - mean) / deviation
        rows.append(
            Row(
                f"mlp: test loss after epoch {epoch + 1}, {len(losses)} seeds",
                f"{mean:.4f} ± {deviation:.4f}",
                f"published {published:.3f} within 3 sd (is {away:+.1f} sd away)",
                abs(away) <= 3,
            )
        )
    for epoch, of_epoch in enumerate(zip(*tests, strict=True)):
        shares = [test.accuracy for test in of_epoch]
        rows.append(
            Row(
                f"mlp: test accuracy after epoch {epoch + 1}, {len(shares)} seeds",
                f"{in_percent(statistics.fmean(shares))} ± {in_percent(statistics.stdev(shares))}",
                f"– (published {in_percent(PUBLISHED_ACCURACIES[epoch])})",
            )
        )
    return rows


def measure_transfer() -> Found:
    """How long the transferred ResNet-18 takes to its first test accuracy."""
    torch.set_num_threads(1)
    recipe = replace(
        architecture("resnet18_transfer").source_recipe,
        random_backbone=True,
        training_digits=TRANSFER_DIGITS,
    )
    train, test = load_mnist("train"), load_mnist("test")
    start = time.perf_counter()
    run = Run("resnet18_transfer", recipe, train, test)
    while run.is_preparing:
        run.work()
    prepared_s = time.perf_counter() - start
    while not run.history.tests:
        run.work()
    first_s = time.perf_counter() - start
    run.advance_epoch()
    epoch_s = time.perf_counter() - start - first_s
    pictures = TRANSFER_DIGITS + len(run.test)
    rows = [
        Row(f"features of {pictures} pictures", f"{prepared_s:.1f} s"),
        limit_row("first test accuracy, from Play on", first_s, " s", TRANSFER_S),
        Row("each further epoch of the last layer, with its test", f"{epoch_s:.1f} s"),
    ]
    says = f"{TRANSFER_DIGITS} training digits, {len(run.test)} test digits.\n{SAYS_TRANSFER}"
    return found(rows, says)
