"""The main figure: a kernel on its way over the digit, its cells, and what they make."""

from collections.abc import Callable

import streamlit as st
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.kernels import (
    PRESETS,
    Kernel,
    position_at,
    position_over,
    window_at,
)
from mnist_core.layers.convolution import Sliding, output_size, pad
from ui.convolution.figures import shared_limit
from ui.convolution.kernel_cells import edit_cells, forget_edits
from ui.convolution.learnt import LEARNT_START, Chosen, chosen_learnt
from ui.convolution.one_kernel_figures import (
    INPUT,
    Slide,
    products_picture,
    scales,
    slide_picture,
    written_sum,
)
from ui.convolution.sliding import chosen_size, chosen_sliding
from ui.shared.components.pictures import Pick, pickable, show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import KERNEL, KERNEL_EDITED, WINDOW, WINDOW_MOVES
from ui.shared.walk import Walk, walk_through
from ui.shared.widgets import pills

WALK = Walk(WINDOW, WINDOW_MOVES)
SAYS = {
    "Identity": "1 in the middle and 0 elsewhere: every cell stays as it is.",
    "Blur": "Every weight is 1/k²: each cell becomes the mean of all cells under the kernel.",
    "Sharpen": "Twice the picture less its blur: what stands out from its surroundings grows.",
    "Edges": "k² − 1 in the middle and −1 elsewhere: 0 wherever all cells are equally bright.",
    "Emboss": "Lower right against upper left, as if light fell on a relief from one side.",
    LEARNT_START: "Nobody wrote these weights: a network found them in training. The chapter "
    "*Idea* has the others.",
}
EDITED = "Your own weights: you began with *{start}* and have changed it."


@section
def one_kernel(digit: LessonDigit) -> None:
    """A kernel slides over one channel; what starts it reruns this part alone."""
    starts = [*PRESETS, LEARNT_START]
    start = pills(KERNEL, "Start from", starts, on_change=forget_edits)
    edited = KERNEL_EDITED.get()
    chosen = _chosen(start, digit.image)
    kernel = chosen.kernel if edited is None else edited.resized(chosen.kernel.size)
    problem = ""
    try:
        sliding = chosen_sliding(kernel.size)
        outputs = kernel.over(chosen.picture, sliding)
    except LayerImpossible as error:
        problem, outputs = str(error), kernel.weights
    limit = shared_limit(outputs, kernel.weights)
    shown, cells = st.columns([720, 340], gap="large")
    with cells:
        say(SAYS[start] if edited is None else EDITED.format(start=start), small=True)
        edit_cells(kernel, limit, edited is None)
    with shown:
        if problem:
            st.warning(problem, icon=":material/block:")
            return
        on_its_way = st.fragment(_window_on_its_way, run_every=WALK.run_every)
        on_its_way(chosen.picture, kernel, sliding, limit, chosen.is_standardised)


def _chosen(start: str, image_01: Tensor) -> Chosen:
    """Raises WeightsUnusable."""
    size = chosen_size()
    if start == LEARNT_START:
        learnt = chosen_learnt(image_01)
        return Chosen(learnt.kernel.resized(size), learnt.picture, learnt.is_standardised)
    return Chosen(Kernel(PRESETS[start](size)), image_01[0, 0], False)


def _window_on_its_way(
    picture: Tensor, kernel: Kernel, sliding: Sliding, limit: float, is_standardised: bool
) -> None:
    """The pictures that follow the window; the slider reruns only this."""
    place = st.container()
    outputs = kernel.over(picture, sliding)
    position = walk_through(WALK, outputs.numel(), "Position of the window, row by row")
    window = window_at(picture, kernel, sliding, position)
    input_limit = shared_limit(picture) if is_standardised else None
    slide = Slide(pad(picture, sliding), outputs, window, sliding, limit, input_limit)
    with place:
        pickable(slide_picture(slide), "kernel_slide", _move_to(picture, kernel, sliding))
    show_picture(
        f"{products_picture(slide)}{written_sum(window)}{scales(slide)}", "kernel_products"
    )


def _move_to(picture: Tensor, kernel: Kernel, sliding: Sliding) -> Callable[[Pick], None]:
    height, width = picture.shape

    def move(pick: Pick) -> None:
        if pick.part == INPUT:
            place = position_over(pick.y, pick.x, (height, width), kernel.size, sliding)
        else:
            rows, columns = (output_size(n, kernel.size, sliding) for n in (height, width))
            place = position_at(pick.y, pick.x, rows, columns)
        WALK.position.set(place)

    return move
