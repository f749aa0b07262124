"""What the published recipes reach, trained again."""

import os
import statistics
from dataclasses import replace
from multiprocessing import get_context

import torch

from benchmarks.report import Found, Row, found, share_row
from mnist_core.data.mnist import Digits, load_mnist
from mnist_core.models.registry import architecture
from mnist_core.training.history import TestResult
from mnist_core.training.run import Run
from mnist_core.words import in_percent

PUBLISHED_LOSSES = (2.266, 2.210, 2.117)
PUBLISHED_ACCURACIES = (0.363, 0.548, 0.628)
"""What the tutorial prints for the MLP after each of its first three epochs, on the test digits."""
SEEDS = 10
AT_LEAST = {
    "softmax_regression": (10, 0.92),
    "convnet": (2, 0.985),
    "deep_cnn": (1, 0.98),
}
"""Key → epochs, and the test accuracy that they must reach."""
VAE_EPOCHS, VAE_NATS = 10, 105.8
SAYS = """
Each network is trained by the recipe that it was published with (`--recipe source` on the command
line). What is published for the MLP was printed after each epoch, on the test digits. These figures
do not depend on how fast the machine is.
"""


def results_at_epoch_ends(
    key: str, epochs: int, seed: int, train: Digits, test: Digits
) -> list[TestResult]:
    """The test results after each epoch of the published recipe, trained with `seed`."""
    run = Run(key, replace(architecture(key).source_recipe, seed=seed), train, test)
    run.test_every = run.trainer.steps_per_epoch
    for _ in range(epochs):
        run.advance_epoch()
    return run.history.tests


def results_of_job(job: tuple[str, int, int]) -> list[TestResult]:
    """The same in a process of its own. job: key, epochs, seed."""
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
