"""What the visitor predicts on this page; each right answer is computed from the network."""

from functools import partial

from torch import Tensor, nn

from mnist_core.data.mnist import SIDE
from mnist_core.inside.shifts import first_maps_moved
from mnist_core.inside.stages import PICTURE, middle_field, silenced, stages_of
from mnist_core.inside.trace import Layer
from mnist_core.inside.units import most_negative_input
from ui.shared.inside.traced import model_of
from ui.shared.predict import Answer, predict
from ui.shared.session.networks import Network
from ui.shared.state import RIGHT_PX
from ui.through_the_network.network import choose

MOVED_PX = 2
FEW, MANY = 0.25, 0.5


def ask_how_much_is_seen(network: Network, layers: list[Layer]) -> None:
    """About the receptive fields of the blocks."""
    predict(
        "how_much_is_seen",
        "A unit of the first block sees a window of your digit. And a unit of a later block?",
        ["a window of the same size", "a larger window", "no window: each sees everything"],
        partial(find_how_much_is_seen, network, layers),
    )


def find_how_much_is_seen(network: Network, layers: list[Layer]) -> Answer:
    """The sides of the fields in the middle, block by block."""
    model, outputs = model_of(network), {layer.name: layer.outputs for layer in layers}
    stages = [stage for stage in stages_of(model) if stage.name != PICTURE]
    sides = [middle_field(model, stage, outputs[stage.end]).width for stage in stages]
    said = ", ".join(
        f"*{stage.name}* {side} × {side}" for stage, side in zip(stages, sides, strict=True)
    )
    right = 2 if min(sides) == SIDE else int(sides[-1] > sides[0])
    return right, (
        f"Pixels that a unit in the middle sees: {said}. A unit sees more, the more windows lie "
        "before it. Click into the middle of a map of each block: the violet frame on the digit "
        "shows it."
    )


def ask_where_edges_go(network: Network, image: Tensor) -> None:
    """image: (1, 1, 28, 28)."""
    predict(
        "where_edges_go",
        f"The digit moves by {MOVED_PX} pixels to the right. What do the maps of the first block "
        "do?",
        ["they stay as they are", "they move along", "all their numbers become others"],
        partial(find_where_edges_go, network, image),
        lambda: RIGHT_PX.set(MOVED_PX),
    )


def find_where_edges_go(network: Network, image: Tensor) -> Answer:
    """Which is nearest to the maps of the moved digit: those before, those before moved, or none.

    Of the first convolution, or the first linear layer, before any pooling.
    """
    found = first_maps_moved(model_of(network), image, MOVED_PX)
    if found.along is None:
        return 2, (
            "This network has no maps: each of its numbers has weights for fixed pixels. Together "
            f"they change by {found.stay * 100:.0f} % of what they were."
        )
    return int(found.along < found.stay), (
        f"From the maps before, they are off by {found.stay * 100:.0f} %; from the maps before, "
        f"moved along by {MOVED_PX}, by {found.along * 100:.0f} %. A convolution does the same at "
        "every place. The ten probabilities at the end hardly change."
    )


def ask_what_relu_silences(layers: list[Layer]) -> None:
    """About the first ReLU."""
    predict(
        "silenced",
        "Of how many numbers does the first ReLU make 0, for your digit?",
        [f"less than {FEW * 100:.0f} %", "in between", f"more than {MANY * 100:.0f} %"],
        partial(find_what_relu_silences, layers),
        partial(show_silenced, layers),
    )


def find_what_relu_silences(layers: list[Layer]) -> Answer:
    """Counted in this network."""
    relu = first_relu(layers)
    if relu is None:
        return 0, "This network has no ReLU, so none."
    share = silenced(relu.inputs)
    return (0 if share < FEW else 1 if share <= MANY else 2), (
        f"{share * 100:.0f} % of its {relu.outputs[0].numel()} inputs are not above 0. Beside the "
        "maps you see one of them: what comes before ReLU is negative, and it makes 0 of it."
    )


def show_silenced(layers: list[Layer]) -> None:
    """Choose the unit whose input is the most negative."""
    relu = first_relu(layers)
    if relu is not None:
        choose(most_negative_input(relu))


def first_relu(layers: list[Layer]) -> Layer | None:
    """None where the network has none."""
    return next((layer for layer in layers if isinstance(layer.module, nn.ReLU)), None)
