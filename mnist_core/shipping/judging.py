"""The judge: other people's pen strokes, drawn as a canvas shows them, through `Reader.read`.

The strokes and the program that draws them lie beside each other in the folder that STROKES_DIR
names. Nothing here is ever trained on or chosen by.
"""

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.errors import DataUnavailable
from mnist_core.latent.likeness import Verdict, likeness
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.strokes import CANVAS_PX, StrokeSet, draw_strokes, load_strokes
from mnist_core.reading import Reader, read_with_all
from mnist_core.shipping.non_digits import any_scribble
from mnist_core.shipping.pen_pictures import random_canvas
from mnist_core.weights import TrainedAutoencoder

DIGITS_FILE = "unipen_digits_judge.npz"
LETTERS_FILE = "unipen_letters_judge.npz"
PLACEMENTS = ("centred", "small", "large", "thin", "thick")
LOOK_ALIKES = "OoDQIilJjZzySsbGBgq"
"""Letters that people's digits look like: 0 as O o D Q, 1 as I i l J j, 2 as Z z, 4 as y,
5 as S s, 6 as b G, 8 as B, 9 as g q."""


@dataclass(frozen=True)
class Verdicts:
    """How one reader did on one kind of drawing; both are shares in [0, 1].

    accuracy: the most probable digit is the right one; None where there is no right one
    refused:  `digit is None`
    """

    count: int
    accuracy: float | None
    refused: float


def judge_folder() -> Path:
    """The folder of the judge's strokes; raises DataUnavailable when it is not there."""
    folder = Path(os.environ.get("STROKES_DIR", ""))
    if not os.environ.get("STROKES_DIR") or not (folder / DIGITS_FILE).is_file():
        raise DataUnavailable(f"Set STROKES_DIR to the folder that holds {DIGITS_FILE}.")
    return folder


def judge_digits(readers: dict[str, Reader], placement: str, every: int = 1) -> dict[str, Verdicts]:
    """Read each `every`-th judge digit, placed on the canvas as `placement` says."""
    strokes = load_strokes(judge_folder() / DIGITS_FILE)
    return _judge(readers, _digits(strokes, placement, every), strokes.labels[::every])


def judge_letters(readers: dict[str, Reader], every: int = 1) -> dict[str, Verdicts]:
    """Read the judge's letters that look like no digit, centred on the canvas."""
    return _judge(readers, _letters(every), None)


def judge_redrawing(autoencoder: TrainedAutoencoder, every: int = 1) -> dict[str, float]:
    """Which share of the judge's centred digits, and of its letters, is called no digit.

    By their redraw error, as UNUSUAL or as UNLIKE_ANY; the shares' names: digits, letters.
    """
    digits = load_strokes(judge_folder() / DIGITS_FILE)
    pictures = {"digits": _digits(digits, "centred", every), "letters": _letters(every)}
    return {
        name: called_unusual(autoencoder, [canvas_to_mnist(one).image for one in drawn])
        for name, drawn in pictures.items()
    }


def called_unusual(autoencoder: TrainedAutoencoder, images_01: list[Tensor]) -> float:
    """Which share of pictures (1, 1, 28, 28) is called unusual, or unlike any test digit."""
    quantiles = autoencoder.card.redraw_quantiles
    verdicts = [likeness(autoencoder.model, image, quantiles).verdict for image in images_01]
    called = [verdict in (Verdict.UNUSUAL, Verdict.UNLIKE_ANY) for verdict in verdicts]
    return sum(called) / len(called)


def _digits(strokes: StrokeSet, placement: str, every: int) -> Iterator[NDArray[np.uint8]]:
    render, seed = _renderer(judge_folder()), PLACEMENTS.index(placement)
    for i in range(0, len(strokes.labels), every):
        random = np.random.default_rng([seed, i])
        yield render(strokes.characters[i], placement=placement, rng=random)


def _letters(every: int) -> Iterator[NDArray[np.uint8]]:
    render = _renderer(judge_folder())
    strokes = load_strokes(judge_folder() / LETTERS_FILE)
    for i in unlike_digits(strokes)[::every]:
        yield render(strokes.characters[i], rng=np.random.default_rng([9, i]))


def judge_scribbles(readers: dict[str, Reader], count: int = 500) -> dict[str, Verdicts]:
    """Read `count` generated scribbles, with another seed than in any training."""
    random = np.random.default_rng(10_001)
    pictures = (random_canvas(any_scribble(random), random) for _ in range(count))
    return _judge(readers, pictures, None)


def judge_dots(readers: dict[str, Reader], count: int = 500) -> dict[str, Verdicts]:
    """Read `count` dots: taps whose path is shorter than the brush is wide."""
    random = np.random.default_rng(10_002)
    return _judge(readers, (dot_canvas(random) for _ in range(count)), None)


def judge_empty(readers: dict[str, Reader]) -> dict[str, Verdicts]:
    """Read empty canvases: black, white and transparent."""
    blank = np.zeros((CANVAS_PX, CANVAS_PX, 4), np.uint8)
    black = blank + np.array([0, 0, 0, 255], np.uint8)
    return _judge(readers, [blank, black, np.full_like(blank, 255)], None)


def dot_canvas(random: np.random.Generator) -> NDArray[np.uint8]:
    """One tap of a random brush at a random place, the hand slipping by up to 0.8 brush widths."""
    brush = random.uniform(6, 36)
    start = random.uniform(40, CANVAS_PX - 40, 2)
    steps = random.uniform(-0.4, 0.4, (4, 2)) * brush
    path = np.concatenate([start[None], start + steps]).astype(np.float32)
    return draw_strokes([path], brush)


def unlike_digits(letters: StrokeSet) -> list[int]:
    """Indices of the letters that are not in LOOK_ALIKES; labels are ASCII codes."""
    alike = [ord(letter) for letter in LOOK_ALIKES]
    return np.flatnonzero(~np.isin(letters.labels, alike)).tolist()


def _judge(
    readers: dict[str, Reader],
    pictures: Iterable[NDArray[np.uint8]],
    labels: NDArray[np.int64] | None,
) -> dict[str, Verdicts]:
    best: dict[str, list[int]] = {key: [] for key in readers}
    refused: dict[str, list[bool]] = {key: [] for key in readers}
    for picture in pictures:
        for key, reading in read_with_all(readers, picture).items():
            best[key].append(reading.best_guesses[0])
            refused[key].append(reading.digit is None)
    return {key: _verdicts(np.array(best[key]), np.array(refused[key]), labels) for key in readers}


def _verdicts(
    best: NDArray[np.int64], refused: NDArray[np.bool_], labels: NDArray[np.int64] | None
) -> Verdicts:
    right = None if labels is None else float((best == labels).mean())
    return Verdicts(len(best), right, float(refused.mean()))


def _renderer(folder: Path) -> Callable[..., NDArray[np.uint8]]:
    """The `render` function of the `canvas.py` that comes with the strokes."""
    path = folder / "canvas.py"
    spec = importlib.util.spec_from_file_location("judge_canvas", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise DataUnavailable(f"{folder} has no canvas.py to draw the strokes with.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    render: Callable[..., Any] = module.render
    return render
