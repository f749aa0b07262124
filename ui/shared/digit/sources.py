"""Where a picture of a digit can come from, beside the canvas."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_core.pictures.image_files import MAX_BYTES, decode_picture
from ui.shared.digit.canvas import digit_canvas
from ui.shared.digit.test_digits import offered_test_digits
from ui.shared.lesson import try_or_say
from ui.shared.state import SOURCE, TEST_DIGIT
from ui.shared.widgets import number, segmented

DRAW, UPLOAD, PHOTO, TEST = "Draw", "Upload", "Photo", "Test digit"
UPLOAD_MB = MAX_BYTES // 10**6
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif"]


def choose_picture(over: Callable[[], None] | None = None) -> NDArray[np.uint8] | None:
    """Let the visitor draw, upload, photograph or pick; returns uint8 RGBA or 28×28 grey.

    over: see `digit_canvas`
    """
    place = st.container()
    source = segmented(SOURCE, "Where the digit comes from", [DRAW, UPLOAD, PHOTO, TEST])
    makers = {UPLOAD: _uploaded, PHOTO: _photographed, TEST: _test_digit}
    with place:
        return makers.get(source, partial(digit_canvas, over))()


def _uploaded() -> NDArray[np.uint8] | None:
    file = st.file_uploader(
        "A picture of one digit: a scan, a screenshot, a photo",
        FILE_TYPES,
        max_upload_size=UPLOAD_MB,
        help=f"At most {UPLOAD_MB} MB. It is read and forgotten, never stored.",
    )
    return _decoded(file.getvalue()) if file else None


def _photographed() -> NDArray[np.uint8] | None:
    st.caption(
        "Write one digit on paper, large and with a dark pen, and hold it to the camera. "
        "No camera, or not allowed? Use *Upload*."
    )
    file = st.camera_input("Photo of a digit on paper", label_visibility="collapsed")
    return _decoded(file.getvalue()) if file else None


def _decoded(data: bytes) -> NDArray[np.uint8] | None:
    picture = try_or_say(lambda: decode_picture(data), icon=":material/broken_image:")
    if picture is None:
        return None
    small = Image.fromarray(picture)
    small.thumbnail((200, 200))
    with st.container(border=True, width="content"):
        st.image(small, caption="Your picture")
    return picture


def _test_digit() -> NDArray[np.uint8] | None:
    offered = offered_test_digits(then_rerun="fragment")
    if offered is None:
        return None
    digits = offered.digits
    chosen = number(TEST_DIGIT, "Which test digit (0 to 9999)", 0, len(digits) - 1)
    st.button("Another one", icon=":material/casino:", on_click=_another_test_digit)
    label = int(digits.labels[chosen])
    said = "The autoencoder was asked for a" if offered.generated else "MNIST labels this one as"
    st.caption(f"{said} **{label}**.")
    return digits.images[chosen].numpy()


def _another_test_digit() -> None:
    TEST_DIGIT.set(int(np.random.default_rng().integers(10_000)))
