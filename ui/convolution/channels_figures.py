"""Sums over channels: the colours of a picture, their kernels, what these add to each output."""

import html

import numpy as np
from torch import Tensor

from mnist_core.experiments.kernels import ChannelSums
from mnist_core.pictures.image_files import encode_png
from ui.convolution.figures import bracketed, cell, colour, shared_limit, short
from ui.shared.figures.colours import FRAME, OUTLINE, SMALL, TABULAR
from ui.shared.figures.html import grid, image
from ui.shared.figures.pixel_maps import Look, Mark, grey_map, signed_map
from ui.shared.figures.tiles import scale_bar

CHANNEL = "channel"
"""Name under which clicks arrive."""
COLOURS = ("red", "green", "blue")
FINDS = ("brightness", "red against blue", "upright edges", "outlines of blue")
"""What each of COLOUR_KERNELS is for."""


def colour_picture(channels: Tensor) -> str:
    """The picture (C, H, W) in [0, 1] in the colours of its channels: red, green, blue."""
    count, height, width = channels.shape
    shown = np.zeros((height, width, 3), np.float32)
    shown[:, :, :count] = channels.permute(1, 2, 0).numpy()
    return image(encode_png(shown), "The picture in colour", "width:100%;border-radius:4px")


def channel_grid(sums: ChannelSums, position: int) -> str:
    """Input channels on top; below, each output channel as a sum of maps, plus its bias."""
    row, column = sums.cell(position)
    mark = [Mark(row - 0.5, column - 0.5, 2, 2)]
    limit = shared_limit(sums.contributions, sums.outputs, sums.biases, sums.kernels)
    c_in = len(sums.channels)
    cells = _input_cells(sums.channels, mark)
    for o in range(len(sums.outputs)):
        cells += _output_cells(sums, o, mark, limit)
    columns = f"repeat({c_in},minmax(0,1fr)) minmax(0,.6fr) minmax(0,1fr)"
    style = f"align-items:end;max-width:{160 * c_in + 270}px"
    side_by_side = grid("".join(cells), columns, "6px 10px", style)
    return side_by_side + scale_bar(limit, "kernels, maps, biases and outputs, all on one scale")


def channel_sentences(sums: ChannelSums, position: int) -> str:
    """The marked cell of each output channel as a sum, rounded."""
    row, column = sums.cell(position)
    lines = []
    for o, output in enumerate(sums.outputs):
        parts = [bracketed(v) for v in sums.contributions[o, :, row, column].tolist()]
        lines.append(
            f"<div>y<sub>{o + 1}</sub> = {' + '.join(parts)} + "
            f"{bracketed(float(sums.biases[o]))} = "
            f"<strong>{short(float(output[row, column]))}</strong></div>"
        )
    return (
        f'<div style="{TABULAR};line-height:1.7">'
        f"In row {row + 1}, column {column + 1} (rounded):{''.join(lines)}</div>"
    )


def _input_cells(channels: Tensor, mark: list[Mark]) -> list[str]:
    cells = []
    for c, channel in enumerate(channels):
        look = Look(f"input channel {c + 1}: {COLOURS[c]}", mark, 150, CHANNEL)
        cells.append(cell(grey_map(channel.numpy(), look), f"x<sub>{c + 1}</sub> {COLOURS[c]}"))
    whole = f'<div style="max-width:150px">{colour_picture(channels)}</div>'
    return [*cells, "<div></div>", cell(whole, "together")]


def _output_cells(sums: ChannelSums, o: int, mark: list[Mark], limit: float) -> list[str]:
    name = (
        f'<div style="{SMALL};grid-column:1/-1;margin-top:.7rem">'
        f"<strong>Output channel {o + 1}:</strong> {html.escape(FINDS[o])}</div>"
    )
    parts = [_contribution(sums, o, c, mark, limit) for c in range(len(sums.channels))]
    look = Look(f"output channel {o + 1}", mark, 150, CHANNEL)
    made = cell(signed_map(sums.outputs[o].numpy(), limit, look), f"= y<sub>{o + 1}</sub>")
    return [name, *parts, _bias_cell(float(sums.biases[o]), o, limit), made]


def _contribution(sums: ChannelSums, o: int, c: int, mark: list[Mark], limit: float) -> str:
    weights, part = sums.kernels[o, c].numpy(), sums.contributions[o, c].numpy()
    kernel = signed_map(weights, limit, Look(f"kernel {o + 1}, {c + 1}", width_px=34))
    look = Look(f"what input channel {c + 1} adds to output {o + 1}", mark, 150, CHANNEL)
    sign = "+ " if c else ""
    caption = f"{sign}w<sub>{o + 1}{c + 1}</sub> ⋆ x<sub>{c + 1}</sub>"
    tile = f'<div style="border:{FRAME};width:36px;margin:0 0 4px">{kernel}</div>'
    return cell(f"{tile}{signed_map(part, limit, look)}", caption)


def _bias_cell(bias: float, number: int, limit: float) -> str:
    return (
        f'<div style="{SMALL};align-self:center;text-align:center">+ b<sub>{number + 1}</sub>'
        f'<div style="border:1px solid {OUTLINE};border-radius:4px;'
        f"padding:.4em 0;margin-top:.2em;{TABULAR};"
        f'background:{colour(bias, limit)}">{short(bias)}</div></div>'
    )
