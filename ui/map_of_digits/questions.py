"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial
from itertools import groupby

import torch

from mnist_core.latent.code_text import random_code
from mnist_core.latent.codes import decode
from mnist_core.latent.plane import load_map
from mnist_core.latent.ways import interpolate_linear, way_between
from mnist_core.models.registry import DEFAULT_MODEL, MODELS
from mnist_core.words import a_digit
from ui.map_of_digits.between import LINEAR, SAMPLE, code_of
from ui.map_of_digits.map import KEYS, TWENTY, TWO
from ui.map_of_digits.sliders import roll
from ui.shared.digit.choose import LessonDigit
from ui.shared.predict import Answer, predict
from ui.shared.process import shared_autoencoder, shared_reader
from ui.shared.state import MAP_OF, WAY_FROM, WAY_KIND, WAY_STEPS, WAY_TO

FROM, TO = 1, 6
THIRDS = (8, 0)
PLACES = 40
ROLLS, COLD, WARM, HOT = 20, 0.0, 0.5, 1.5
LEVEL = 1 / 255
"""Of grey: pictures that differ by less look the same."""
EMPTY = 0.1
"""A picture with no more ink than this anywhere looks empty."""
AS_FAR = 0.05
"""Up to this share nearer or further, a place counts as far away as another."""


def ask_what_lies_between() -> None:
    """On the map with two numbers."""
    predict(
        "lies_between",
        f"On the map of *{TWO}*, walk from the middle of the {FROM}s to the right, to the large "
        f"{TO}. Which digit comes up on the way?",
        [*(a_digit(digit) for digit in THIRDS), "another digit", f"none but {FROM} and {TO}"],
        find_what_lies_between,
        lambda: MAP_OF.set(TWO),
    )


def find_what_lies_between() -> Answer:
    """The third digit that is read for most of the way."""
    key = KEYS[TWO]
    start, large = load_map(key).class_means[[FROM, TO]]
    end = torch.stack([large[0], start[1]])
    images = decode(shared_autoencoder(key).model, interpolate_linear(start, end, PLACES))
    reader = shared_reader(DEFAULT_MODEL)
    read = reader.probabilities(images[:, None]).argmax(axis=1).tolist()
    thirds = [digit for digit in read if digit not in (FROM, TO)]
    seen = (
        f"The *{MODELS[DEFAULT_MODEL].title}* reads on this way: "
        f"{', then '.join(a_digit(digit) for digit, _ in groupby(read))}."
    )
    if not thirds:
        return len(THIRDS) + 1, seen
    third = max(thirds, key=thirds.count)
    right = THIRDS.index(third) if third in THIRDS else len(THIRDS)
    return right, (
        f"{seen} Press in the middle of the {FROM}s (lower left) and move slowly to the right: the "
        f"{FROM} grows rounder and turns into {a_digit(third)} on its way to a {TO}. Between two "
        "kinds of digit there is often a third."
    )


def ask_how_far_the_middle_is(digit: LessonDigit) -> None:
    """Of the line between two random codes."""
    predict(
        "middle_of_the_way",
        "Walk in a straight line from one random place to another. How far from 0, the middle of "
        "the space, is one on the way?",
        ["nearer than at both ends", "as far as at the ends", "further than at both ends"],
        partial(find_how_far_the_middle_is, digit),
        _show_random_ends,
    )


def find_how_far_the_middle_is(digit: LessonDigit) -> Answer:
    """Of the ends that the page shows."""
    model = shared_autoencoder(KEYS[TWENTY]).model
    start, end = (code_of(one, digit, model)[0] for one in (WAY_FROM, WAY_TO))
    steps = WAY_STEPS.get()
    line, arc = (way_between(model, start, end, steps, bent).lengths for bent in (False, True))
    nearest, furthest = float(line.min()), float(line.max())
    ends = sorted([float(line[0]), float(line[-1])])
    seen = (
        f"On the line, the length ‖z‖ begins with {line[0]:.1f}, is {nearest:.1f} where it is "
        f"nearest to 0, and ends with {line[-1]:.1f}; on the arc it stays between "
        f"{arc.max():.1f} and {arc.min():.1f} all the way. Switch from *linear* to *spherical*."
    )
    if nearest < (1 - AS_FAR) * ends[0]:
        return 0, seen
    return 2 if furthest > (1 + AS_FAR) * ends[1] else 1, seen


def _show_random_ends() -> None:
    WAY_FROM.kind.set(SAMPLE)
    WAY_TO.kind.set(SAMPLE)
    WAY_KIND.set(LINEAR)


def ask_about_the_cold() -> None:
    """Temperature 0."""
    predict(
        "cold",
        "Move the temperature to 0, and press *Random z* three times. What do you see?",
        ["three different digits", "the same picture each time", "an empty picture"],
        find_what_the_cold_does,
        partial(roll, COLD),
    )


def find_what_the_cold_does() -> Answer:
    """Three rolls at temperature 0, and what a reader sees in more that are hotter."""
    first, *others = _rolled(3, COLD)
    same = all(torch.allclose(first, other, atol=LEVEL) for other in others)
    right = 2 if float(first.max()) < EMPTY else int(same)
    reader = shared_reader(DEFAULT_MODEL)
    kinds = {
        heat: set(reader.probabilities(_rolled(ROLLS, heat)[:, None]).argmax(axis=1).tolist())
        for heat in (COLD, WARM, HOT)
    }
    middle = ", ".join(map(a_digit, sorted(kinds[COLD])))
    return right, (
        f"At 0 the dice count for nothing: z is the middle of the space, a blurred mixture of all "
        f"digits, which is read as {middle}. The hotter it gets, the more different the digits "
        f"become: among {ROLLS} rolls there are {len(kinds[WARM])} kinds of digit at {WARM:g} and "
        f"{len(kinds[HOT])} at {HOT:g}, where some are bold and strange."
    )


def _rolled(count: int, temperature: float) -> torch.Tensor:
    model = shared_autoencoder(KEYS[TWENTY]).model
    codes = [random_code(model.latent_dim, seed, temperature) for seed in range(1, count + 1)]
    return decode(model, torch.stack(codes))
