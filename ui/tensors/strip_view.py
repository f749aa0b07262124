"""A digit, what an operation makes of it and the strip that both read, to point at and to change.

Pointing and writing happen in the browser.
"""

from typing import Any

import streamlit as st
from torch import Tensor

from mnist_core.experiments.tensors.strip import Layout, Operation
from ui.shared.components.script import read_beside

_component = st.components.v2.component(
    "strip_view",
    html=read_beside(__file__, "strip_view.html"),
    css=read_beside(__file__, "strip_view.css"),
    js=read_beside(__file__, "strip_view.js"),
)


def strip_view(digit: Tensor, operation: Operation, layout: Layout, key: str) -> None:
    """digit: (28, 28) in [0, 1]; layout: what the operation gave of it."""
    _component(key=key, data=strip_data(digit, operation, layout))


def strip_data(digit: Tensor, operation: Operation, layout: Layout) -> dict[str, Any]:
    """What the browser gets."""
    reads = layout.reads.tolist()
    return {
        "strip": [round(value, 3) for value in digit.flatten().tolist()],
        "code": operation.code,
        "size": list(layout.size),
        "isView": layout.is_view,
        "reads": reads,
        "first": int(digit.flatten()[layout.reads].argmax()),
        "facts": facts(operation, layout),
        "alt": f"Which numbers of the strip {operation.code} reads, in which order: "
        f"{len(set(reads))} of {digit.numel()}, beginning with number {reads[0]}.",
    }


def facts(operation: Operation, layout: Layout) -> str:
    """The statements of Python about the result, each with what it gives."""
    whose = "(a view)" if layout.is_view else "(a copy)"
    rows = {
        "y.shape": layout.size,
        "y.stride()": layout.stride,
        "y.storage_offset()": layout.offset,
        "y.is_contiguous()": layout.is_contiguous,
        "same_strip(x, y)": f"{layout.is_view}  {whose}",
    }
    return "\n".join(
        [f"y = {operation.code}", *(f"{code:19} → {gives}" for code, gives in rows.items())]
    )
