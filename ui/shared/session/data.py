"""What a session trains on, and the files that its visitor has brought."""

from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from mnist_core.data.mnist import Digits, load_mnist
from mnist_core.data.origin import Kind, Origin, origin_of
from mnist_core.words import spaced
from ui.shared.process import shared_test_digits

MNIST, OWN, GENERATED = "MNIST", "Your own files", "Generated digits"
NAMES: dict[Kind, str] = {"mnist": MNIST, "files": OWN, "generated": GENERATED}


@dataclass
class Upload:
    """The visitor's own files to train on: one set per session, kept while they visit other pages.

    digits:  to train on and to test on, at most 70 000 together (55 MB); None before any
    problem: a sentence about the files uploaded last, that could not be used
    missing: a sentence about what is still missing among them
    waiting: ids of the files that the widget held last, which Streamlit keeps when one leaves
    origin:  of the digits, for the runs that are trained on them
    round:   counts the sets that were taken over, since each begins with an empty widget
    """

    digits: tuple[Digits, Digits] | None = None
    problem: str = ""
    missing: str = ""
    waiting: list[str] = field(default_factory=list)
    origin: Origin | None = None
    round: int = 0


def current_upload() -> Upload:
    """The upload of this session; pages change it in place."""
    return cast(Upload, st.session_state.setdefault("upload", Upload()))


@dataclass(frozen=True)
class TrainingData:
    """Digits to train on and digits to test on, and where they come from."""

    train: Digits
    test: Digits
    origin: Origin

    @property
    def name(self) -> str:
        """For people."""
        return NAMES[self.origin.kind]

    @property
    def is_mnist(self) -> bool:
        """True for MNIST's own digits."""
        return self.origin.kind == "mnist"

    @property
    def description(self) -> str:
        """“MNIST: 60 000 pictures to train on, 10 000 to test on”."""
        train, test = spaced(len(self.train)), spaced(len(self.test))
        return f"{self.name}: {train} pictures to train on, {test} to test on"


@st.cache_resource(show_spinner="Loading MNIST …")
def shared_mnist() -> TrainingData:
    """MNIST, one copy for all visitors. Raises DataUnavailable."""
    train, test = load_mnist("train"), shared_test_digits()
    return TrainingData(train, test, origin_of("mnist", train, test))
