"""The loss landscape: slices of a real network's loss, and its training on one of them."""

from mnist_core.inside.learning.landscape import (
    along_path,
    loss_at,
    loss_slice,
    path_plane,
    random_plane,
)
from ui.loss_landscape.questions import ask_which_is_lower
from ui.loss_landscape.slice import landscape
from ui.loss_landscape.words import idea, in_numbers
from ui.loss_landscape.yours import yours
from ui.shared.chapters import Chapter, chapters
from ui.shared.lesson import open_lesson, show_code
from ui.shared.tour.stops import LOSS_LANDSCAPE


def experts() -> None:
    """The visitor's own training, and the code."""
    yours()
    show_code(random_plane, path_plane, loss_at, loss_slice, along_path)


open_lesson(LOSS_LANDSCAPE)
landscape()
ask_which_is_lower()
chapters(Chapter(idea), Chapter(in_numbers), Chapter(experts))
