"""Every piece of state that outlives a rerun: its key, type and default, in one place."""

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.models.registry import DEFAULT_MODEL

T = TypeVar("T")
Curve = Literal["training_loss", "test_loss", "test_accuracy"]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """The value of one widget: its key (its name in the URL, where it has one) and default."""

    key: str
    default: T

    def get(self) -> T:
        """The value of this session."""
        return cast(T, st.session_state.get(self.key, self.default))

    def set(self, value: T) -> None:
        """Change the value of this session; only before its widget is shown, or in a callback."""
        st.session_state[self.key] = value


CanvasObjects = list[dict[str, Any]]
"""The strokes on a canvas, as its JSON has them."""


@dataclass
class Drawing:
    """The visitor's drawing, kept while they visit other pages.

    objects:  the canvas's strokes
    picture:  uint8 (H, W, 4) RGBA as last sent by the canvas, None before the first stroke
    start:    what the canvas was last told to show
    revision: counts what it was told, so that it obeys even when told the same twice
    outdated: what it showed before it was told otherwise, and may still send: an Undo that follows
              another at once must not start from that
    """

    objects: CanvasObjects = field(default_factory=list)
    picture: NDArray[np.uint8] | None = None
    start: CanvasObjects = field(default_factory=list)
    revision: int = 0
    outdated: list[CanvasObjects] = field(default_factory=list)

    def restart_with(self, objects: CanvasObjects) -> None:
        """Have the canvas show `objects` instead of what it shows now."""
        if objects != self.objects:
            self.outdated.append(self.objects)
        self.objects, self.start = objects, objects
        self.revision += 1

    def is_outdated(self, objects: CanvasObjects) -> bool:
        """True for what the canvas showed before it was told to show something else."""
        paths = _paths(objects)
        return any(paths == _paths(old) for old in self.outdated)

    def accept(self, objects: CanvasObjects, picture: NDArray[np.uint8]) -> None:
        """Take over what the canvas shows."""
        self.objects, self.picture = objects, picture
        self.outdated.clear()


def _paths(objects: CanvasObjects) -> list[Any]:
    """What tells drawings apart; all else may come back from the canvas in another form."""
    return [part.get("path") for part in objects]


def current_drawing() -> Drawing:
    """The drawing of this session; pages change it in place."""
    return cast(Drawing, st.session_state.setdefault("drawing", Drawing()))


MODEL = Setting("model", DEFAULT_MODEL)
BRUSH_PX = Setting("brush", 20)
SOURCE = Setting("source", "Draw")
TEST_DIGIT = Setting("digit", 0)


@dataclass
class Upload:
    """The visitor's own files to train on: one set per session, kept while they visit other pages.

    digits:  to train on and to test on, at most 70 000 together (55 MB); None before any
    problem: a sentence about the files uploaded last, that could not be used
    missing: a sentence about what is still missing among them
    waiting: ids of the files that the widget held last, which Streamlit keeps when one leaves
    round:   counts the sets that were taken over, since each begins with an empty widget
    """

    digits: tuple[Digits, Digits] | None = None
    problem: str = ""
    missing: str = ""
    waiting: list[str] = field(default_factory=list)
    round: int = 0


def current_upload() -> Upload:
    """The upload of this session; pages change it in place."""
    return cast(Upload, st.session_state.setdefault("upload", Upload()))


DATA = Setting("data", "MNIST")


EVALUATED = Setting("evaluated", DEFAULT_MODEL)
EVALUATION_STOPPED = Setting("evaluation_stopped", False)
ANY_DIGIT = -1
IS_DIGIT = Setting("is_digit", ANY_DIGIT)
READ_AS = Setting("read_as", ANY_DIGIT)
GALLERY_PAGE = Setting("gallery_page", 1)
COMPARED: Setting[list[str]] = Setting("compared", [])
CHANGED_DIGIT = Setting("changed_digit", 0)
MEASURING_CURVES = Setting("measuring_curves", False)


NETWORK = Setting("net", "mlp")
SPEED = Setting("speed", 0.0)
LOG_X = Setting("log_x", False)
LOG_Y = Setting("log_y", False)
LOOK_BACK = Setting("look_back", 0)
RACING: Setting[list[int]] = Setting("racing", [])
RACERS = Setting("racers", 0)
RACE_CURVE: Setting[Curve] = Setting("race_curve", "training_loss")


def recipe_key(name: str) -> str:
    """Key, and name in the URL, of the widget for one setting of the recipe."""
    return "unshuffled" if name == "shuffle" else name


INTENT = Setting("intent", "")
NETWORKS_KEPT = Setting("networks_kept", 0)
UPLOAD_ROUND = Setting("upload_round", 0)


# What the lessons inside the network look at

LESSON_SOURCE = Setting("digit_from", "My drawing")
LESSON_OWN_DIGIT = Setting("own_digit", 5)

# Convolution

# Pooling

# Dropout

# Batch normalisation

# Activations and initialisation

# Layer by layer

# First-layer weights
