"""Temporary."""

import io
import numpy as np
from PIL import Image


def encode_png(image_01):
    b = io.BytesIO()
    Image.fromarray(np.round(np.asarray(image_01) * 255).astype(np.uint8)).save(b, "PNG")
    return b.getvalue()


def decode_picture(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
