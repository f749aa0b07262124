"""A whole network as one picture: every channel of every layer as a small map.

Each layer is one image, a strip of its maps, of which each tile shows its part: the tiles wrap to
the width of the page, and one image is quickly made, sent and drawn.
Nothing here takes text from a visitor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mnist_core.inside.stages import Stage
from mnist_core.inside.trace import Layer
from mnist_core.inside.units import SOFTMAX, Unit
from mnist_core.models.classifier import Standardise
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import spaced
from ui.shared.components.script import read_beside
from ui.shared.figures.colours import CHOSEN
from ui.shared.figures.html import Values, address, image, probability_bars
from ui.shared.figures.tiles import scale_limit, signed_png

Size = Literal["small", "large"]
Shapes = list[tuple[str, tuple[int, ...]]]
"""Name and shape of what each layer makes of one picture."""
ROW_OF_NUMBERS = 64
NUMBERS_IN_A_BLOCK = 1536
GREATEST_SIDES = {28: (1, 2), 14: (2, 3), 7: (3, 5), 3: (5, 9), 1: (12, 20)}
"""Side of a map → pixels of the screen for each of its cells, small and large."""
NUMBER_PX = (5, 9)
CSS = read_beside(__file__, "network.css")


@dataclass(frozen=True)
class Tile:
    """One picture in a layer's row: a map, or a block of up to 1536 numbers of a list.

    start:         its channel, or the place in the list of its first number
    rows, columns: of its cells
    """

    start: int
    rows: int
    columns: int


def tiles_of(shape: Sequence[int]) -> list[Tile]:
    """The tiles of a layer whose outputs have the shape (C, H, W) or (F,)."""
    if len(shape) == 3:
        channels, rows, columns = shape
        return [Tile(channel, rows, columns) for channel in range(channels)]
    (count,) = shape
    columns = min(count, ROW_OF_NUMBERS)
    starts = range(0, count, NUMBERS_IN_A_BLOCK)
    return [
        Tile(start, -(-min(count - start, NUMBERS_IN_A_BLOCK) // columns), columns)
        for start in starts
    ]


def unit_at(layer: str, shape: Sequence[int], start: int, x: float, y: float) -> Unit | None:
    """The unit under (x, y) in [0, 1) of the tile that begins at `start`; None beside them all."""
    tile = next((tile for tile in tiles_of(shape) if tile.start == start), None)
    if tile is None:
        return None
    row, column = int(y * tile.rows), int(x * tile.columns)
    if len(shape) == 3:
        return Unit(layer, start, row, column)
    place = start + row * tile.columns + column
    return Unit(layer, place) if place < shape[0] else None


def picked_unit(shapes: Shapes, part: str, x: float, y: float) -> Unit | None:
    """The unit under (x, y) in [0, 1) of a clicked part; None beside them all.

    part: its `data-pick`, such as “3:17” of a tile, “24:17:1” of a number alone, or SOFTMAX
    """
    if part == SOFTMAX:
        return Unit(SOFTMAX, int(y * 10))
    index, start, *alone = (int(number) for number in part.split(":"))
    if index >= len(shapes):  # of the network that was shown a moment ago
        return None
    name, shape = shapes[index]
    if alone:
        return Unit(name, start) if len(shape) == 1 and start < shape[0] else None
    return unit_at(name, shape, start, x, y)


def tile_of(shape: Sequence[int], unit: Unit) -> tuple[Tile, int, int]:
    """The tile that a unit is in, and its row and column there: the inverse of `unit_at`."""
    if len(shape) == 3:
        return tiles_of(shape)[unit.channel], unit.row, unit.column
    tile = tiles_of(shape)[unit.channel // NUMBERS_IN_A_BLOCK]
    row, column = divmod(unit.channel - tile.start, tile.columns)
    return tile, row, column


def network_picture(
    layers: Sequence[Layer],
    stages: Sequence[Stage],
    probabilities: NDArray[np.float64],
    size: Size = "small",
) -> str:
    """From the 28×28 input to the ten probabilities; to be shown with `pickable`.

    A tile's `data-pick` is “3:17”: the layer's place in `layers`, and the tile's start.
    """
    rows = {layer.name: _layer_row(index, layer, size) for index, layer in enumerate(layers)}
    parts = []
    for stage in stages:
        parts += [f'<div class="stage-name"><b>{stage.name.capitalize()}</b></div>']
        parts += [_input_row(layers[0].inputs[0, 0].numpy(), size)] * (stage is stages[0])
        parts += [rows[name][1] for name in stage.layers]
    styles = "".join(style for style, _ in rows.values())
    return (
        f'<style>{CSS}{styles}</style><div class="net">'
        f"{''.join(parts)}{_softmax_row(probabilities)}</div>"
    )


def selection_style(index: int, shape: Sequence[int], unit: Unit) -> str:
    """A style sheet that outlines a unit in the picture, so that this need not be sent again."""
    if unit.layer == SOFTMAX:
        return f"<style>.net .answer{{outline:3px solid {CHOSEN};outline-offset:4px}}</style>"
    tile, row, column = tile_of(shape, unit)
    selected = f'.net [data-pick="{index}:{tile.start}"]'
    alone = f'.net [data-pick="{index}:{unit.channel}:1"]' if len(shape) == 1 else selected
    return (
        f"<style>:is({selected},{alone}){{outline:2px solid {CHOSEN};outline-offset:1px;z-index:2}}"
        f'{selected}::after{{content:"";position:absolute;box-sizing:content-box;'
        f"left:calc({100 * column / tile.columns:.4g}% - 2px);"
        f"top:calc({100 * row / tile.rows:.4g}% - 2px);"
        f"width:{100 / tile.columns:.4g}%;height:{100 / tile.rows:.4g}%;"
        f"border:2px solid {CHOSEN};pointer-events:none}}</style>"
    )


def _layer_row(index: int, layer: Layer, size: Size) -> tuple[str, str]:
    """Style sheet and HTML."""
    values = layer.outputs[0].numpy()
    limit = scale_limit(values)
    tiles = tiles_of(values.shape)
    cell_px = _cell_px(values.shape, size)
    strip = _strip(values, tiles)
    style = _strip_style(f".net .l{index} i", signed_png(strip, limit), tiles[0], cell_px)
    parts = "".join(_tile(index, k, tile, tiles[0], cell_px) for k, tile in enumerate(tiles))
    alt = f"{layer.title}: {_how_many(values.shape)}, colours from −{limit:.2g} to {limit:.2g}"
    zoom = " zoom" if values.ndim == 3 else ""
    return style, (
        f"<section><div><b>{index + 1} · {layer.title}</b><br>{layer.shape}, ±{limit:.2g}<br>"
        f"<small>{_parameters(layer)}{_remark(layer)}</small></div>"
        f'<div class="maps l{index}{zoom}" role="img" aria-label="{alt}">{parts}</div></section>'
    )


def _strip(values: Values, tiles: Sequence[Tile]) -> Values:
    """All tiles of a layer under one another, (rows, columns); blank at the end of a list."""
    if values.ndim == 3:
        return values.reshape(-1, values.shape[2])
    strip = np.zeros((sum(tile.rows for tile in tiles), tiles[0].columns), np.float32)
    strip.reshape(-1)[: len(values)] = values
    return strip


def _strip_style(selector: str, png: bytes, first: Tile, cell_px: int) -> str:
    width, height = first.columns * cell_px, first.rows * cell_px
    grow = max(2, round(112 / width))
    return (
        f"{selector}{{width:{width}px;height:{height}px;--grow:{grow};"
        f"background-image:url({address(png)});background-size:{width}px auto}}"
    )


def _tile(index: int, place: int, tile: Tile, first: Tile, cell_px: int) -> str:
    style = f"background-position:0 -{place * first.rows * cell_px}px" if place else ""
    if tile.rows != first.rows:
        style += f";height:{tile.rows * cell_px}px"
    return f'<i data-pick="{index}:{tile.start}"' + (f' style="{style}"></i>' if style else "></i>")


def _cell_px(shape: Sequence[int], size: Size) -> int:
    choice = 0 if size == "small" else 1
    if len(shape) == 1:
        return NUMBER_PX[choice] if shape[0] > 10 else 3 * NUMBER_PX[choice]
    side = max(shape[1:])
    return next(px[choice] for greatest, px in GREATEST_SIDES.items() if side >= greatest)


def _input_row(image_01: Values, size: Size) -> str:
    style = f"width:{28 * (3 if size == 'small' else 5)}px;border-radius:4px"
    return (
        "<section><div><b>Input</b><br>1 × 28 × 28<br><small>0 = paper, 1 = ink</small></div>"
        f"{image(encode_png(image_01), 'The digit, 28 × 28 pixels', style)}</section>"
    )


def _softmax_row(probabilities: NDArray[np.float64]) -> str:
    best = int(probabilities.argmax())
    return (
        "<section><div><b>Softmax</b><br>10 probabilities<br><small>no parameters</small></div>"
        f'<div class="answer" data-pick="{SOFTMAX}" style="max-width:460px">'
        f"{probability_bars(probabilities, best)}</div></section>"
    )


def _how_many(shape: Sequence[int]) -> str:
    if len(shape) == 1:
        return f"{shape[0]} numbers"
    count, rows, columns = shape
    return f"{count} map{'s' if count > 1 else ''} of {rows} × {columns}"


def _parameters(layer: Layer) -> str:
    if not layer.parameter_count:
        return "no parameters"
    return f"{spaced(layer.parameter_count)} parameters = {layer.parameter_formula}"


def _remark(layer: Layer) -> str:
    match layer.module:
        case nn.Dropout():
            return "; off while reading"
        case Standardise() as standardise:
            mean, std = float(standardise.mean), float(standardise.std)
            return f"; (pixel − {mean:.4g}) / {std:.4g}"
        case nn.Flatten():
            return "; all maps in one row"
    return ""
