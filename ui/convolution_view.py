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
    read_kernel,
    sum_channels,
    tinted,
    window_at,
)
from mnist_core.layers.convolution import Sliding, output_size, pad, same_padding
from mnist_core.models.registry import MODELS
from ui.figures.convolution import (
    INPUT,
    LEARNT,
    Slide,
    cell_colours,
    cell_texts,
    channel_grid,
    channel_sentences,
    kernel_strip,
    products_picture,
    same_sentence,
    scales,
    shared_limit,
    size_formula,
    slide_picture,
    written_sum,
)
from ui.lesson import LessonDigit
from ui.pictures import Pick, pickable, show_picture
from ui.runtime import shared_reader
from ui.state import (
    CHANNEL_BIAS,
    CHANNEL_CELL,
    CHANNELS_IN,
    CHANNELS_OUT,
    KERNEL,
    KERNEL_DILATION,
    KERNEL_EDITED,
    KERNEL_NUMBER,
    KERNEL_OF,
    KERNEL_PADDING,
    KERNEL_PROBLEM,
    KERNEL_SAME,
    KERNEL_SIZE,
    KERNEL_STANDARDISED,
    KERNEL_STRIDE,
    WINDOW,
    WINDOW_MOVES,
    Setting,
)
from ui.walk import Walk, walk_through

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
_CELLS_JS = """
export default function ({data, parentElement, setTriggerValue}) {
  const box = parentElement.querySelector(".kernel-box");
  if (box.dataset.count !== String(data.cells.length)) {
    box.dataset.count = data.cells.length;
    box.replaceChildren(...data.cells.map((cell, index) => {
      const input = document.createElement("input");
      input.setAttribute("aria-label", cell.name);
      input.autocomplete = "off";
      input.spellcheck = false;
      input.onfocus = () => input.select();
      if (index < data.cells.length - 1) return input;
      const label = document.createElement("label");
      label.append("+ bias b ", input);
      return label;
    }));
  }
  box.style.setProperty("--size", data.size);
  const inputs = [...box.querySelectorAll("input")];
  inputs.forEach((input, index) => {
    const cell = data.cells[index];
    input.style.background = cell.colour;
    input.style.color = cell.ink;
    const typing = input === document.activeElement && input.value !== input.dataset.shown;
    if (!typing && !data.has_problem || input.dataset.exact !== cell.exact)
      input.value = cell.text;
    input.dataset.exact = cell.exact;
    input.dataset.shown = cell.text;
    input.onchange = () => setTriggerValue("cells", inputs.map(
      (one) => one.value === one.dataset.shown ? one.dataset.exact : one.value));
  });
}
"""
_CELLS_CSS = """
.kernel-box { display: grid; grid-template-columns: repeat(var(--size), minmax(0, 1fr));
  gap: 3px; max-width: calc(var(--size) * 76px) }
.kernel-box input { width: 100%; min-width: 0; box-sizing: border-box; text-align: center;
  font: inherit; font-size: .9rem; font-variant-numeric: tabular-nums; color: inherit;
  padding: .45em 0; border: 1px solid rgba(128, 138, 160, .6); border-radius: 4px }
.kernel-box input:focus { outline: 2px solid var(--st-primary-color) }
.kernel-box label { grid-column: 1 / -1; white-space: nowrap; font-size: .9rem; min-width: 150px }
.kernel-box label input { width: 76px }
"""
_cells = st.components.v2.component(
    "kernel_cells",
    html='<div class="kernel-box"></div>',
    css=_CELLS_CSS,
    js=_CELLS_JS,
    isolate_styles=False,
)


@st.fragment
def one_kernel(digit: LessonDigit) -> None:
    """A kernel slides over one channel; its settings rerun this part alone."""
    start = st.pills(
        "Start from", [*PRESETS, LEARNT_START], required=True, default=KERNEL.default, wrap=True,
        key=KERNEL.key, bind="query-params", on_change=_forget_edits,
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
        _edit_cells(kernel, limit, edited is None)
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
        bind="query-params", on_change=_forget_problem,
    )  # fmt: skip
    if start == LEARNT_START:
        return _learnt()[KERNEL_NUMBER.get() - 1].resized(size)
    return Kernel(PRESETS[start](size))


