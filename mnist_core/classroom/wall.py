"""What the teacher's wall shows: the room's digits, and what a network reads in them."""

import time
from dataclasses import dataclass, field

import torch
from torch import Tensor

from mnist_core.classroom.digits import ClassDigits
from mnist_core.classroom.measures import SLICE_PICTURES, Measured, measured
from mnist_core.classroom.store import Store
from mnist_core.classroom.votes import Question
from mnist_core.evaluation.metrics import predict_logits
from mnist_core.layers.activations import to_probabilities
from mnist_core.reading import DigitReader
from mnist_core.words import a_digit, percent

CHOICES = 4


@dataclass(frozen=True)
class Looked:
    """The wall at one moment.

    shown:    those in front of the curtain that the network has read
    measured: what it reads in them
    curtained: those behind it
    unread:   how many have still to be read
    """

    shown: ClassDigits
    measured: Measured
    curtained: ClassDigits
    unread: int


@dataclass
class Wall:
    """One teacher's wall: it asks the store for no more than is new, and reads each picture once.

    logits: (10,) of each picture by its number, as the network of `reader` has read it
    """

    digits: ClassDigits | None = None
    logits: dict[int, Tensor] = field(default_factory=dict)
    reader: DigitReader | None = None
    _state: tuple[int, int, int] | None = None

    def refresh(self, store: Store, code: str, secret: str) -> None:
        """Take over what was handed in or removed. Raises NotTheTeacher, RoomUnknown."""
        state = store.state_of(code, secret)
        if state != self._state or self.digits is None:
            self.digits, self._state = store.digits_of(code, secret), state
            there = set(self.digits.ids.tolist())
            self.logits = {number: row for number, row in self.logits.items() if number in there}

    def look(self, reader: DigitReader, budget_s: float) -> Looked:
        """Read for about `budget_s` seconds what has not been read yet: after `refresh`."""
        assert self.digits is not None
        if reader is not self.reader:
            self.reader, self.logits = reader, {}
        shown = self.digits.shown
        self._read(reader, shown, budget_s)
        known = torch.tensor([number in self.logits for number in shown.ids.tolist()]).bool()
        seen = shown.select(known)
        rows = [self.logits[number] for number in seen.ids.tolist()]
        logits = torch.stack(rows) if rows else torch.zeros(0, 10)
        return Looked(
            seen, measured(logits, seen.labels), self.digits.curtained, len(shown) - len(seen)
        )

    def _read(self, reader: DigitReader, shown: ClassDigits, budget_s: float) -> None:
        stop = time.perf_counter() + budget_s
        missing = [i for i, number in enumerate(shown.ids.tolist()) if number not in self.logits]
        for start in range(0, len(missing), SLICE_PICTURES):
            some = shown.select(torch.tensor(missing[start : start + SLICE_PICTURES]))
            read = predict_logits(reader.model, some.images)
            self.logits |= dict(zip(some.ids.tolist(), read, strict=True))
            if time.perf_counter() >= stop:
                return


def what_will_it_read(number: int, asked: int, logits: Tensor, temperature: float) -> Question:
    """A question about a picture on the wall, with the digit asked for among the four answers.

    number: of the picture; logits: (10,), as the network of the wall has read it
    """
    shares = to_probabilities(logits[None], temperature)[0]
    likeliest = shares.argsort(descending=True).tolist()
    others = [digit for digit in likeliest[1:] if digit != asked]
    read = likeliest[0]
    answers = sorted({read, asked, *others[: CHOICES - len({read, asked})]})
    says = f"The network reads **{a_digit(read)}** ({percent(float(shares[read]))} sure)."
    meant = "" if read == asked else f" The writer was asked for {a_digit(asked)}."
    return Question(
        "What does the network read here?", [str(digit) for digit in answers],
        answers.index(read), says + meant, number,
    )  # fmt: skip
