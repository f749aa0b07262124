"""Where the digits of a training come from, so that a run can say it and a program repeat it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from mnist_core.data.mnist import Digits, data_checksum
from mnist_core.words import presentable, spaced

Kind = Literal["mnist", "generated", "files"]
TITLES: Mapping[Kind, str] = {
    "mnist": "MNIST",
    "generated": "Generated digits",
    "files": "Own files",
}
MAX_FILES, MAX_COUNT = 4, 10**6


@dataclass(frozen=True)
class Origin:
    """What tells one data set from another.

    counts:   pictures to train on, and to test on
    checksum: SHA-256: of generated digits that of the decoder's weights, else that of all pictures
              and labels
    seeds:    of generated digits: to train on, and to test on
    names:    of files, as people may see them
    """

    kind: Kind
    counts: tuple[int, int]
    checksum: str
    seeds: tuple[int, int] | None = None
    names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """“MNIST”, or what stands in its place."""
        return TITLES[self.kind]

    @property
    def short(self) -> str:
        """What tells it from others in the name of a run."""
        if self.kind == "mnist":
            return self.title
        told = f"seed {self.seeds[0]}" if self.seeds else self.checksum[:6]
        return f"{self.title.lower()} ({told})"

    @property
    def description(self) -> str:
        """“MNIST: 60 000 pictures to train on, 10 000 to test on”."""
        train, test = (spaced(count) for count in self.counts)
        return f"{self.title}: {train} pictures to train on, {test} to test on"


MNIST_TRAINING_SHA256 = "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b"
"""Of MNIST's training pictures and labels, as `data_checksum` computes it."""
MNIST_ORIGIN = Origin(
    "mnist",
    (60_000, 10_000),
    "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
)
"""What `origin_of` says of the official files."""


def origin_of(kind: Kind, train: Digits, test: Digits, *, names: Sequence[str] = ()) -> Origin:
    """That of digits which are in memory."""
    checksum = data_checksum(train.images, train.labels, test.images, test.labels)
    shown = tuple(presentable(name) for name in names)
    return Origin(kind, (len(train), len(test)), checksum, names=shown)


def origin_from_json(content: object) -> Origin | None:
    """What a file says of its data, which may be anything; None where it says nothing.

    Raises ValueError when that cannot be.
    """
    if content is None:
        return None
    if not isinstance(content, Mapping) or set(content) != {
        "kind", "counts", "checksum", "seeds", "names",
    }:  # fmt: skip
        raise ValueError("no origin")
    kind, checksum, names = content["kind"], content["checksum"], content["names"]
    if kind not in get_args(Kind) or not re.fullmatch(r"[0-9a-f]{64}", str(checksum)):
        raise ValueError("no kind of data")
    if not isinstance(names, list) or len(names) > MAX_FILES:
        raise ValueError("no names of files")
    seeds = content["seeds"]
    return Origin(
        kind,
        _two_numbers(content["counts"]),
        checksum,
        None if seeds is None else _two_numbers(seeds),
        tuple(presentable(str(name)) for name in names),
    )


def _two_numbers(value: object) -> tuple[int, int]:
    """Raises ValueError when they are no two whole numbers from 0 to MAX_COUNT."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("no two numbers")
    if not all(type(one) is int and 0 <= one <= MAX_COUNT for one in value):
        raise ValueError("no counts")
    return value[0], value[1]
