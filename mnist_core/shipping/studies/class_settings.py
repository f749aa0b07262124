"""`python -m mnist_core.shipping.studies.class_settings`: how handwriting is taught, chosen.

Nothing is chosen by what it is judged on later: in splits that `python -m benchmarks handwriting`
judges, the teaching writers alone are split once more, and what is forgotten is measured on those
of MNIST's training digits that the network has not been trained on.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.teach import FINE_TUNING, fine_tuning, some_of, split_writers, tuned
from mnist_core.data.mnist import Digits, load_mnist, split_held_out
from mnist_core.errors import MnistLabError
from mnist_core.evaluation.metrics import test_accuracy
from mnist_core.files import write_whole
from mnist_core.shipping.pen_class import few_of, pen_class
from mnist_core.weights import WEIGHTS_DIR, Trained, load_trained

FOUND = WEIGHTS_DIR / "studies" / "class_settings.json"
SPLITS = range(2)
MOST_FORGOTTEN = 0.0025
"""Share of MNIST's held-out digits: so much less than before may be read, as of the test digits."""


@dataclass(frozen=True)
class Settings:
    """What is chosen."""

    learning_rate: float
    distorted_share: float
    mnist_share: float


START = Settings(learning_rate=1e-3, distorted_share=0.8, mnist_share=0.5)
OTHERS: dict[str, tuple[float, ...]] = {
    "learning_rate": (3e-4, 3e-3), "mnist_share": (0.8,), "distorted_share": (0.4,),
}  # fmt: skip
"""One after the other is changed to these, each from the best that was found before."""


@dataclass(frozen=True)
class Tried:
    """Settings in one split.

    left:      mistakes on the held-out writers' digits, as a share of those before
    forgotten: by how much less of MNIST's held-out digits is read than before, as a share of all
    """

    split: int
    settings: Settings
    left: float
    forgotten: float


def worst(tried: Sequence[Tried]) -> tuple[float, float]:
    """`left` and `forgotten` in the split where each is greatest."""
    return max(one.left for one in tried), max(one.forgotten for one in tried)


def is_better(tried: Sequence[Tried], than: Sequence[Tried]) -> bool:
    """Whether settings, in all splits or in some by now, may be chosen in the place of others.

    Of settings that forget at most MOST_FORGOTTEN in every split those that leave the fewest
    mistakes in the worst; of all others, which come after these, those that forget least.
    """
    (left, forgotten), (other_left, other_forgotten) = worst(tried), worst(than)
    if forgotten > MOST_FORGOTTEN:
        return forgotten < other_forgotten
    return other_forgotten > MOST_FORGOTTEN or left < other_left


def read_found(path: Path = FOUND) -> list[Tried]:
    """What was measured."""
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [Tried(**row | {"settings": Settings(**row["settings"])}) for row in rows]


@dataclass(frozen=True)
class Bench:
    """What settings are tried on: the digits of one split's teaching writers, split once more.

    nth:   which of its kind each digit is, from 0
    mnist, held_out: MNIST's training digits that the network has been trained on, and the others
    """

    shipped: Trained
    digits: ClassDigits
    nth: Tensor
    mnist: Digits
    held_out: Digits

    def try_settings(self, seed: int, settings: Settings) -> Tried:
        """On one thread, in about a minute."""
        split = split_writers(self.digits.writers, seed)
        recipe = replace(
            FINE_TUNING, learning_rate=settings.learning_rate,
            distorted_share=settings.distorted_share,
        )  # fmt: skip
        run = fine_tuning(
            self.shipped, self.digits, few_of(split, self.nth), recipe=recipe,
            mnist=self.mnist, mnist_share=settings.mnist_share, seed=seed,
        )  # fmt: skip
        while not run.is_done:
            run.work()
        judged, model = self.digits.select(split.judged).digits, tuned(run)
        before, after = (1 - test_accuracy(each, judged) for each in (self.shipped.model, model))
        remembered = [test_accuracy(each, self.held_out) for each in (self.shipped.model, model)]
        return Tried(seed, settings, after / before, remembered[0] - remembered[1])


def bench_of(seed: int, shipped: Trained, digits: ClassDigits, nth: Tensor) -> Bench:
    """The writers who judge in that split are left out altogether."""
    taught = split_writers(digits.writers, seed).taught
    mnist = load_mnist("train")
    kept, held_out = split_held_out(len(mnist), shipped.card.recipe["held_out"])
    return Bench(
        shipped, digits.select(taught), nth[taught], some_of(mnist.select(kept)),
        mnist.select(held_out),
    )  # fmt: skip


def choose_in_turn(try_settings: Callable[[int, Settings], Tried]) -> Settings:
    """One thing changed after the other; try_settings: what comes of settings in a split.

    Further splits can only make settings worse, so those that are no better already get none.
    """
    best = START
    tried_best = [try_settings(seed, best) for seed in SPLITS]
    for name, values in OTHERS.items():
        for settings in [replace(best, **{name: value}) for value in values]:
            tried: list[Tried] = []
            for seed in SPLITS:
                tried.append(try_settings(seed, settings))
                if not is_better(tried, tried_best):
                    break
            else:
                best, tried_best = settings, tried
    return best


def measure() -> Settings:
    """The choice; what is found is written at once. Raises DataUnavailable."""
    (digits, nth), shipped = pen_class(), load_trained("deep_cnn")
    benches = [bench_of(seed, shipped, digits, nth) for seed in SPLITS]
    return choose_in_turn(lambda seed, settings: try_once(seed, settings, benches[seed]))


def try_once(seed: int, settings: Settings, bench: Bench) -> Tried:
    """What is found already, or else measured and written."""
    found = read_found()
    for one in found:
        if (one.split, one.settings) == (seed, settings):
            return one
    found.append(bench.try_settings(seed, settings))
    print(found[-1], flush=True)
    write_whole(FOUND, (json.dumps([asdict(one) for one in found], indent=1) + "\n").encode())
    return found[-1]


def main() -> int:
    """The command."""
    torch.set_num_threads(1)
    try:
        print(measure())
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
