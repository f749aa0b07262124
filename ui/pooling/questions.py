"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.errors import MnistLabError
from mnist_core.inside.shifts import shift_stages
from mnist_core.layers.pooling import Pooling, max_pool, mean_pool, min_pool
from mnist_core.models.registry import DEFAULT_MODEL
from ui.shared.predict import Answer, predict
from ui.shared.process import shared_reader
from ui.shared.state import POOL_KERNEL, POOL_PADDING, POOL_STRIDE, SHIFT_RIGHT

POOLINGS = {"max": max_pool, "min": min_pool, "mean": mean_pool}
THICK = Pooling(3, 1)
TOO_MUCH = Pooling(3, 1, 2)
SIDE = 28


def ask_what_thickens(picture: Tensor) -> None:
    """picture: (28, 28) in [0, 1]."""
    predict(
        "thickens",
        "A window of 3 × 3 cells moves on by one cell at a time. Which pooling makes the stroke "
        "thicker?",
        [f"{name} pooling" for name in POOLINGS],
        partial(find_thickest, picture),
        _show_thick,
    )


def find_thickest(picture: Tensor) -> Answer:
    """The one after which there is most ink."""
    ink = [float(pool(picture, THICK).sum()) for pool in POOLINGS.values()]
    height, width = THICK.output_shape(SIDE, SIDE)
    sums = ", ".join(f"{total:.0f} after {name}" for name, total in zip(POOLINGS, ink, strict=True))
    return ink.index(max(ink)), (
        f"Ink in all cells together: {float(picture.sum()):.0f} before, {sums} pooling. The "
        "largest value of a window spreads, the smallest eats thin strokes up, the mean blurs. "
        f"All three are {height} × {width}, for {SIDE} − 3 + 1 = {height}."
    )


def _show_thick() -> None:
    POOL_KERNEL.set(THICK.axes[0].kernel)
    POOL_STRIDE.set(THICK.axes[0].stride)
    POOL_PADDING.set(0)


def ask_what_stays(image: Tensor) -> None:
    """image: (1, 1, 28, 28)."""
    predict(
        "shift_stays",
        "The digit moves by one pixel to the right. What changes least?",
        ["the picture", "the maps after the first max pooling", "the ten probabilities"],
        partial(find_what_stays, image),
        lambda: SHIFT_RIGHT.set(1),
    )


def find_what_stays(image: Tensor) -> Answer:
    """As the network that reads on the first page has it."""
    reader = shared_reader(DEFAULT_MODEL)
    stages = shift_stages(reader.model, image, 1, 0, reader.temperature)
    asked = [stages[0], next(one for one in stages if "pooling" in one.title), stages[-1]]
    changes = [stage.change for stage in asked]
    said = ", ".join(f"{one.title}: {one.change * 100:.1f} %" for one in asked)
    return changes.index(min(changes)), (
        f"{said}. Read the bars from top to bottom, then move the digit by 2: nearly all bars are "
        "longer, and the digit that is read nearly always stays."
    )


def ask_what_is_refused() -> None:
    """About too much padding."""
    predict(
        "too_much_padding",
        "The kernel is 3 and the padding 2, so that a window in the corner sees one cell of the "
        "picture. What does PyTorch do?",
        ["it computes the maximum of that cell", "it refuses"],
        find_what_is_refused,
    )


def find_what_is_refused() -> Answer:
    """By trying it."""
    try:
        TOO_MUCH.output_shape(SIDE, SIDE)
    except MnistLabError as error:
        return 1, (
            f"“{error}” PyTorch allows half a kernel of padding and no more, although a window "
            "sees nothing but padding only when there is as much of it as the kernel is wide."
        )
    return 0, "The window has something to see."
