"""Grids of small pictures as HTML: filters of a network, digits and what is read in them.

Nothing here takes text from a visitor.
"""

import html
import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mnist_core.evaluation.ten_digits import TenRead
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import a_digit
from ui.shared.figures.colours import (
    ABOVE_ZERO,
    BELOW_ZERO,
    FRAME,
    NEGATIVE,
    POSITIVE,
    SMALL,
    TABULAR,
    WRONG,
)
from ui.shared.figures.html import Values, equal_columns, figure, grid, image

LEVELS = 100
GAP_INDEX = 2 * LEVELS + 1
GAP = (128, 138, 160, 110)
COVERED = 0.998
"""Share of the weights that the colours span; the few beyond get the strongest colour."""
TILE_PX = 28
GAP_PX = 2
BLOCK_COLUMNS = 8


def signed_tiles(filters: Tensor, shown: int = 64, columns: int = 16, of: str = "filters") -> str:
    """The first `shown` of filters (n, h, w), all on one scale of colours with a neutral zero.

    On a phone the right half of the columns goes below the left half.
    """
    count = len(filters)
    values = filters[:shown].detach().float().numpy()
    limit = scale_limit(values)
    width_px = min(columns, BLOCK_COLUMNS) * (TILE_PX + GAP_PX) * 3 // 2
    images = "".join(
        image(
            _grid_png(values[block], limit, min(columns, BLOCK_COLUMNS)),
            f"{len(block)} {of} as small pictures",
            f"flex:1 1 300px;min-width:0;max-width:{width_px}px;border-radius:4px",
        )
        for block in _blocks(len(values), columns)
    )
    some = f"the first {len(values)} of {count}" if count > len(values) else f"all {count}"
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:2px;align-items:flex-start">{images}</div>'
        f"{scale_bar(limit, f'{some} {of}')}"
    )


def titled_signed_tiles(filters: Tensor, titles: Sequence[str]) -> str:
    """Filters (n, h, w) in rows of five, each with its title below, all on one scale."""
    values = filters.detach().float().numpy()
    limit = scale_limit(values)
    cells = "".join(
        figure(
            _framed(_indices_png(tile), f"weights of {title}"),
            html.escape(title),
            caption_style="font-weight:600",
        )
        for tile, title in zip(_indices(values, limit), titles, strict=True)
    )
    return f"{_five(cells)}{scale_bar(limit, 'one scale for all')}"


def digit_grid(read: TenRead) -> str:
    """Digits in rows of five; below each what is read, red where it is wrong, and what it is."""
    cells = "".join(
        _read_cell(image, int(label), int(predicted), float(probability))
        for image, label, predicted, probability in zip(
            read.images.numpy().astype(np.float32) / 255,
            read.labels, read.predicted, read.probabilities, strict=True,
        )
    )  # fmt: skip
    return _five(cells)


def image_row(images: Tensor, captions: Sequence[str]) -> str:
    """Images (n, 28, 28) in [0, 1] side by side, each with a caption below (may be empty)."""
    cells = "".join(
        figure(_grey(image, caption or "image"), html.escape(caption))
        for image, caption in zip(images.numpy(), captions, strict=True)
    )
    return _five(cells)


def pairs_grid(originals: Tensor, reconstructions: Tensor) -> str:
    """Originals (n, 28, 28) in [0, 1], and below each its reconstruction."""
    cells = "".join(
        f'<div style="display:grid;gap:3px">{_grey(before, f"digit {i}")}'
        f"{_grey(after, f'digit {i} reconstructed')}</div>"
        for i, (before, after) in enumerate(
            zip(originals.numpy(), reconstructions.numpy(), strict=True), start=1
        )
    )
    return (
        f'{_five(cells)}<div style="{SMALL};opacity:.8;margin-top:.35rem">'
        "above: the digit · below: its reconstruction</div>"
    )


def legend(colours: dict[str, str]) -> str:
    """Names beside patches of their colours."""
    parts = "".join(
        f'<span><span aria-hidden="true" style="display:inline-block;width:1.1em;height:.7em;'
        f'border-radius:3px;background:{colour}"></span> {html.escape(name)}</span>'
        for name, colour in colours.items()
    )
    return (
        f'<div style="{SMALL};display:flex;flex-wrap:wrap;gap:4px 16px;margin-bottom:.4rem">'
        f"{parts}</div>"
    )


def scale_limit(values: Values) -> float:
    """The absolute value that gets the strongest colour: above nearly all finite ones."""
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, COVERED)) or 1e-6 if finite.size else 1e-6


