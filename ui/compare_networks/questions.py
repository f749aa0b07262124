"""What the visitor predicts on this page; the right answer is computed from both networks."""

from functools import partial

from torch import Tensor

from mnist_core.inside.saliency import probabilities_of
from mnist_core.pictures.changes import move
from ui.compare_networks.compare import Pair
from ui.shared.predict import Answer, predict
from ui.shared.state import RIGHT_PX

MOVED_PX = 5
WHICH = ["both", "only the first", "only the second", "neither"]


def ask_who_reads_on(pair: Pair, image: Tensor) -> None:
    """image: (1, 1, 28, 28), as the visitor has chosen it, before any change."""
    predict(
        "who_reads_on",
        f"The digit moves {MOVED_PX} pixels to the right. Which of the two networks still reads "
        "what it read before?",
        WHICH,
        partial(find_who_reads_on, pair, image),
        lambda: RIGHT_PX.set(MOVED_PX),
    )


def find_who_reads_on(pair: Pair, image: Tensor) -> Answer:
    """By moving it."""
    moved = move(image, MOVED_PX, 0)
    read = [
        [int(probabilities_of(network.model, each).argmax()) for each in (image, moved)]
        for network in pair
    ]
    first, second = (before == after for before, after in read)
    right = {(True, True): 0, (True, False): 1, (False, True): 2}.get((first, second), 3)
    said = "; the second ".join(f"{before} before and {after} after" for before, after in read)
    return right, (
        f"As the likeliest digit the first reads {said}. A network with convolutions does the same "
        "at every place; one without them has to learn each place by itself. The bars show how "
        "sure both are now."
    )
