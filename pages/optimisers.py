"""Optimisers: a race down a surface, what each of them remembers, and how fast theory says."""

from mnist_core.experiments.descent.convergence import best_heavy_ball, measured_rate
from mnist_core.experiments.descent.lbfgs import lbfgs_path
from mnist_core.experiments.descent.optimisers import (
    adadelta,
    adagrad,
    adam,
    momentum,
    nesterov,
    path,
    rmsprop,
    sgd,
)
from ui.optimisers.conventions import conventions
from ui.optimisers.helps import helps
from ui.optimisers.questions import ask_about_the_correction, ask_who_is_first
from ui.optimisers.race import race
from ui.optimisers.rate import predicted_and_measured
from ui.optimisers.rules import in_formulas, in_words
from ui.shared.chapters import Chapter, chapters
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import RACE_BETA, RACE_KAPPA
from ui.shared.tour.stops import OPTIMISERS


def idea() -> None:
    """What each optimiser does, and two helps."""
    in_words()
    helps()


def numbers() -> None:
    """The formulas, and the rate that theory predicts."""
    in_formulas()
    predicted_and_measured()


def experts() -> None:
    """Conventions that part, and the code."""
    conventions()
    ask_about_the_correction()
    show_code(
        sgd, momentum, nesterov, adagrad, rmsprop, adam, adadelta, lbfgs_path, path,
        best_heavy_ball, measured_rate,
    )  # fmt: skip


open_lesson(OPTIMISERS)
race()
ask_who_is_first()
chapters(Chapter(idea), Chapter(numbers, [RACE_KAPPA, RACE_BETA]), Chapter(experts))
