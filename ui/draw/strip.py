"""One strip from the drawing to the digit: what the network makes of it on the way."""

from typing import TypeGuard

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from mnist_core.inside.stages import EDGES, PARTS
from mnist_core.inside.strip import glances_of, maps_at
from mnist_core.inside.trace import can_be_traced
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.image_files import encode_png
from mnist_core.reading import DigitReader, Reading, Verdict
from ui.draw.answer import answer_of
from ui.draw.strip_figures import maps_png
from ui.shared.components.script import read_beside
from ui.shared.figures.html import address

DRAWING, SEEN, DIGIT = "drawing", "seen", "digit"
NAMES = {
    DRAWING: ("Your drawing", "What was drawn"),
    SEEN: ("28 × 28 pixels", "The 28 by 28 pixels that the network sees, light ink on black"),
    EDGES: ("Edges", "Four maps of the network's first layer: where it finds edges"),
    PARTS: ("Parts", "Nine maps of a later layer: where it finds parts of digits"),
    DIGIT: ("Digit", ""),
}  # fmt: skip
"""Of each station: its name, and what its picture shows."""
THUMBNAIL_PX = 56
_strip = st.components.v2.component(
    "strip",
    html='<div class="strip"></div>',
    css=read_beside(__file__, "strip.css"),
    js=read_beside(__file__, "moment.js", "strip.js"),
    isolate_styles=False,
)


def show_strip(
    reader: DigitReader | None, reading: Reading | None, picture: NDArray[np.uint8] | None
) -> None:
    """The stations from the picture to the digit; while the hand writes, the hand's pictures."""
    pictures: dict[str, str] = {}
    if reader is not None and reading is not None and picture is not None:
        pictures = pictures_of(reader, reading, picture)
    stations = stations_of(None if reader is None else reader.model)
    _strip(
        key="strip",
        data={
            "stations": [(name, *NAMES[name]) for name in stations],
            "pictures": pictures,
            "sign": answer_of(reading)["sign"],
        },
    )


def stations_of(model: nn.Module | None) -> list[str]:
    """The strip's stations; a network without convolutions has fewer."""
    maps = [glance.name for glance in glances_of(model)] if _has_maps(model) else []
    return [DRAWING, SEEN, *maps, DIGIT]


def pictures_of(
    reader: DigitReader, reading: Reading, picture: NDArray[np.uint8]
) -> dict[str, str]:
    """The picture of each station but the last, as addresses; none where there is no ink."""
    if reading.verdict is Verdict.NOTHING:
        return {}
    small = Image.fromarray(picture).convert("L")
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    pictures = {
        DRAWING: encode_png(np.asarray(small, np.float32) / np.float32(255)),
        SEEN: encode_png(reading.image[0, 0].numpy()),
    }
    if _has_maps(reader.model):
        glances = glances_of(reader.model)
        maps = maps_at(reader.model, reading.image, glances)
        for glance, found in zip(glances, maps, strict=True):
            pictures[glance.name] = maps_png(found.numpy(), glance.limit)
    return {name: address(png) for name, png in pictures.items()}


def _has_maps(model: nn.Module | None) -> TypeGuard[FeatureClassifier]:
    return model is not None and can_be_traced(model)
