"""Three maps that explain an answer, side by side, and which answer they explain."""

import numpy as np
from torch import Tensor

from mnist_core.inside.saliency import class_gradient, grad_cam, on_picture
from mnist_core.inside.trace import blocks_of
from mnist_core.layers.activations import none_stands_out
from mnist_core.words import percent
from ui.shared.components.pictures import show_picture
from ui.shared.figures.explained import LEAST_LIMIT, explained_map, full_limit
from ui.shared.figures.html import Values, equal_columns, figure, grid
from ui.shared.figures.pixel_maps import Look
from ui.shared.glossary import say
from ui.shared.inside.answer import UNSURE
from ui.shared.inside.traced import model_of
from ui.shared.session.networks import Network
from ui.shared.state import EXPLAINED, WINDOW_PX, WINDOW_STEP_PX
from ui.shared.widgets import pills
from ui.why_this_answer.occlusion import LEAST_DROP, cached_occlusion

ITS_ANSWER = EXPLAINED.default
MAP_PX = 280
MISSING = "What if this were missing?"
SAYS = """
**Orange** speaks for {digit}, **blue** against it. Each map has a scale of its own; *By the
numbers* names it.
"""
EMPTY = """
All maps are empty: neither a little more ink nor a covered part changes what the network says of
this digit.
"""


def choose_explained(probabilities: Tensor) -> int:
    """Which digit's score is explained."""
    chosen = pills(EXPLAINED, "What speaks for …", [ITS_ANSWER, *map(str, range(10))])
    return int(probabilities.argmax()) if chosen == ITS_ANSWER else int(chosen)


def show_maps(network: Network, image_01: Tensor, probabilities: Tensor, asked: int) -> None:
    """What it reads, and three maps of what speaks for `asked`."""
    say(answer_in_words(probabilities, asked))
    ink = image_01[0, 0].numpy()
    maps = maps_of(network, image_01, asked)
    cells = "".join(
        figure(_map(title, values, ink, asked), f"<b>{title}</b>", above=True)
        for title, values in maps.items()
    )
    show_picture(grid(cells, equal_columns(3, f"{MAP_PX}px"), "12px"), key="explained")
    is_empty = all(np.abs(values).max() < least_of(title) for title, values in maps.items())
    say(EMPTY if is_empty else SAYS.format(digit=asked), small=True)


def answer_in_words(probabilities: Tensor, asked: int) -> str:
    """What the network reads, and how probable it is."""
    answer = int(probabilities.argmax())
    chance = percent(float(probabilities[answer]))
    other = f", and {asked} with {percent(float(probabilities[asked])) or '0 %'}"
    if none_stands_out(probabilities):
        says = f"The network {UNSURE}: none of the ten stands out. Its best guess is {answer}"
    else:
        says = f"The network reads **{answer}**"
    return (
        f"{says} with a probability of {chance}{other if asked != answer else ''}. "
        f"The maps explain its score for **{asked}**."
    )


def maps_of(network: Network, image_01: Tensor, asked: int) -> dict[str, Values]:
    """By the question that each answers: maps (28, 28), any sign; two without convolutions."""
    maps = {"Would more ink here help?": class_gradient(network.model, image_01, asked).numpy()}
    found = cached_occlusion(network, image_01, WINDOW_PX.default, WINDOW_STEP_PX.default)
    maps[MISSING] = found.drop(asked).float().numpy()
    model = model_of(network)
    ends = [block.end for block in blocks_of(model) if block.is_convolution]
    if ends:
        cells = grad_cam(model, image_01, asked, ends[-1])
        maps["Where does it look?"] = on_picture(model, ends[-1], cells).numpy()
    return maps


def least_of(title: str) -> float:
    """What gets the strongest colour at least, so that next to nothing looks like that."""
    return LEAST_DROP if title == MISSING else LEAST_LIMIT


def _map(title: str, values: Values, ink: Values, asked: int) -> str:
    look = Look(f"{title} Map for {asked}", width_px=MAP_PX)
    return explained_map(values, full_limit(values, least=least_of(title)), ink, look)
