"""The kernel as cells that a visitor can write in."""

import streamlit as st

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.kernels import Kernel, read_kernel
from ui.convolution.one_kernel_figures import cell_colours, cell_texts
from ui.shared.components.script import read_beside
from ui.shared.state import KERNEL_EDITED, KERNEL_PROBLEM

_cells = st.components.v2.component(
    "kernel_cells",
    html='<div class="kernel-box"></div>',
    css=read_beside(__file__, "kernel_cells.css"),
    js=read_beside(__file__, "kernel_cells.js"),
    isolate_styles=False,
)


def edit_cells(kernel: Kernel, limit: float, is_chosen: bool) -> None:
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
        st.button("Undo my changes", icon=":material/undo:", on_click=forget_edits)


def _take_cells() -> None:
    texts = st.session_state["kernel_cells"].get("cells")
    try:
        KERNEL_EDITED.set(read_kernel(texts))
    except LayerImpossible as error:
        KERNEL_PROBLEM.set(str(error))
    else:
        KERNEL_PROBLEM.set("")


def forget_edits() -> None:
    """The kernel is again the one that was chosen."""
    KERNEL_EDITED.set(None)
    forget_problem()


def forget_problem() -> None:
    """Say no more what was wrong with what was written."""
    KERNEL_PROBLEM.set("")