def _blocks(count: int, columns: int) -> list[NDArray[np.int64]]:
    """Which tiles stand in the left half of the columns, and which in the right one."""
    index = np.arange(count)
    column = index % columns
    starts = range(0, columns, BLOCK_COLUMNS)
    blocks = [index[(column >= s) & (column < s + BLOCK_COLUMNS)] for s in starts]
    return [block for block in blocks if len(block)]


def _indices(values: Values, limit: float) -> NDArray[np.uint8]:
    """Weights → places in the palette: 0 for −limit, LEVELS for 0, 2 · LEVELS for +limit."""
    share = np.clip(np.nan_to_num(values / limit), -1, 1)
    places: NDArray[np.uint8] = np.round((share + 1) * LEVELS).astype(np.uint8)
    return places


def _palette() -> tuple[bytes, bytes]:
    """Colours and opacities. Zero is the page's own background, so it is neutral on any."""
    levels = np.arange(-LEVELS, LEVELS + 1)
    colours = np.where((levels < 0)[:, None], NEGATIVE, POSITIVE).astype(np.uint8)
    opacity = np.round(np.abs(levels) / LEVELS * 255).astype(np.uint8)
    return colours.tobytes() + bytes(GAP[:3]), opacity.tobytes() + bytes(GAP[3:])


PALETTE, OPACITY = _palette()


def signed_png(values: Values, limit: float) -> bytes:
    """A map (h, w), one pixel per value: blue is negative, clear is 0, orange is positive."""
    return _indices_png(_indices(values, limit))


def _indices_png(indices: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(indices)
    image.putpalette(PALETTE)
    memory = io.BytesIO()
    image.save(memory, "PNG", transparency=OPACITY, compress_level=1)
    return memory.getvalue()


def _grid_png(values: Values, limit: float, columns: int) -> bytes:
    """Tiles (n, h, w) in rows, enlarged by a whole factor when they are small."""
    count, height, width = values.shape
    factor = max(1, TILE_PX // height)
    tiles = _indices(values, limit).repeat(factor, axis=1).repeat(factor, axis=2)
    height, width = height * factor, width * factor
    rows = -(-count // columns)
    grid = np.full((rows * columns, height + GAP_PX, width + GAP_PX), GAP_INDEX, dtype=np.uint8)
    grid[count:] = LEVELS
    grid[:count, :height, :width] = tiles
    across = grid.reshape(rows, columns, height + GAP_PX, width + GAP_PX).swapaxes(1, 2)
    return _indices_png(across.reshape(rows * (height + GAP_PX), columns * (width + GAP_PX)))


def scale_bar(limit: float, text: str) -> str:
    """The scale of colours with its ends, and a text beside it."""
    return (
        f'<div style="{SMALL};opacity:.85;display:flex;flex-wrap:wrap;gap:4px 8px;'
        f'align-items:center;margin-top:.4rem;{TABULAR}">'
        f"<span>−{limit:.2g}</span><span aria-hidden='true' style=\"display:inline-block;"
        f"width:90px;height:.7em;border-radius:3px;border:{FRAME};background:"
        f'linear-gradient(90deg,{BELOW_ZERO},transparent,{ABOVE_ZERO})"></span>'
        f"<span>+{limit:.2g}</span><span>{html.escape(text)}</span></div>"
    )


def _read_cell(image_01: Values, label: int, predicted: int, probability: float) -> str:
    is_number = math.isfinite(probability)  # it is not when the training has diverged
    wrong = predicted != label or not is_number
    frame = f"3px solid {WRONG}" if wrong else FRAME
    sign = "✗" if wrong else "✓"
    colour = WRONG if wrong else "inherit"
    answer = str(predicted) if is_number else "?"
    sure = f"{min(int(probability * 100), 99)} % sure" if is_number else "no number"
    alt = f"{a_digit(label)}, read as {answer}, {sure}"
    said = (
        f'read <span style="color:{colour};font-size:1.25rem;'
        f'font-weight:{800 if wrong else 600}">{answer} {sign}</span><br>is {label}<br>'
        f'<span style="opacity:.75;font-size:.75rem">{sure}</span>'
    )
    return figure(_grey(image_01, alt, frame), said, caption_style="white-space:nowrap")


def _grey(image_01: Values, alt: str, frame: str = FRAME) -> str:
    return _framed(encode_png(np.nan_to_num(image_01)), alt, frame)


def _framed(png: bytes, alt: str, frame: str = FRAME) -> str:
    return image(png, alt, f"width:100%;border:{frame};border-radius:4px")


def _five(cells: str) -> str:
    return grid(cells, equal_columns(5), "6px 8px", "max-width:620px")
