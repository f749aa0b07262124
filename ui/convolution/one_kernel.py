"""The two parts of the convolution lesson: one kernel on its way, and sums over channels."""

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
from mnist_core.inside.first_layer import learnt_kernels
from mnist_core.layers.convolution import Sliding, output_size, pad, same_padding
from mnist_core.models.registry import MODELS
from ui.convolution.channels import small_slider
from ui.convolution.figures import shared_limit
from ui.convolution.kernel_cells import edit_cells, forget_edits, forget_problem
from ui.convolution.one_kernel_figures import (
    INPUT,
    LEARNT,
    Slide,
    kernel_strip,
    products_picture,
    same_sentence,
    scales,
    size_formula,
    slide_picture,
    written_sum,
)
from ui.shared.components.pictures import Pick, pickable, show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.lesson import section
from ui.shared.process import shared_reader
from ui.shared.state import (
    KERNEL,
    KERNEL_DILATION,
    KERNEL_EDITED,
    KERNEL_NUMBER,
    KERNEL_OF,
    KERNEL_PADDING,
    KERNEL_SAME,
    KERNEL_SIZE,
    KERNEL_STANDARDISED,
    KERNEL_STRIDE,
    WINDOW,
    WINDOW_MOVES,
)
from ui.shared.walk import Walk, walk_through
from ui.shared.widgets import pick, pills, slide, slide_up_to, toggle

LEARNT_START = "Learnt"
NETWORKS = ["deep_cnn_pen", "deep_cnn", "convnet"]
LARGEST_KERNEL = 7
MOST_STRIDE, MOST_DILATION = 4, 5
WALK = Walk(WINDOW, WINDOW_MOVES)
SAYS = {
    "Identity": "1 in the middle and 0 elsewhere: every cell stays as it is.",
    "Blur": "Every weight is 1/k²: each cell becomes the mean of all cells under the kernel.",
    "Sharpen": "Twice the picture less its blur: what stands out from its surroundings grows.",
    "Edges": "k² − 1 in the middle and −1 elsewhere: 0 wherever all cells are equally bright.",
    "Emboss": "Lower right against upper left, as if light fell on a relief from one side.",
    LEARNT_START: "Nobody wrote these weights: the network found them in training. At stride and "
    "dilation 1, on the standardised picture, the output is a map of its first layer (which has "
    "padding 1 in the deep networks and 0 in the small one).",
}
EDITED = "Your own weights: you began with *{start}* and have changed it."


@section
def one_kernel(digit: LessonDigit) -> None:
    """A kernel slides over one channel; its settings rerun this part alone."""
    starts = [*PRESETS, LEARNT_START]
    start = pills(KERNEL, "Start from", starts, wrap=True, on_change=forget_edits)
    edited = KERNEL_EDITED.get()
    st.caption(SAYS[start] if edited is None else EDITED.format(start=start))
    settings, shown = st.columns([340, 720], gap="large")
    with settings:
        chosen = _choose_kernel(start)
        kernel = chosen if edited is None else edited.resized(chosen.size)
        cells = st.container()
        picture, is_grey = _choose_scale(digit.image)
    problem = ""
    try:
        with settings:
            sliding = _choose_sliding(kernel.size)
        outputs = kernel.over(picture, sliding)
    except LayerImpossible as error:
        problem, outputs = str(error), kernel.weights
    limit = shared_limit(outputs, kernel.weights)
    with cells:
        edit_cells(kernel, limit, edited is None)
    with shown:
        if problem:
            st.warning(problem, icon=":material/block:")
            return
        st.markdown(size_formula(len(picture), kernel.size, sliding))
        every = WALK.run_every
        st.fragment(_window_on_its_way, run_every=every)(picture, kernel, sliding, limit, is_grey)


def _choose_kernel(start: str) -> Kernel:
    """Raises WeightsUnusable."""
    if start == LEARNT_START:
        _choose_learnt()
    size = slide(KERNEL_SIZE, "Kernel size k", 1, LARGEST_KERNEL, on_change=forget_problem)
    if start == LEARNT_START:
        return _learnt()[KERNEL_NUMBER.get() - 1].resized(size)
    return Kernel(PRESETS[start](size))


def _choose_learnt() -> None:
    titles = {key: f"{MODELS[key].title}, {MODELS[key].trained_on}" for key in NETWORKS}
    pick(KERNEL_OF, "Network", titles, on_change=forget_edits)
    kernels = _learnt()
    number = slide_up_to(
        KERNEL_NUMBER, "Which of its kernels", 1, len(kernels), on_change=forget_edits
    )
    pickable(kernel_strip(kernels, number - 1), "kernel_strip", _take_learnt)


def _learnt() -> list[Kernel]:
    """Raises WeightsUnusable."""
    return learnt_kernels(shared_reader(KERNEL_OF.get()).trained.model)


def _take_learnt(pick: Pick) -> None:
    KERNEL_NUMBER.set(int(pick.part.removeprefix(LEARNT)) + 1)
    forget_edits()


def _choose_scale(image_01: Tensor) -> tuple[Tensor, bool]:
    """What the kernel looks at, (28, 28), and whether it is still grey from 0 to 1."""
    if KERNEL.get() != LEARNT_START:
        return image_01[0, 0], True
    standardised = toggle(
        KERNEL_STANDARDISED,
        "Standardise the picture first",
        help="As the network does: it takes the mean of all training pixels off and divides by "
        "their standard deviation.",
    )
    if not standardised:
        return image_01[0, 0], True
    model = shared_reader(KERNEL_OF.get()).trained.model
    return model.get_submodule("standardise")(image_01)[0, 0], False


def _choose_sliding(kernel_size: int) -> Sliding:
    """Raises LayerImpossible for “same” padding at another stride than 1."""
    row = st.container(horizontal=True)
    with row:
        stride = small_slider(KERNEL_STRIDE, "Stride s", 1, MOST_STRIDE)
        dilation = small_slider(KERNEL_DILATION, "Dilation d", 1, MOST_DILATION)
    same = toggle(KERNEL_SAME, "“Same” padding: keep the size")
    padding = slide_up_to(KERNEL_PADDING, "Padding p", 0, kernel_size, disabled=same)
    st.caption(same_sentence(kernel_size, dilation))
    if same:
        return Sliding(same_padding(kernel_size, dilation, stride), stride, dilation)
    return Sliding((padding, padding), stride, dilation)


def _window_on_its_way(
    picture: Tensor, kernel: Kernel, sliding: Sliding, limit: float, is_grey: bool
) -> None:
    """The pictures that follow the window; the slider reruns only this."""
    outputs = kernel.over(picture, sliding)
    position = walk_through(WALK, outputs.numel(), "Position of the window, row by row")
    window = window_at(picture, kernel, sliding, position)
    input_limit = None if is_grey else shared_limit(picture)
    slide = Slide(pad(picture, sliding), outputs, window, sliding, limit, input_limit)
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
