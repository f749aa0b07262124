"""The two parts of the convolution lesson: one kernel on its way, and sums over channels."""

from collections.abc import Callable

import streamlit as st
from torch import Tensor

from mnist_core.errors import LayerImpossible, MnistLabError
from mnist_core.experiments.kernels import (
    PRESETS,
    Kernel,
    learnt_kernels,
    position_at,
    position_over,
    window_at,
)
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


@st.fragment
def one_kernel(digit: LessonDigit) -> None:
    """A kernel slides over one channel; its settings rerun this part alone."""
    start = st.pills(
        "Start from", [*PRESETS, LEARNT_START], required=True, default=KERNEL.default, wrap=True,
        key=KERNEL.key, bind="query-params", on_change=forget_edits,
    )  # fmt: skip
    st.caption(SAYS[start])
    settings, shown = st.columns([340, 720], gap="large")
    try:
        with settings:
            chosen = _choose_kernel(start)
            edited = KERNEL_EDITED.get()
            kernel = chosen if edited is None else edited.resized(chosen.size)
            cells = st.container()
            picture, is_grey = _choose_scale(digit.image)
    except MnistLabError as error:
        st.error(str(error), icon=":material/error:")
        return
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
    size = st.slider(
        "Kernel size k", 1, LARGEST_KERNEL, value=KERNEL_SIZE.default, key=KERNEL_SIZE.key,
        bind="query-params", on_change=forget_problem,
    )  # fmt: skip
    if start == LEARNT_START:
        return _learnt()[KERNEL_NUMBER.get() - 1].resized(size)
    return Kernel(PRESETS[start](size))


def _choose_learnt() -> None:
    st.selectbox(
        "Network", NETWORKS, format_func=_title, key=KERNEL_OF.key, bind="query-params",
        on_change=forget_edits,
    )  # fmt: skip
    kernels = _learnt()
    KERNEL_NUMBER.set(min(KERNEL_NUMBER.get(), len(kernels)))
    st.slider(
        "Which of its kernels", 1, len(kernels), key=KERNEL_NUMBER.key, bind="query-params",
        on_change=forget_edits,
    )  # fmt: skip
    pickable(kernel_strip(kernels, KERNEL_NUMBER.get() - 1), "kernel_strip", _take_learnt)


def _learnt() -> list[Kernel]:
    """Raises WeightsUnusable."""
    return learnt_kernels(shared_reader(KERNEL_OF.get()).trained.model)


def _title(key: str) -> str:
    return f"{MODELS[key].title}, {MODELS[key].trained_on}"


def _take_learnt(pick: Pick) -> None:
    KERNEL_NUMBER.set(int(pick.part.removeprefix(LEARNT)) + 1)
    forget_edits()


def _choose_scale(image_01: Tensor) -> tuple[Tensor, bool]:
    """What the kernel looks at, (28, 28), and whether it is still grey from 0 to 1."""
    if KERNEL.get() != LEARNT_START:
        return image_01[0, 0], True
    standardised = st.toggle(
        "Standardise the picture first", value=KERNEL_STANDARDISED.default,
        key=KERNEL_STANDARDISED.key, persist_state="session",
        help="As the network does: it takes the mean of all training pixels off and divides by "
        "their standard deviation.",
    )  # fmt: skip
    if not standardised:
        return image_01[0, 0], True
    model = shared_reader(KERNEL_OF.get()).trained.model
    return model.get_submodule("standardise")(image_01)[0, 0], False


def _choose_sliding(kernel_size: int) -> Sliding:
    """Raises LayerImpossible for “same” padding at another stride than 1."""
    row = st.container(horizontal=True)
    with row:
        stride = small_slider("Stride s", 1, MOST_STRIDE, KERNEL_STRIDE)
        dilation = small_slider("Dilation d", 1, MOST_DILATION, KERNEL_DILATION)
    same = st.toggle(
        "“Same” padding: keep the size", value=KERNEL_SAME.default, key=KERNEL_SAME.key,
        bind="query-params",
    )  # fmt: skip
    KERNEL_PADDING.set(min(KERNEL_PADDING.get(), kernel_size))
    padding = st.slider(
        "Padding p", 0, kernel_size, key=KERNEL_PADDING.key, bind="query-params", disabled=same
    )
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
