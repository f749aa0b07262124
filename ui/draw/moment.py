"""What the network reads in a picture that the browser has sent in the middle of a stroke."""

import base64
from typing import Any

from mnist_core.errors import PictureUnusable
from mnist_core.number import find_number
from mnist_core.pictures.image_files import decode_picture
from mnist_core.reading import DigitReader
from ui.draw.answer import answer_of_number
from ui.draw.strip import pictures_of
from ui.shared.digit.several import looked_at


def live_moment(reader: DigitReader, png: str) -> dict[str, Any] | None:
    """What answer and strip show of a picture, for `moment.js`; None for what is no picture.

    png: a data address, “data:image/png;base64,…”
    """
    try:
        picture = decode_picture(base64.b64decode(png.partition(",")[2], validate=True))
    except (PictureUnusable, ValueError):
        return None
    number = find_number(reader, picture)
    return {
        "by": "pen",
        "answer": answer_of_number(number),
        "pictures": pictures_of(reader, looked_at(number)[1], picture),
    }
