"""The main figure: the digit's rows arrive one after another, and the answer follows."""

from typing import Any

import streamlit as st
from torch import Tensor

from mnist_core.inside.rows import RowsRead, read_rows
from mnist_core.models.rnn import RNN
from ui.shared.components.script import read_beside
from ui.shared.figures.colours import NEGATIVE, POSITIVE
from ui.shared.process import shared_reader

NETWORK = "rnn"
COLUMNS = 16
MARKED = (139, 99, 217)
"""Violet, of the row that has just been read."""
_component = st.components.v2.component(
    "row_by_row",
    html=read_beside(__file__, "rows.html"),
    css=read_beside(__file__, "rows.css"),
    js=read_beside(__file__, "rows.js"),
)


def read_here(image: Tensor) -> RowsRead:
    """By the shipped network, at its temperature; image: (1, 1, 28, 28)."""
    return read_rows(network(), image, shared_reader(NETWORK).temperature)


def network() -> RNN:
    """The shipped one. Raises WeightsUnusable."""
    model = shared_reader(NETWORK).model
    assert isinstance(model, RNN)
    return model


def row_by_row(image: Tensor) -> RowsRead:
    """Shows the digit while it is read; returns what was read."""
    read = read_here(image)
    _component(key="rows", data=rows_data(image, read))
    return read


def rows_data(image: Tensor, read: RowsRead) -> dict[str, Any]:
    """What the browser shows: pixels 0 to 255, the memory in hundredths, ten probabilities."""
    hidden = read.states.shape[1]
    return {
        "pixels": (image[0, 0] * 255).round().int().flatten().tolist(),
        "states": (read.states * 100).round().int().tolist(),
        "probabilities": [[round(p, 5) for p in row] for row in read.probabilities.tolist()],
        "columns": COLUMNS,
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "marked": MARKED,
        "caption": f"Its memory: {hidden} numbers from −1 (blue) to 1 (orange), and nothing else.",
    }
