"""The network from the picture to the answer, and which unit of it is chosen."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import nn

from mnist_core.inside.stages import has_convolutions, stages_of
from mnist_core.inside.trace import Layer
from mnist_core.inside.units import SOFTMAX, Unit, sizes_of, strongest_unit
from mnist_core.layers.activations import to_probabilities
from ui.shared.components.pictures import Pick, pickable
from ui.shared.glossary import say
from ui.shared.inside.traced import model_of
from ui.shared.session.networks import Network
from ui.shared.state import (
    MAP_SIZE,
    UNIT_CHANNEL,
    UNIT_COLUMN,
    UNIT_LAYER,
    UNIT_OPEN,
    UNIT_ROW,
    MapSize,
    Setting,
)
from ui.shared.widgets import pick, segmented, set_between, slide_along
from ui.through_the_network.network_figure import Shapes, network_picture, picked_unit
from ui.through_the_network.stages_figures import stages_picture

PLACE = (UNIT_CHANNEL, UNIT_ROW, UNIT_COLUMN)
SIZES: dict[MapSize, str] = {
    "strongest": "The most active", "small": "Show all", "large": "Show all, large"
}  # fmt: skip
SAYS = """
Orange is above zero, blue below. **Click on a map** to take that unit apart.
"""
NO_CONVOLUTIONS = """
This network has no convolutions, so it looks for no edges and no parts: each of its units sees the
whole picture at once.
"""


def choose_maps() -> MapSize:
    """How many maps of each block are shown."""
    return segmented(MAP_SIZE, "Maps", SIZES)


def show_network(network: Network, layers: list[Layer], size: MapSize) -> None:
    """Its blocks from the picture to the answer; a click chooses a unit."""
    shapes = [(layer.name, tuple(layer.outputs.shape[1:])) for layer in layers]
    probabilities = to_probabilities(layers[-1].outputs, network.temperature)[0].numpy()
    model = model_of(network)
    stages = stages_of(model)
    html = (
        stages_picture(model, layers, stages, probabilities)
        if size == "strongest"
        else network_picture(layers, stages, probabilities, size)
    )
    pickable(html, key="network_picture", on_pick=lambda pick: choose_picked(shapes, pick))
    say(SAYS, small=True)
    if not has_convolutions(model):
        say(NO_CONVOLUTIONS)


def choose_picked(shapes: Shapes, pick: Pick) -> None:
    """Make the unit that was clicked the chosen one."""
    unit = picked_unit(shapes, pick.part, pick.x, pick.y)
    if unit is not None:
        choose(unit)
        UNIT_OPEN.set(True)


def choose(unit: Unit) -> None:
    """Have the widgets show this unit; only in a callback."""
    UNIT_LAYER.set(unit.layer)
    UNIT_CHANNEL.set(unit.channel)
    UNIT_ROW.set(unit.row)
    UNIT_COLUMN.set(unit.column)


def choose_unit(layers: Sequence[Layer]) -> Unit:
    """Widgets for the layer, and for the place in it; they follow the clicks."""
    names = [layer.name for layer in layers] + [SOFTMAX]
    usual = default_layer(layers)
    if UNIT_LAYER.key in st.session_state and UNIT_LAYER.get() not in names:
        UNIT_LAYER.set(usual)
    titles = {name: title_in_list(layers, name) for name in names}
    name = pick(replace(UNIT_LAYER, default=usual), "Layer", titles)
    layer = None if name == SOFTMAX else layers[names.index(name)]
    unit = Unit(
        name, *choose_place(st.columns(3), sizes_of(layer.outputs) if layer else (10, 1, 1))
    )
    if layer and layer.outputs.ndim == 4:
        st.button(
            "Go to the largest value of this channel", icon=":material/my_location:",
            on_click=choose, args=(strongest_unit(layer, unit.channel),),
        )  # fmt: skip
    return unit


def choose_place(
    columns: Sequence[DeltaGenerator], sizes: tuple[int, int, int]
) -> tuple[int, int, int]:
    """Sliders for channel, row and column, as far as there is anything to choose."""
    first = "Channel" if sizes[1] > 1 else "Digit" if sizes[0] == 10 else "Unit"
    labels = (first, "Row", "Column")
    channel, row, column = (
        place_slider(place, label, setting, size)
        for place, label, setting, size in zip(columns, labels, PLACE, sizes, strict=True)
    )
    return channel, row, column


def place_slider(place: DeltaGenerator, label: str, setting: Setting[int], size: int) -> int:
    """0 … size − 1; no slider where there is nothing to choose."""
    if size == 1:
        return 0
    if setting.key in st.session_state:
        set_between(setting, min(setting.get(), size - 1), (0, size - 1))
    within = replace(setting, default=min(setting.default, size - 1))
    with place:  # a plain slider with another end is a new widget: no link follows
        return slide_along(within, label, range(size))


def default_layer(layers: Sequence[Layer]) -> str:
    """The first ReLU: all that happens to a unit has happened there; else the last layer."""
    relus = (layer.name for layer in layers if isinstance(layer.module, nn.ReLU))
    return next(relus, layers[-1].name)


def title_in_list(layers: Sequence[Layer], name: str) -> str:
    """“5 · Conv 3×3, 32 → 64”, numbered as in the picture."""
    for index, layer in enumerate(layers, start=1):
        if layer.name == name:
            return f"{index} · {layer.title}"
    return f"{len(layers) + 1} · Softmax"
