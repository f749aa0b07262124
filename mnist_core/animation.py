"""Pictures as files to take home: an animated GIF, and a sheet of many pictures as one PNG."""

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

FRAME_MS = 80
"""12.5 pictures a second: a GIF counts its time in hundredths of a second."""
GREYS = [level for grey in range(256) for level in (grey, grey, grey)]


def there_and_back(images: Tensor) -> Tensor:
    """Pictures (n, h, w) and then the inner ones backwards, for an animation without a jump.

    returns: (2 n − 2, h, w); for fewer than three pictures they themselves
    """
    return torch.cat([images, images[1:-1].flip(0)])


def animated_gif(images: Tensor, scale: int = 1, frame_ms: int = FRAME_MS) -> bytes:
    """Pictures (n, h, w) in [0, 1] one after another, for ever, as a GIF file.

    scale:    each pixel becomes scale × scale pixels
    frame_ms: for how long each is seen, a multiple of 10
    """
    frames = [_grey(_enlarged(_to_bytes(image), scale)) for image in images]
    memory = io.BytesIO()
    # Pillow would spend most of the time on a smaller palette than the 256 greys
    frames[0].save(
        memory, "GIF", save_all=True, append_images=frames[1:], duration=frame_ms, loop=0,
        optimize=False,
    )  # fmt: skip
    return memory.getvalue()


def sheet_png(images: Tensor, columns: int, scale: int = 1, gap_px: int = 0) -> bytes:
    """Pictures (n, h, w) in [0, 1] in rows of `columns`, as a grey PNG file.

    scale:  each pixel becomes scale × scale pixels
    gap_px: black lines between the pictures, in pixels of the file
    """
    tiles = [_enlarged(_to_bytes(image), scale) for image in images]
    height, width = (side + gap_px for side in tiles[0].shape)
    rows = -(-len(tiles) // columns)
    sheet = np.zeros((rows * height - gap_px, columns * width - gap_px), np.uint8)
    for index, tile in enumerate(tiles):
        top, left = (index // columns) * height, (index % columns) * width
        sheet[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    memory = io.BytesIO()
    Image.fromarray(sheet).save(memory, "PNG", compress_level=1)
    return memory.getvalue()


def _to_bytes(image_01: Tensor) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = (image_01.clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    return pixels


def _enlarged(pixels: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """The nearest pixel, so that edges stay sharp."""
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def _grey(pixels: NDArray[np.uint8]) -> Image.Image:
    image = Image.fromarray(pixels)
    image.putpalette(GREYS)
    return image
