"""What comes from outside, judged before it is kept."""

import numpy as np
import torch

from mnist_core.classroom.keys import WRITERS
from mnist_core.errors import EntryUnusable, PictureUnusable

SIDE_PX = 28


def check_writer(writer: object) -> int:
    """`writer` itself, a whole number from 1 to 2⁵³ − 1; raises EntryUnusable."""
    if type(writer) is not int or not 1 <= writer < WRITERS:
        raise EntryUnusable("That is not the number of a writer. Load the page again.")
    return writer


def check_asked(asked: object) -> int:
    """`asked` itself, a digit from 0 to 9; raises EntryUnusable."""
    if type(asked) is not int or not 0 <= asked <= 9:
        raise EntryUnusable("Only the digits 0 to 9 can be asked for.")
    return asked


def check_number(number: object) -> int:
    """`number` itself, as the store counts its pictures; raises EntryUnusable."""
    if type(number) is not int or not 1 <= number < WRITERS:
        raise EntryUnusable("That is not the number of a picture.")
    return number


def to_bytes(picture: object) -> bytes:
    """uint8 (28, 28), row by row, from an array or tensor; raises PictureUnusable."""
    array = picture.numpy() if isinstance(picture, torch.Tensor) else picture
    if not (
        isinstance(array, np.ndarray)
        and array.dtype == np.uint8
        and array.shape == (SIDE_PX, SIDE_PX)
    ):
        raise PictureUnusable(f"A digit that is handed in has {SIDE_PX} × {SIDE_PX} bytes.")
    if not array.any():
        raise PictureUnusable("There is nothing on the canvas. Write the digit first.")
    return array.tobytes()


def check_text(text: object, longest: int, what: str) -> str:
    """`text` itself; raises EntryUnusable when it is empty, too long, or what no database keeps."""
    if not isinstance(text, str) or not text.strip() or len(text) > longest:
        raise EntryUnusable(f"{what} has 1 to {longest} characters.")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise EntryUnusable(f"{what} holds characters that cannot be kept.")
    return text
