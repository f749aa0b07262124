"""A network in a few blocks: of each the channels that are most active.

A map's `data-pick` is “3:17”, as in the picture of all layers; a number of a list has “24:17:1”.
Nothing here takes text from a visitor.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.inside.fields import Field
from mnist_core.inside.stages import ANSWER, PICTURE, Stage, middle_field, most_active
from mnist_core.inside.trace import Layer
from mnist_core.inside.units import SOFTMAX
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.pictures.image_files import encode_png
from ui.shared.components.script import read_beside
from ui.shared.figures.html import Values, image, probability_bars
from ui.shared.figures.pixel_maps import Look, number_map
from ui.shared.figures.tiles import scale_limit, signed_png

SHOWN = 8
FILL = "width:100%"


def stages_picture(
    model: FeatureClassifier,
    layers: Sequence[Layer],
    stages: Sequence[Stage],
    probabilities: NDArray[np.float64],
) -> str:
    """Picture, edges, parts, whole, answer, as far as they are there; for `pickable`."""
    places = {layer.name: index for index, layer in enumerate(layers)}
    parts = []
    for stage in stages:
        index = places[stage.end]
        layer = layers[index]
        if stage.name == PICTURE:
            parts.append(_picture(layers[0].inputs[0, 0].numpy()))
        elif stage.name == ANSWER:
            parts.append(_answer(probabilities))
        else:
            parts.append(_maps(stage, index, layer, middle_field(model, stage, layer.outputs)))
    css = read_beside(__file__, "stages.css")
    return f'<style>{css}</style><div class="net stages"><div>{"".join(parts)}</div></div>'


def _picture(image_01: Values) -> str:
    digit = image(encode_png(image_01), "The digit, 28 × 28 pixels", FILL)
    return _block(
        PICTURE, "28 × 28 pixels", f'<div class="maps one"><i data-pick="0:0">{digit}</i></div>'
    )


def _maps(stage: Stage, index: int, layer: Layer, sees: Field) -> str:
    values = layer.outputs[0].numpy()
    limit = scale_limit(values)
    shown = most_active(layer.outputs, SHOWN)
    draw = _map if values.ndim == 3 else _number
    tiles = "".join(draw(index, channel, values[channel], limit) for channel in shown)
    kind = "maps" if values.ndim == 3 else "numbers"
    says = f"of {len(values)} {kind}<br>see {sees.height} × {sees.width} pixels"
    return _block(stage.name, says, f'<div class="maps">{tiles}</div>')


def _map(index: int, channel: int, values: Values, limit: float) -> str:
    picture = image(signed_png(values, limit), f"Map of channel {channel}", FILL)
    return f'<i data-pick="{index}:{channel}">{picture}</i>'


def _number(index: int, channel: int, value: Values, limit: float) -> str:
    look = Look(f"Unit {channel}: {value:.1f}", width_px=200)
    cell = number_map(np.full((1, 1), value, np.float32), limit, look, 1)
    return f'<i data-pick="{index}:{channel}:1">{cell}</i>'


def _answer(probabilities: NDArray[np.float64]) -> str:
    bars = probability_bars(probabilities, int(probabilities.argmax()))
    picked = f'<div class="answer" data-pick="{SOFTMAX}">{bars}</div>'
    return _block(ANSWER, "10 probabilities", picked)


def _block(name: str, says: str, inside: str) -> str:
    return (
        f'<section class="stage {name}"><div><b>{name.capitalize()}</b> <small>{says}</small></div>'
        f"{inside}</section>"
    )
