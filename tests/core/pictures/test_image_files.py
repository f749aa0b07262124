"""Uploaded files: good ones are read, all others are refused with one clear sentence."""

import io
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_core.errors import PictureUnusable
from mnist_core.pictures import image_files as pictures
from mnist_core.pictures.image_files import MAX_BYTES, MAX_SIDE_PX, decode_picture, encode_png
from tests.core.photos import draw_digit

CORNERS = np.zeros((40, 60, 3), np.uint8)
CORNERS[:20, :30] = (250, 10, 10)
CORNERS[20:, 30:] = (10, 10, 250)


def to_file(image, file_format, **options):
    memory = io.BytesIO()
    image.save(memory, file_format, **options)
    return memory.getvalue()


def png_chunk(kind, content):
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_of_size(width, height):
    """A PNG that promises width × height pixels, in under 200 bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def refusal(data):
    with pytest.raises(PictureUnusable) as caught:
        decode_picture(data)
    return str(caught.value)


@pytest.mark.parametrize("file_format", ["PNG", "GIF", "WEBP", "JPEG"])
def test_each_format_is_read(file_format):
    options = {"lossless": True} if file_format == "WEBP" else {}
    picture = decode_picture(to_file(Image.fromarray(CORNERS), file_format, **options))
    assert picture.dtype == np.uint8
    assert picture.shape == (40, 60, 4)
    assert (picture[..., 3] == 255).all()
    tolerance = 40 if file_format == "JPEG" else 0
    assert np.abs(picture[5, 5, :3].astype(int) - CORNERS[5, 5]).max() <= tolerance
    assert np.abs(picture[35, 55, :3].astype(int) - CORNERS[35, 55]).max() <= tolerance


def test_a_16_bit_png_keeps_its_greys():
    levels = np.array([[0, 0x4000], [0x8000, 0xFFFF]], np.uint16)
    picture = decode_picture(to_file(Image.fromarray(levels), "PNG"))
    assert picture[..., 0].tolist() == [[0, 0x40], [0x80, 0xFF]]


def test_palette_black_and_white_and_grey_pngs_are_read():
    grey = Image.fromarray(draw_digit(3)[..., 0])
    for mode in ("L", "LA", "1", "P", "RGBA"):
        picture = decode_picture(to_file(grey.convert(mode), "PNG"))
        assert picture.shape == (280, 280, 4)
        assert picture[0, 0].tolist() == [0, 0, 0, 255]
        assert picture[..., 0].max() == 255


def test_transparency_is_kept():
    clear = decode_picture(to_file(Image.new("RGBA", (5, 5), (9, 9, 9, 0)), "PNG"))
    assert (clear[..., 3] == 0).all()


def test_the_first_frame_of_an_animation_is_read():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = to_file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_picture(data)[0, 0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "TL"), (2, "TR"), (3, "BR"), (4, "BL"), (5, "TL"), (6, "TR"), (7, "BR"), (8, "BL")],
)
def test_a_photo_is_turned_upright(orientation, corner):
    stored = np.zeros((40, 60, 3), np.uint8)
    stored[:20, :30] = 250  # the stored upper left corner
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode_picture(to_file(Image.fromarray(stored), "JPEG", exif=exif, quality=95))
    assert picture.shape[:2] == ((40, 60) if orientation <= 4 else (60, 40))
    y = {"T": 3, "B": -4}[corner[0]]
    x = {"L": 3, "R": -4}[corner[1]]
    assert picture[y, x, 0] > 200
    assert (picture[..., 0] > 128).mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_data_do_not_spoil_a_photo():
    plain = to_file(Image.fromarray(CORNERS), "JPEG")
    broken = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 30
    segment = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken
    assert decode_picture(plain[:2] + segment + plain[2:]).shape == (40, 60, 4)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_a_large_photo_is_reduced(file_format):
    data = to_file(Image.fromarray(CORNERS).resize((4000, 3000)), file_format)
    picture = decode_picture(data)
    assert picture.shape == (1500, 2000, 4)
    assert picture[100, 100, 0] > 230


def test_a_large_jpeg_is_decoded_small():
    decoded_sizes = []
    real = pictures.to_rgba
    data = to_file(Image.new("RGB", (6000, 4000)), "JPEG")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pictures, "to_rgba", lambda image: decoded_sizes.append(image.size) or real(image)
        )
        picture = decode_picture(data)
    assert max(decoded_sizes[0]) <= MAX_SIDE_PX
    assert picture.shape == (1000, 1500, 4)


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.parametrize("filters", ["error", "ignore"])
def test_too_many_pixels_are_refused_without_decoding_them(size, filters):
    data = png_of_size(*size)
    tracemalloc.start()
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter(filters)
        sentence = refusal(data)
    elapsed_s = time.process_time() - start
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "40 million" in sentence
    assert peak_bytes < 3_000_000
    assert elapsed_s < 1


def test_too_many_pixels_are_never_loaded(monkeypatch):
    def fail(self):
        raise AssertionError("decoded")

    data = png_of_size(7000, 7000)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    assert "49 million" in refusal(data)


def zip_file():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("digit.png", b"no")
    return memory.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"This is a text named digit.png", "not a picture"),
        (zip_file(), "not a picture"),
        (b"%PDF-1.7\n", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (to_file(Image.fromarray(CORNERS), "TIFF"), "not a picture"),
        (to_file(Image.fromarray(CORNERS), "ICO"), "not a picture"),
        (to_file(Image.fromarray(draw_digit(8)), "PNG")[:1500], "damaged"),
        (to_file(Image.fromarray(draw_digit(8)).convert("RGB"), "JPEG")[:1500], "damaged"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
        (bytes(6_000_000), "6.0 MB"),
        (bytes(MAX_BYTES + 1), "MB"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(data, words):
    sentence = refusal(data)
    assert words in sentence
    assert sentence.startswith("This ")
    assert sentence.endswith(".")
    assert any(verb in sentence for verb in ("Choose", "Save", "Crop"))
    assert not any(jargon in sentence for jargon in ("Error", "PIL", "0x", "bytes"))


VALID = [
    to_file(Image.fromarray(draw_digit(8)).resize((40, 40)), "PNG"),
    to_file(Image.fromarray(draw_digit(8)[..., 0]).resize((40, 40)), "JPEG"),
    to_file(Image.fromarray(CORNERS), "GIF"),
    to_file(Image.fromarray(CORNERS), "WEBP"),
]
MAGIC = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "]


def is_refused_or_read(data):
    """True when decoding raises PictureUnusable or gives a picture; other errors pass through."""
    try:
        picture = decode_picture(data)
    except PictureUnusable:
        return True
    return picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 4


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MAGIC), st.binary(max_size=300))
@pytest.mark.filterwarnings("ignore")
def test_random_bytes_only_ever_raise_picture_unusable(magic, rest):
    assert is_refused_or_read(magic + rest)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
@pytest.mark.filterwarnings("ignore")
def test_corrupted_files_only_ever_raise_picture_unusable(valid, changes, kept):
    data = bytearray(valid)
    for position, value in changes:
        data[position % len(data)] = value
    assert is_refused_or_read(bytes(data[: max(1, round(len(data) * (kept**0.2)))]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_png_holds_the_image_to_within_half_a_grey(seed):
    image_01 = np.random.default_rng(seed).random((28, 28), np.float32)
    data = encode_png(image_01)
    decoded = Image.open(io.BytesIO(data))
    assert (decoded.format, decoded.mode, decoded.size) == ("PNG", "L", (28, 28))
    assert np.abs(np.asarray(decoded) / 255 - image_01).max() <= 0.5 / 255 + 1e-6
    assert np.array_equal(decode_picture(data)[..., 0], np.asarray(decoded))


def test_values_a_rounding_error_outside_the_range_do_not_wrap_around():
    image_01 = np.full((28, 28), 1 + 1e-6, np.float32)
    image_01[0] = -1e-6
    decoded = np.asarray(Image.open(io.BytesIO(encode_png(image_01))))
    assert decoded[0].max() == 0
    assert decoded[1:].min() == 255
