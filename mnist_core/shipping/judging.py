"""The judge: other people's pen strokes, drawn as a canvas shows them, through `Reader.read`.

The strokes and the program that draws them lie beside each other in the folder that STROKES_DIR
names. Nothing here is ever trained on or chosen by.
"""

import importlib.util
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mnist_core.data.mnist import Digits
from mnist_core.errors import DataUnavailable
from mnist_core.latent.likeness import Verdict, likeness
from mnist_core.number import find_number
from mnist_core.pictures.preprocessing import canvas_to_mnist
from mnist_core.pictures.stroke_text import pack_strokes, unpack_strokes
from mnist_core.pictures.strokes import (
    CANVAS_PX,
    BrushStroke,
    Strokes,
    StrokeSet,
    draw_brushed,
    draw_strokes,
    load_strokes,
)
from mnist_core.reading import Reader, read_with_all
from mnist_core.shipping.low_resolution import at_low_resolution
from mnist_core.shipping.non_digits import any_scribble
from mnist_core.shipping.pen_pictures import random_canvas
from mnist_core.weights import TrainedAutoencoder

DIGITS_FILE = "unipen_digits_judge.npz"
LETTERS_FILE = "unipen_letters_judge.npz"
PLACEMENTS = ("centred", "small", "large", "thin", "thick")
LOOK_ALIKES = "OoDQIilJjZzySsbGBgq"
"""Letters that people's digits look like: 0 as O o D Q, 1 as I i l J j, 2 as Z z, 4 as y,
5 as S s, 6 as b G, 8 as B, 9 as g q."""


NUMBER_GAPS = (0.02, 0.05, 0.1, 0.2, 0.3)
NUMBER_BRUSHES_PX = (8.0, 14.0, 20.0)
NUMBER_MARGIN_PX = 4.0
TALLEST_NUMBER_PX = 200.0


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
    render = _drawing_program(judge_folder()).render
    seed = PLACEMENTS.index(placement)
    for i in range(0, len(strokes.labels), every):
        random = np.random.default_rng([seed, i])
        yield render(strokes.characters[i], placement=placement, rng=random)


def _letters(every: int) -> Iterator[NDArray[np.uint8]]:
    render = _drawing_program(judge_folder()).render
    strokes = load_strokes(judge_folder() / LETTERS_FILE)
    for i in unlike_digits(strokes)[::every]:
        yield render(strokes.characters[i], rng=np.random.default_rng([9, i]))


def judge_coarse(readers: dict[str, Reader], digits: Digits) -> dict[str, Verdicts]:
    """Read `digits`, MNIST's pictures that were not trained on, as uploads of 8×8 cells."""
    random = np.random.default_rng(10_003)
    uploads = (at_low_resolution(image, random) for image in digits.images)
    return _judge(readers, uploads, digits.labels.numpy())


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


@dataclass(frozen=True)
class NumberVerdicts:
    """How one reader did on numbers; both are shares in [0, 1].

    right:    read, and right in every digit
    not_sure: not read at all
    """

    count: int
    right: float
    not_sure: float


def judge_numbers(
    reader: Reader,
    length: int,
    gap: float,
    brush_px: float,
    *,
    count: int = 300,
    canvas_px: int = CANVAS_PX,
    as_picture: bool = False,
) -> NumberVerdicts:
    """Read `count` numbers of the judge's digits, each of one writer; see `lay_side_by_side`.

    as_picture: as from an upload, of which the strokes are not known; else as drawn on the page
    """
    folder = judge_folder()
    program = _drawing_program(folder)
    strokes = load_strokes(folder / DIGITS_FILE)
    right = not_sure = 0
    for k in range(count):
        random = np.random.default_rng([length, round(gap * 100), round(brush_px), k])
        chosen = of_one_writer(strokes, length, random)
        characters = [strokes.characters[i] for i in chosen]
        laid = lay_side_by_side(characters, gap, brush_px, random, canvas_px)
        drawn = [BrushStroke(points, brush_px) for points in laid]
        picture = _on_canvas(program, drawn, canvas_px)
        number = find_number(reader, picture, strokes=() if as_picture else drawn)
        right += number.text == "".join(str(strokes.labels[i]) for i in chosen)
        not_sure += not number.digits
    return NumberVerdicts(count, right / count, not_sure / count)


def judge_taken_apart(reader: Reader, placement: str, every: int = 1) -> float:
    """The share of each `every`-th judge digit, alone on the canvas, that is read as a number."""
    characters = load_strokes(judge_folder() / DIGITS_FILE).characters[::every]
    return _taken_apart(reader, characters, placement)


def judge_letters_apart(reader: Reader, every: int = 1) -> float:
    """The share of the judge's letters that look like no digit, but are read as a number."""
    letters = load_strokes(judge_folder() / LETTERS_FILE)
    chosen = [letters.characters[i] for i in unlike_digits(letters)[::every]]
    return _taken_apart(reader, chosen, "centred")


