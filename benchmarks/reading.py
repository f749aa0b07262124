"""How well the shipped networks read MNIST, other people's strokes, and what is no digit."""

import statistics
import time
from functools import partial
from multiprocessing import get_context

import torch

from benchmarks.report import Found, found, limit_row, share_row
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.models.registry import READERS
from mnist_core.reading import load_reader
from mnist_core.shipping.judging import (
    LOOK_ALIKES,
    PLACEMENTS,
    Verdicts,
    judge_coarse,
    judge_digits,
    judge_dots,
    judge_empty,
    judge_letters,
    judge_scribbles,
)

READ_WITH = "deep_cnn_pen"
MNIST_BARS = {
    "deep_cnn": 0.9960, "deep_cnn_pen": 0.9950, "convnet": 0.991, "mlp": 0.983, "rnn": 0.988,
    "softmax_regression": 0.923,
}  # fmt: skip
PEN_BARS = {"centred": 0.982, "small": 0.974, "large": 0.982, "thin": 0.980, "thick": 0.978}
SAYS = f"""
The judge's writers are other people than those trained on. Of the letters, those that people's
digits look like are left out: `{LOOK_ALIKES}`.
"""


def measure_mnist() -> Found:
    """Accuracy on the 10 000 test digits."""
    test = load_mnist("test")
    accuracies = {key: test_accuracy(load_reader(key).trained.model, test) for key in MNIST_BARS}
    return found(
        [
            share_row(f"{key}: MNIST test accuracy", accuracies[key], bar)
            for key, bar in MNIST_BARS.items()
        ]
    )


def judge(every: int, name: str) -> dict[str, Verdicts]:
    """Both networks on one kind of drawing: a placement of digits, or a kind of non-digit."""
    torch.set_num_threads(1)
    readers = {key: load_reader(key) for key in READERS}
    if name in PLACEMENTS:
        return judge_digits(readers, name, every)
    others = {
        "letters": judge_letters,
        "scribbles": judge_scribbles,
        "dots": judge_dots,
        "empty": judge_empty,
    }
    return others[name](readers)


def measure_pen(every: int) -> Found:
    """Accuracy and refusals on the judge's strokes; every: 1 for all of them."""
    names = [*PLACEMENTS, "letters", "scribbles", "dots", "empty"]
    with get_context("spawn").Pool(2) as pool:
        verdicts = dict(zip(names, pool.map(partial(judge, every), names, 1), strict=True))
    rows = []
    for name in PLACEMENTS:
        for key, bar in (("deep_cnn_pen", PEN_BARS[name]), ("deep_cnn", None)):
            verdict = verdicts[name][key]
            rows.append(
                share_row(f"{key}: {verdict.count} pen digits, {name}", verdict.accuracy or 0, bar)
            )
    refused = {name: verdicts[name]["deep_cnn_pen"].refused for name in PLACEMENTS}
    rows += [share_row(f"refused pen digits, {name}", share) for name, share in refused.items()]
    overall = statistics.mean(refused.values())
    rows.append(limit_row("refused pen digits, all", overall * 100, " %", 3))
    for name, bar in (("empty", 1.0), ("dots", 0.98), ("scribbles", 0.80), ("letters", 0.50)):
        verdict = verdicts[name]["deep_cnn_pen"]
        rows.append(share_row(f"refused {name} ({verdict.count})", verdict.refused, bar))
    return found(rows, SAYS)


def measure_coarse(every: int) -> Found:
    """MNIST's test digits as uploads of 8×8 cells; every: 1 for each tenth of them."""
    torch.set_num_threads(1)
    test = load_mnist("test")
    reader = {READ_WITH: load_reader(READ_WITH)}
    verdict = judge_coarse(reader, test.select(torch.arange(0, len(test), 10 * every)))[READ_WITH]
    return found(
        [
            share_row(
                f"uploads of 8×8 cells read right ({verdict.count})", verdict.accuracy or 0, 0.965
            ),
            limit_row("refused", verdict.refused * 100, " %", 8),
        ]
    )


def measure_forward() -> Found:
    """Time of one forward pass of one digit on one thread, median of 200."""
    torch.set_num_threads(1)
    model = load_reader("deep_cnn_pen").trained.model
    image = torch.rand(1, 1, 28, 28)
    times_ms = []
    with torch.inference_mode():
        for _ in range(220):
            start = time.perf_counter()
            model(image)
            times_ms.append((time.perf_counter() - start) * 1e3)
    median_ms = statistics.median(times_ms[20:])
    return found([limit_row("forward pass of one digit", median_ms, " ms", 5)])
