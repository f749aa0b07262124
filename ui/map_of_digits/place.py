"""The place in the 20-dimensional latent space where the visitor stands: the 20 sliders."""

from collections.abc import Sequence

from mnist_core.errors import LatentImpossible
from mnist_core.latent.code_text import parse_code, write_code
from ui.shared.address import hold, lines
from ui.shared.state import CHAPTER, LATENT

COUNT = 20
STEP = 0.05
MAX_CHARS = 1000
CHAPTER_OF_SLIDERS = "numbers"


def get_latent() -> list[float]:
    """The 20 numbers of this session, each in ±3; all 0 while their text is no code."""
    try:
        return parse_code(write_code(parse_code(LATENT.get(), COUNT), STEP), COUNT)
    except LatentImpossible:
        return [0.0] * COUNT


def set_latent(values: Sequence[float]) -> None:
    """Put 20 numbers into the sliders; only in a callback, or before the sliders are shown.

    Each is rounded to the sliders' step, and brought to ±3 where it lies beyond.
    """
    LATENT.set(write_code(values, STEP))


def open_sliders_at(values: Sequence[float]) -> None:
    """The same from outside of the sliders' chapter, which is opened; only in a callback.

    The address gets the numbers here: Streamlit writes those of a widget that is already there.
    """
    hold(LATENT, lines(MAX_CHARS), write_code(values, STEP))
    CHAPTER.set(CHAPTER_OF_SLIDERS)
