"""The whole network as one picture, with one unit of it marked."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import nn

from mnist_core.inside.trace import Layer, can_be_traced, count_parameters, count_units, trace
from mnist_core.inside.units import SOFTMAX, Unit, sizes_of, strongest_unit
from mnist_core.layers.activations import to_probabilities
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.words import spaced
from ui.layer_by_layer.network_figure import network_picture, unit_at
from ui.shared.components.pictures import Pick, pickable
from ui.shared.digit.choose import LessonDigit
from ui.shared.session.networks import Network
from ui.shared.state import (
    MAP_SIZE,
    UNIT_CHANNEL,
    UNIT_COLUMN,
    UNIT_LAYER,
    UNIT_ROW,
    MapSize,
    Setting,
)
from ui.shared.widgets import pick, segmented, set_between, slide_along

Shapes = list[tuple[str, tuple[int, ...]]]
"""Name and shape of what each layer makes of one picture."""
PLACE = (UNIT_CHANNEL, UNIT_ROW, UNIT_COLUMN)
SIZES: list[MapSize] = ["small", "large"]
HOW_TO_READ = """
Each row is a layer, and says its shape, the value that gets the strongest colour, and how many
numbers were learnt. Each small picture is one **channel**: one feature that the layer looks for, at
every place. Orange is above zero, blue below, the page's own colour is zero, and all channels of a
layer share one scale. Point at a map to enlarge it. **Click on a cell** to take that unit apart; it
is outlined in violet, and the violet frame on the digit shows what it can see.
"""
DIVERGED = (
    "For this picture the network has no answer: what it computes are no finite numbers. Most "
    "likely the training of this network diverged."
)


def traceable(networks: dict[str, Network]) -> dict[str, Network]:
    """Those whose layers can be shown one by one."""
    return {key: network for key, network in networks.items() if can_be_traced(network.model)}


@torch.inference_mode()
def layers_for(network: Network, digit: LessonDigit) -> list[Layer]:
    """What each layer makes of the digit."""
    assert isinstance(network.model, FeatureClassifier)
    return trace(network.model, digit.image)


def are_numbers(layers: Sequence[Layer]) -> bool:
    """Whether the answer consists of numbers; when the training diverged, the page says so."""
    if layers[-1].outputs.isfinite().all():
        return True
    st.info(DIVERGED, icon=":material/info:")
    return False


def show_network(network: Network, layers: list[Layer]) -> None:
    """Every channel of every layer; a click chooses a unit."""
    st.markdown(HOW_TO_READ)
    size = segmented(MAP_SIZE, "Size of the maps", SIZES)
    probabilities = to_probabilities(layers[-1].outputs, network.temperature)[0].numpy()
    shapes = [(layer.name, tuple(layer.outputs.shape[1:])) for layer in layers]
    pickable(
        network_picture(layers, probabilities, size),
        key="network_picture",
        on_pick=lambda pick: choose_picked(shapes, pick),
    )
    parameters, units = spaced(count_parameters(layers)), spaced(count_units(layers))
    st.caption(f"{len(layers)} layers with {parameters} parameters made {units} numbers of it.")


def choose_picked(shapes: Shapes, pick: Pick) -> None:
    """Make the unit that was clicked the chosen one."""
    unit = picked_unit(shapes, pick)
    if unit is not None:
        choose(unit)


def choose(unit: Unit) -> None:
    """Have the widgets show this unit; only in a callback."""
    UNIT_LAYER.set(unit.layer)
    UNIT_CHANNEL.set(unit.channel)
    UNIT_ROW.set(unit.row)
    UNIT_COLUMN.set(unit.column)


def picked_unit(shapes: Shapes, pick: Pick) -> Unit | None:
    """The unit under a click; None beside them all."""
    if pick.part == SOFTMAX:
        return Unit(SOFTMAX, int(pick.y * 10))
    index, start = (int(part) for part in pick.part.split(":"))
    if index >= len(shapes):  # of the network that was shown a moment ago
        return None
    name, shape = shapes[index]
    return unit_at(name, shape, start, pick.x, pick.y)


def choose_unit(layers: Sequence[Layer]) -> Unit:
    """Widgets for the layer, and for the place in it; they follow the clicks."""
    names = [layer.name for layer in layers] + [SOFTMAX]
    usual = default_layer(layers)
    if UNIT_LAYER.key in st.session_state and UNIT_LAYER.get() not in names:
        UNIT_LAYER.set(usual)
    columns = st.columns([2, 1, 1, 1], gap="medium")
    with columns[0]:
        titles = {name: title_in_list(layers, name) for name in names}
        name = pick(replace(UNIT_LAYER, default=usual), "Layer", titles)
    layer = None if name == SOFTMAX else layers[names.index(name)]
    unit = Unit(name, *choose_place(columns[1:], sizes_of(layer.outputs) if layer else (10, 1, 1)))
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