def _choose_learnt() -> None:
    st.selectbox(
        "Network", NETWORKS, format_func=_title, key=KERNEL_OF.key, bind="query-params",
        on_change=_forget_edits,
    )  # fmt: skip
    kernels = _learnt()
    KERNEL_NUMBER.set(min(KERNEL_NUMBER.get(), len(kernels)))
    st.slider(
        "Which of its kernels", 1, len(kernels), key=KERNEL_NUMBER.key, bind="query-params",
        on_change=_forget_edits,
    )  # fmt: skip
    pickable(kernel_strip(kernels, KERNEL_NUMBER.get() - 1), "kernel_strip", _take_learnt)


def _learnt() -> list[Kernel]:
    """Raises WeightsUnusable."""
    return learnt_kernels(shared_reader(KERNEL_OF.get()).trained.model)


def _title(key: str) -> str:
    return f"{MODELS[key].title}, {MODELS[key].trained_on}"


def _take_learnt(pick: Pick) -> None:
    KERNEL_NUMBER.set(int(pick.part.removeprefix(LEARNT)) + 1)
    _forget_edits()


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
        stride = _small_slider("Stride s", 1, MOST_STRIDE, KERNEL_STRIDE)
        dilation = _small_slider("Dilation d", 1, MOST_DILATION, KERNEL_DILATION)
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


def _small_slider(label: str, least: int, most: int, setting: Setting[int]) -> int:
    with st.container(width=150):
        return st.slider(
            label, least, most, value=setting.default, key=setting.key, bind="query-params"
        )


def _edit_cells(kernel: Kernel, limit: float, is_chosen: bool) -> None:
    """The kernel as cells that can be written in."""
    st.markdown("**The kernel:** write your own numbers into its cells.")
    _cells(
        key="kernel_cells",
        data={
            "size": kernel.size,
            "has_problem": bool(KERNEL_PROBLEM.get()),
            "cells": [
                {"name": name, "text": text, "exact": exact, "colour": colour, "ink": ink}
                for (name, text, exact), (colour, ink) in zip(
                    cell_texts(kernel), cell_colours(kernel, limit), strict=True
                )
            ],
        },
        on_cells_change=_take_cells,
    )
    if KERNEL_PROBLEM.get():
        st.warning(KERNEL_PROBLEM.get(), icon=":material/edit_off:")
    if not is_chosen:
        st.button("Undo my changes", icon=":material/undo:", on_click=_forget_edits)


def _take_cells() -> None:
    texts = st.session_state["kernel_cells"].get("cells")
    try:
        KERNEL_EDITED.set(read_kernel(texts))
    except LayerImpossible as error:
        KERNEL_PROBLEM.set(str(error))
    else:
        KERNEL_PROBLEM.set("")


def _forget_edits() -> None:
    KERNEL_EDITED.set(None)
    _forget_problem()


def _forget_problem() -> None:
    KERNEL_PROBLEM.set("")


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


@st.fragment
def several_channels(digit: LessonDigit) -> None:
    """A digit in colour: every output channel adds up what all input channels give it."""
    with st.container(horizontal=True):
        c_in = _small_slider("Input channels", 1, 3, CHANNELS_IN)
        c_out = _small_slider("Output channels", 1, 4, CHANNELS_OUT)
        with st.container(width=220):
            bias = st.slider(
                "Bias b₁ of output channel 1", -1.0, 1.0, step=0.05, value=CHANNEL_BIAS.default,
                key=CHANNEL_BIAS.key, bind="query-params",
            )  # fmt: skip
    sums = sum_channels(tinted(digit.image[0, 0]), c_in, c_out, bias)
    rows, columns = sums.outputs.shape[1:]
    st.markdown(
        f"Kernels of shape $C_{{out}} × C_{{in}} × k × k$ = {c_out} × {c_in} × 3 × 3, "
        f"and {c_out} {'bias' if c_out == 1 else 'biases'}: **{sums.parameter_count} numbers** to "
        "learn. Stride 1, padding 1."
    )
    position = st.slider(
        "Marked cell, row by row", 0, rows * columns - 1, value=CHANNEL_CELL.default,
        key=CHANNEL_CELL.key, persist_state="session",
    )  # fmt: skip
    pickable(
        channel_grid(sums, position),
        "channel_grid",
        lambda pick: CHANNEL_CELL.set(position_at(pick.y, pick.x, rows, columns)),
    )
    show_picture(channel_sentences(sums, position), "channel_sums")
