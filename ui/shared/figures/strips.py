"""Pictures in one row, and picture files of several digits, as HTML.

Nothing here takes text from a visitor.
"""

from collections.abc import Sequence

from torch import Tensor

from ui.shared.figures.colours import FRAME, TABULAR
from ui.shared.figures.html import figure, grid, image, picture


def strip(images: Tensor, captions: Sequence[str], least_px: int = 60) -> str:
    """Images (n, 28, 28) in [0, 1] in one row that wraps; captions are HTML."""
    cells = "".join(
        figure(picture(image, _plain(caption), 120), caption, caption_style=TABULAR)
        for image, caption in zip(images.numpy(), captions, strict=True)
    )
    columns = f"repeat(auto-fill,minmax({least_px}px,1fr))"
    return grid(cells, columns, "8px 6px", f"max-width:{len(images) * 126}px")


def file_as_picture(data: bytes, kind: str, alt: str, width_px: int) -> str:
    """A GIF or PNG file (`kind`) as a picture with sharp pixels."""
    style = f"width:{width_px}px;max-width:100%;border:{FRAME};border-radius:6px"
    return image(data, alt, style, kind)


def _plain(caption: str) -> str:
    return (
        caption.replace("<br>", ", ").replace("<b>", "").replace("</b>", "") or "generated picture"
    )
