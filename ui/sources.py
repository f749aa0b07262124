"""Where a picture of a digit can come from, beside the canvas."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import may_download, mnist_is_here
from mnist_core.errors import MnistLabError
from mnist_core.pictures import decode_picture
from ui.canvas import digit_canvas
from ui.mnist_download import offer_mnist_download
from ui.runtime import shared_test_digits
from ui.state import SOURCE, TEST_DIGIT

DRAW, UPLOAD, PHOTO, TEST = "Draw", "Upload", "Photo", "Test digit"
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif"]


def choose_picture() -> NDArray[np.uint8] | None:
    """Let the visitor draw, upload, photograph or pick; returns uint8 RGBA or 28×28 grey."""
    st.segmented_control(
        "Where the digit comes from",
        [DRAW, UPLOAD, PHOTO, TEST],
        default=SOURCE.default,
        required=True,
        key=SOURCE.key,
        bind="query-params",
    )
    makers = {UPLOAD: _uploaded, PHOTO: _photographed, TEST: _test_digit}
    return makers.get(SOURCE.get(), digit_canvas)()


def _uploaded() -> NDArray[np.uint8] | None:
    file = st.file_uploader(
        "A picture of one digit: a scan, a screenshot, a photo",
        FILE_TYPES,
        max_upload_size=5,
        help="At most 5 MB. It is read and forgotten, never stored.",
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
    try:
        picture = decode_picture(data)
    except MnistLabError as error:
        st.error(str(error), icon=":material/broken_image:")
        return None
    small = Image.fromarray(picture)
    small.thumbnail((200, 200))
    with st.container(border=True, width="content"):
        st.image(small, caption="Your picture")
    return picture


def _test_digit() -> NDArray[np.uint8] | None:
    if may_download() and not mnist_is_here():
        offer_mnist_download(then_rerun="fragment")
        return None
    try:
        digits = shared_test_digits()
    except MnistLabError as error:
        st.error(str(error), icon=":material/folder_off:")
        return None
    st.number_input(
        "Which test digit (0 to 9999)",
        min_value=0,
        max_value=len(digits) - 1,
        value=TEST_DIGIT.default,
        key=TEST_DIGIT.key,
        bind="query-params",
    )
    st.button("Another one", icon=":material/casino:", on_click=_another_test_digit)
    chosen = TEST_DIGIT.get()
    st.caption(f"MNIST labels this one as **{int(digits.labels[chosen])}**.")
    return digits.images[chosen].numpy()


def _another_test_digit() -> None:
    TEST_DIGIT.set(int(np.random.default_rng().integers(10_000)))