def _taken_apart(reader: Reader, characters: Sequence[Strokes], placement: str) -> float:
    """Each as drawn on the page, with its strokes."""
    program = _drawing_program(judge_folder())
    apart = 0
    for i, character in enumerate(characters):
        random = np.random.default_rng([10, PLACEMENTS.index(placement), i])
        drawn = _by_hand(program, character, placement, random)
        number = find_number(reader, _on_canvas(program, drawn), strokes=drawn)
        apart += len(number.digits) > 1
    return apart / len(characters)


def of_one_writer(strokes: StrokeSet, length: int, random: np.random.Generator) -> list[int]:
    """Indices of `length` different characters of a writer who has written so many."""
    written = np.bincount(strokes.writers)[strokes.writers]
    first = random.choice(np.flatnonzero(written >= length))
    same = np.flatnonzero(strokes.writers == strokes.writers[first])
    chosen: list[int] = random.choice(same, length, replace=False).tolist()
    return chosen


def lay_side_by_side(
    characters: Sequence[Strokes],
    gap: float,
    brush_px: float,
    random: np.random.Generator,
    canvas_px: int = CANVAS_PX,
) -> Strokes:
    """A number on the canvas, in its pixels: all digits in one size, on one line.

    gap: what is free between the ink of two neighbours' boxes, as a share of the height of the
         pen's path. The number is 200 px high or less, so that it fits in, at a random place.
    """
    lows = [np.concatenate(character).min(axis=0) for character in characters]
    highs = [np.concatenate(character).max(axis=0) for character in characters]
    widths, heights = (np.array(highs) - np.array(lows)).T
    gaps = len(characters) - 1
    free = canvas_px - 2 * NUMBER_MARGIN_PX - brush_px
    height = (free - gaps * brush_px) / (widths.sum() + gaps * gap)
    height = min(float(height), free, TALLEST_NUMBER_PX)
    lefts = np.concatenate([[0], np.cumsum(widths[:-1] * height + gap * height + brush_px)])
    size = np.array([lefts[-1] + widths[-1] * height, height])
    corner = NUMBER_MARGIN_PX + brush_px / 2 + random.uniform(0, 1, 2) * (free - size)
    return [
        ((stroke - low) * height + corner + (left, (1 - tall) * height)).astype(np.float32)
        for character, low, left, tall in zip(characters, lows, lefts, heights, strict=True)
        for stroke in character
    ]


@dataclass(frozen=True)
class LinkVerdicts:
    """How drawings come back from their links.

    same_digit: the share, in [0, 1], that is read as before, or refused as before
    furthest:   by how much the probability of the likeliest digit differs at most
    longest:    characters of the longest text
    """

    count: int
    same_digit: float
    furthest: float
    longest: int


def judge_links(reader: Reader, count: int = 500) -> LinkVerdicts:
    """Read `count` of the judge's digits, in all placements, before and after links held them.

    Both times they are drawn by `draw_brushed`, whose ink changes as little as the strokes do.
    """
    folder = judge_folder()
    strokes = load_strokes(folder / DIGITS_FILE)
    program = _drawing_program(folder)
    same, apart, lengths = [], [], []
    for k, i in enumerate(np.linspace(0, len(strokes.labels) - 1, count).astype(int)):
        random = np.random.default_rng([8, k])
        drawn = _by_hand(program, strokes.characters[i], PLACEMENTS[k % len(PLACEMENTS)], random)
        text = pack_strokes(drawn)
        first, again = (reader.read(draw_brushed(each)) for each in (drawn, unpack_strokes(text)))
        best = first.best_guesses[0]
        same.append(first.digit == again.digit)
        apart.append(abs(float(first.probabilities[best] - again.probabilities[best])))
        lengths.append(len(text))
    return LinkVerdicts(count, sum(same) / count, max(apart), max(lengths))


def _by_hand(
    program: ModuleType, character: Strokes, placement: str, random: np.random.Generator
) -> list[BrushStroke]:
    """The strokes on the canvas, of a brush whose width is a whole number as on the page."""
    settings = program.PLACEMENTS[placement]
    thinnest, thickest = np.broadcast_to(settings["width"], 2)
    brush_px = int(random.integers(thinnest, thickest, endpoint=True))
    placed = program.place(
        character, CANVAS_PX, settings["side"], brush_px, settings["where"], random
    )
    return [BrushStroke(points.astype(np.float32), brush_px) for points in placed]


def _on_canvas(
    program: ModuleType, strokes: Sequence[BrushStroke], canvas_px: int = CANVAS_PX
) -> NDArray[np.uint8]:
    """What a square canvas shows of strokes of one brush: grey uint8 (H, W)."""
    points = [stroke.points for stroke in strokes]
    picture: NDArray[np.uint8] = program.draw(points, canvas_px, strokes[0].brush_px)
    return picture


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


def _drawing_program(folder: Path) -> ModuleType:
    """The `canvas.py` that comes with the strokes: `render` for one digit, `draw` for any ink."""
    path = folder / "canvas.py"
    spec = importlib.util.spec_from_file_location("judge_canvas", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise DataUnavailable(f"{folder} has no canvas.py to draw the strokes with.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
