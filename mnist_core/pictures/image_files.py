"""Uploaded files and camera photos → arrays, and small images → PNG. Files are hostile until read.

Bounds: the bytes before anything is parsed, the pixels from the header before they are decoded,
the formats to four, and the side of what is handed on.
"""

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from mnist_core.errors import PictureUnusable

MAX_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 2000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ORIENTATION_TAG = 0x0112
TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation (Exif 2.32, tag 274)."""
FRAME_MS = 80
"""12.5 pictures a second: a GIF counts its time in hundredths of a second."""
GREYS = [level for grey in range(256) for level in (grey, grey, grey)]


def decode_picture(data: bytes) -> NDArray[np.uint8]:
    """The picture in a PNG, JPEG, WEBP or GIF (first frame) file: uint8 RGBA (H, W, 4).

    Upright as its EXIF data says; reduced when a side is over 2000 pixels.
    Raises PictureUnusable when it is no such file, is damaged, or is over 5 MB or 40 million
    pixels (nothing is decoded then).
    """
    check_size(data)
    image = open_header(data)
    try:
        # Half of the wanted side, since a JPEG is halved only while it stays above this.
        image.draft(None, (MAX_SIDE_PX // 2, MAX_SIDE_PX // 2))
        image.load()
        turn = TO_UPRIGHT.get(exif_orientation(image))
        rgba = to_rgba(image)
        return np.array(rgba if turn is None else rgba.transpose(turn))
    except Exception as error:  # damaged data makes Pillow raise nearly anything
        raise PictureUnusable(
            "This picture file is damaged or incomplete, so it cannot be shown. "
            "Save or download it again, or choose another picture."
        ) from error


def check_size(data: bytes) -> None:
    """Raise PictureUnusable when there are no bytes, or more than 5 MB of them."""
    if not data:
        raise PictureUnusable("This file is empty. Choose another picture.")
    if len(data) > MAX_BYTES:
        raise PictureUnusable(
            f"This file has {len(data) / 1e6:.1f} MB, more than the {MAX_BYTES / 1e6:.0f} MB "
            "that can be read. Crop the picture or save it smaller."
        )


def open_header(data: bytes) -> Image.Image:
    """The file's header, its pixels not yet decoded.

    Raises PictureUnusable when it is not of a known format or promises too many pixels.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureUnusable(_too_many_pixels("far too many")) from error
    except Exception as error:  # a hostile header makes Pillow raise nearly anything
        raise PictureUnusable(
            "This file is not a picture that can be read here. "
            "Choose a PNG, JPEG, WEBP or GIF picture."
        ) from error
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise PictureUnusable(_too_many_pixels(f"{pixels / 1e6:.0f} million"))
    return image


def to_rgba(image: Image.Image) -> Image.Image:
    """8 bits each of red, green, blue and opacity, no side over 2000 pixels.

    Pillow clips 16-bit grey when it converts, so that is divided by 256 here.
    """
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) // 256).astype(np.uint8))
    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA")
    factor = -(-max(image.size) // MAX_SIDE_PX)
    if factor > 1:
        image = image.reduce((min(factor, image.width), min(factor, image.height)))
    return image.convert("RGBA")


def exif_orientation(image: Image.Image) -> int:
    """How the camera was held: 1 (upright) to 8; 1 when the EXIF data do not say or are broken."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # a photo with broken EXIF data is still a photo
        return 1


def encode_png(image_01: NDArray[np.float32]) -> bytes:
    """An 8-bit grey PNG file of a (28, 28) image in [0, 1]."""
    pixels = np.round(np.clip(image_01, 0, 1) * 255).astype(np.uint8)
    memory = io.BytesIO()
    Image.fromarray(pixels).save(memory, "PNG")
    return memory.getvalue()


def _too_many_pixels(how_many: str) -> str:
    return (
        f"This picture has {how_many} pixels, more than the {MAX_PIXELS // 1_000_000} million "
        "that can be read. Save it smaller, or take a photo with a lower resolution."
    )


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
