"""Parts of pictures that excite a unit, each beside the picture that it comes from.

Nothing here takes text from a visitor.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.inside.fields import Field
from mnist_core.pictures.image_files import encode_png
from ui.shared.figures.colours import CHOSEN, OUTLINE, SMALL
from ui.shared.figures.html import Values, equal_columns, grid
from ui.shared.figures.svg import pixels


@dataclass(frozen=True)
class PatchLook:
    """One patch. image_01: (28, 28), the whole picture; caption: HTML below; alt: what it is."""

    image_01: Values
    field: Field
    caption: str
    alt: str


def patch_grid(patches: Sequence[PatchLook]) -> str:
    """Three in a row: the patch, beside it the whole picture with the patch marked.

    What of the field lies outside the picture stays empty.
    """
    cells = "".join(_patch(patch) for patch in patches)
    return grid(cells, equal_columns(3), "14px 18px", "max-width:620px")


def _patch(patch: PatchLook) -> str:
    field = patch.field
    whole = Field(0, 0, *patch.image_01.shape)
    picture = pixels(encode_png(patch.image_01), whole.width, whole.height)
    marked = (
        f'<rect x="{field.column}" y="{field.row}" width="{field.width}" '
        f'height="{field.height}" fill="none" stroke="{CHOSEN}" stroke-width="1"/>'
    )
    return (
        f'<figure role="img" aria-label="{html.escape(patch.alt)}" style="margin:0">'
        '<div style="display:flex;gap:6%;align-items:flex-end">'
        f"{_window(picture, field, 56)}{_window(picture + marked, whole, 38)}</div>"
        f'<figcaption style="{SMALL};margin-top:.25rem">{patch.caption}</figcaption></figure>'
    )


def _window(picture: str, field: Field, width_percent: int) -> str:
    """What a field of the picture shows."""
    return (
        f'<svg aria-hidden="true" viewBox="{field.column} {field.row} {field.width} '
        f'{field.height}" style="width:{width_percent}%;display:block;border:1px solid {OUTLINE};'
        f'border-radius:3px;box-sizing:border-box">{picture}</svg>'
    )
