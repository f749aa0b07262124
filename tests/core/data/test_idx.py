import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch import Tensor

from mnist_core.data.idx import (
    MAX_BYTES,
    cut_test_set,
    digits_from_files,
    digits_from_idx,
)
from mnist_core.data.idx_file import (
    FOUR_FILES,
    MAX_MEMBERS,
    MAX_PICTURES,
    parse_idx_images,
    parse_idx_labels,
    unpack,
)
from mnist_core.data.mnist import Digits, mnist_root
from mnist_core.errors import IdxIncomplete, IdxTooMuch, IdxUnusable

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FOUR_FILES


def header(*sizes: int, type_code: int = 8) -> bytes:
    return bytes([0, 0, type_code, len(sizes)]) + b"".join(n.to_bytes(4, "big") for n in sizes)


def idx_bytes(values: Tensor) -> bytes:
    """uint8 `values` in the format of the official files."""
    return header(*values.shape) + values.numpy().tobytes()


def random_digits(count: int, seed: int = 0) -> Digits:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 28, 28), generator=generator).to(torch.uint8)
    return Digits(images, torch.randint(0, 10, (count,), generator=generator).to(torch.uint8))


def four_files(train: Digits, test: Digits) -> list[tuple[str, bytes]]:
    tensors = (train.images, train.labels, test.images, test.labels)
    return [(name, idx_bytes(values)) for name, values in zip(FOUR_FILES, tensors, strict=True)]


def same(digits: Digits, expected: Digits) -> bool:
    return torch.equal(digits.images, expected.images) and torch.equal(
        digits.labels, expected.labels
    )


def assert_one_clear_message(error: IdxUnusable, name: str) -> None:
    """The file is named, and the reader is told what to do."""
    message = str(error)
    assert name in message
    assert message.endswith(".")
    assert any(word in message for word in ("Choose", "Download", "exchange", "add")), message


DIGITS = random_digits(120)
IMAGES, LABELS = idx_bytes(DIGITS.images), idx_bytes(DIGITS.labels)


# What is right is read


@given(st.integers(1, 40), st.integers(0, 2**31), st.booleans())
def test_what_was_written_is_read_back(count: int, seed: int, packed: bool) -> None:
    digits = random_digits(count, seed)
    pack = gzip.compress if packed else bytes
    images = parse_idx_images(pack(idx_bytes(digits.images)), "images")
    labels = parse_idx_labels(pack(idx_bytes(digits.labels)), "labels")
    assert same(Digits(images, labels), digits)
    assert (images.dtype, labels.dtype) == (torch.uint8, torch.uint8)


def test_what_was_read_does_not_share_memory_with_the_upload() -> None:
    upload = bytes(IMAGES)
    images = parse_idx_images(upload, "images")
    images[:] = 0
    assert upload == IMAGES


def test_two_fitting_files_are_digits() -> None:
    assert same(digits_from_idx(IMAGES, gzip.compress(LABELS)), DIGITS)


@given(st.permutations(range(4)), st.lists(st.booleans(), min_size=4, max_size=4))
def test_four_files_are_recognised_in_any_order_and_packing(
    order: list[int], packed: list[bool]
) -> None:
    train, test = random_digits(130, seed=1), random_digits(110, seed=2)
    files = [
        (f"{name}.gz", gzip.compress(data, 1)) if pack else (name, data)
        for (name, data), pack in zip(four_files(train, test), packed, strict=True)
    ]
    found = digits_from_files([files[k] for k in order])
    assert same(found[0], train)
    assert same(found[1], test)


def test_names_as_other_sites_and_browsers_write_them_are_understood() -> None:
    train, test = random_digits(130, seed=1), random_digits(110, seed=2)
    names = ["C:\\Train-Images.idx3-ubyte", "emnist-TRAIN-labels", "test-images (1)", "a/t10k-l"]
    files = [(name, data) for name, (_, data) in zip(names, four_files(train, test), strict=True)]
    found = digits_from_files(files)
    assert same(found[0], train)
    assert same(found[1], test)


def test_content_counts_more_than_the_name_when_pictures_and_labels_are_told_apart() -> None:
    train, _ = digits_from_files([("labels", IMAGES), ("images", LABELS)])
    assert len(train) == 100


@given(st.integers(100, 200))
def test_of_one_pair_a_sixth_is_always_the_same_test_set(count: int) -> None:
    digits = random_digits(count)
    digits.images[:, 0, 0] = torch.arange(count).to(torch.uint8)
    files = [("a", idx_bytes(digits.images)), ("b", idx_bytes(digits.labels))]
    train, test = digits_from_files(files)
    assert (len(train), len(test)) == (count - count // 6, count // 6)
    used = torch.cat([train.images[:, 0, 0], test.images[:, 0, 0]])
    assert sorted(used.tolist()) == list(range(count))
    assert same(cut_test_set(digits)[1], test)


@pytest.mark.mnist
def test_the_official_files_give_the_digits_that_mnist_gives(
    mnist_training_digits: Digits, mnist_test_digits: Digits
) -> None:
    raw = mnist_root() / "MNIST" / "raw"
    paths = [next(path for path in _either(raw / name) if path.is_file()) for name in FOUR_FILES]
    train, test = digits_from_files([(path.name, path.read_bytes()) for path in paths])
    assert same(train, mnist_training_digits)
    assert same(test, mnist_test_digits)


def _either(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}.gz"), path


# What is wrong with one file gets a sentence


def bomb(head: bytes) -> bytes:
    """60 MB of nothing after `head`, in 60 kB."""
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(head) + packer.compress(bytes(60_000_000)) + packer.flush()


PACKED = gzip.compress(IMAGES)
HOSTILE_IMAGES = {
    "empty": (b"", "is empty"),
    "one byte": (b"\0", "not an IDX file"),
    "text": (b"hello, I am a text file", "not an IDX file"),
    "packed text": (gzip.compress(b"hello"), "not an IDX file"),
    "packed nothing": (gzip.compress(b""), "not an IDX file"),
    "wrong magic": (b"\1" + IMAGES[1:], "not an IDX file"),
    "floats": (header(9, 28, 28, type_code=13) + bytes(9 * 784 * 4), "numbers of another type"),
    "two dimensions": (header(28, 28) + bytes(784), "has 2 dimensions"),
    "255 dimensions": (header(*[2] * 255), "has 255 dimensions"),
    "header cut": (IMAGES[:10], "within its header"),
    "no pictures": (header(0, 28, 28), "promises 0 pictures"),
    "4 billion": (header(2**32 - 1, 28, 28) + bytes(784), "promises 4 294 967 295 pictures"),
    "one too many": (header(MAX_PICTURES + 1, 28, 28), "promises 70 001 pictures"),
    "32 × 32": (header(120, 32, 32) + bytes(120 * 1024), "32 × 32 pixels"),
    "width of 4 billion": (header(120, 28, 2**32 - 1), "28 × 4 294 967 295 pixels"),
    "width of nothing": (header(120, 28, 0), "28 × 0 pixels"),
    "truncated": (IMAGES[:-1], "promises 120 pictures, but ends after 119"),
    "header alone": (IMAGES[:16], "ends after 0"),
    "trailing byte": (IMAGES + b"\0", "goes on after the 120 pictures"),
    "labels": (LABELS, "swapped"),
    "packed labels": (gzip.compress(LABELS), "swapped"),
    "packed, cut": (PACKED[: len(PACKED) // 2], "ends too early"),
    "packed, no checksum": (PACKED[:-8], "ends too early"),
    "packed, magic alone": (b"\x1f\x8b", "ends too early"),
    "packed, damaged": (PACKED[:10] + b"\xff" * 500, "cannot be unpacked"),
    "packed, wrong checksum": (PACKED[:-8] + bytes(8), "cannot be unpacked"),
    "packed, trailing byte": (gzip.compress(IMAGES + b"\0"), "goes on after"),
    "bomb": (bomb(header(60_000, 28, 28)), "goes on after the 60 000 pictures"),
    "bomb of zeros": (bomb(b""), "numbers of another type"),
}


@pytest.mark.parametrize(("data", "words"), HOSTILE_IMAGES.values(), ids=HOSTILE_IMAGES)
def test_what_is_no_file_of_pictures_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(IdxUnusable) as caught:
        parse_idx_images(data, "my-images")
    assert words in str(caught.value)
    assert_one_clear_message(caught.value, "my-images")


HOSTILE_LABELS = {
    "empty": (b"", "is empty"),
    "pictures": (IMAGES, "swapped"),
    "truncated": (LABELS[:-20], "promises 120 labels, but ends after 100"),
    "trailing byte": (LABELS + b"\0", "goes on after the 120 labels"),
    "a label of 10": (LABELS[:-1] + b"\x0a", "Label 120 in my-labels is 10"),
    "no labels": (header(0), "promises 0 labels"),
    "bomb": (bomb(header(120)), "goes on after the 120 labels"),
}


@pytest.mark.parametrize(("data", "words"), HOSTILE_LABELS.values(), ids=HOSTILE_LABELS)
def test_what_is_no_file_of_labels_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(IdxUnusable) as caught:
        parse_idx_labels(data, "my-labels")
    assert words in str(caught.value)
    assert_one_clear_message(caught.value, "my-labels")


@given(st.binary(max_size=300))
@example(b"\x1f\x8b\x08")
@example(b"\0\0\x08\x03")
@example(header(1, 28, 28))
def test_random_bytes_are_refused_or_read_and_nothing_else(data: bytes) -> None:
    for content in (data, b"\x1f\x8b\x08\0" + data, gzip.compress(data), b"\0\0\x08\x01" + data):
        for parse in (parse_idx_images, parse_idx_labels):
            try:
                parsed = parse(content, "upload")
            except IdxUnusable as error:
                assert_one_clear_message(error, "upload")
            else:
                assert parsed.dtype == torch.uint8


@given(st.integers(0, 15), st.integers(0, 255), st.booleans())
def test_any_other_byte_in_the_header_is_refused_or_read(
    place: int, value: int, packed: bool
) -> None:
    changed = bytearray(IMAGES)
    changed[place] = value
    data = gzip.compress(bytes(changed), 1) if packed else bytes(changed)
    try:
        assert torch.equal(parse_idx_images(data, "upload"), DIGITS.images)
    except IdxUnusable as error:
        assert_one_clear_message(error, "upload")


def test_a_bomb_is_unpacked_no_further_than_its_header_promises() -> None:
    packed = bomb(header(100, 28, 28))
    tracemalloc.start()
    with pytest.raises(IdxUnusable):
        parse_idx_images(packed, "bomb.gz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@given(st.binary(max_size=5000), st.integers(1, 5000), st.booleans())
def test_unpacking_gives_the_beginning(data: bytes, limit: int, packed: bool) -> None:
    content = gzip.compress(data) if packed else b"\0" + data
    expected = data if packed else b"\0" + data
    assert unpack(content, "upload", limit) == expected[:limit]


@pytest.mark.parametrize("after", [b"", b"no gzip", bytes(100)], ids=repr)
def test_what_follows_the_gzip_that_a_file_begins_with_is_not_looked_at(after: bytes) -> None:
    assert unpack(gzip.compress(b"content") + after, "upload", limit=100) == b"content"


@given(
    parts=st.lists(st.binary(max_size=40_000), min_size=1, max_size=5), limit=st.integers(1, 10**5)
)
def test_a_gzip_file_of_several_members_is_read_as_one(parts: list[bytes], limit: int) -> None:
    packed = b"".join(gzip.compress(part) for part in parts)
    assert unpack(packed, "upload", limit) == b"".join(parts)[:limit]


def test_members_without_end_are_not_followed() -> None:
    assert unpack(gzip.compress(b"a") * 10_000, "upload", limit=9_000) == b"a" * MAX_MEMBERS


# What is wrong with several files together gets a sentence


def test_pictures_and_labels_that_differ_in_number_do_not_belong_together() -> None:
    with pytest.raises(IdxUnusable, match=r"120 pictures, but lab holds 119 labels") as caught:
        digits_from_idx(IMAGES, idx_bytes(DIGITS.labels[:119]), "img", "lab")
    assert_one_clear_message(caught.value, "img")


def test_swapped_files_are_named_as_such() -> None:
    with pytest.raises(IdxUnusable, match="img holds labels where pictures are needed"):
        digits_from_idx(LABELS, IMAGES, "img", "lab")


def test_too_few_pictures_are_refused() -> None:
    few = random_digits(99)
    with pytest.raises(IdxUnusable, match="holds only 99 pictures") as caught:
        digits_from_idx(idx_bytes(few.images), idx_bytes(few.labels), "img", "lab")
    assert_one_clear_message(caught.value, "img")


@pytest.mark.parametrize("grey", [0, 255])
def test_blank_pictures_are_refused(grey: int) -> None:
    blank = torch.full((120, 28, 28), grey, dtype=torch.uint8)
    with pytest.raises(IdxUnusable, match="blank") as caught:
        digits_from_idx(idx_bytes(blank), LABELS, "img", "lab")
    assert_one_clear_message(caught.value, "img")


FILES = four_files(DIGITS, random_digits(110, seed=2))


@pytest.mark.parametrize("missing", range(4))
def test_with_three_of_four_files_the_fourth_is_asked_for(missing: int) -> None:
    with pytest.raises(IdxIncomplete, match=r"So far: .* add what is missing"):
        digits_from_files(FILES[:missing] + FILES[missing + 1 :])


@pytest.mark.parametrize("files", [[], FILES[:1], FILES[1:2], FILES[0:3:2], FILES[1:4:2]])
def test_without_pictures_or_without_labels_the_others_are_asked_for(
    files: list[tuple[str, bytes]],
) -> None:
    with pytest.raises(IdxIncomplete, match="add what is missing"):
        digits_from_files(files)


def test_training_pictures_with_test_labels_are_refused_even_if_as_many() -> None:
    with pytest.raises(IdxUnusable, match="not of one set"):
        digits_from_files([(TRAIN_IMAGES, IMAGES), (TEST_LABELS, LABELS)])


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["a", "b", "c", "d"], id="names that say nothing"),
        pytest.param([TRAIN_IMAGES, TRAIN_LABELS, TRAIN_IMAGES, TEST_LABELS], id="train twice"),
        pytest.param(["train-test", TRAIN_LABELS, TEST_IMAGES, TEST_LABELS], id="both"),
    ],
)
def test_of_two_sets_the_names_must_tell_which_is_which(names: list[str]) -> None:
    files = [(name, data) for name, (_, data) in zip(names, FILES, strict=True)]
    with pytest.raises(IdxUnusable, match=r"all hold pictures.*“train” in its name"):
        digits_from_files(files)


def test_more_than_four_files_are_too_much() -> None:
    with pytest.raises(IdxTooMuch, match="5 files"):
        digits_from_files([*FILES, FILES[0]])


def test_more_bytes_than_70_000_pictures_have_are_too_much() -> None:
    half = bytes(MAX_BYTES // 2 + 1)
    with pytest.raises(IdxTooMuch, match="more than the 56 MB"):
        digits_from_files([("a", half), ("b", half)])


def test_more_than_70_000_pictures_together_are_refused_before_they_are_unpacked() -> None:
    packed = gzip.compress(header(40_000, 28, 28))
    labels = gzip.compress(header(40_000))
    with pytest.raises(IdxUnusable, match="80 000 pictures together"):
        digits_from_files(
            [
                (TRAIN_IMAGES, packed),
                (TEST_IMAGES, packed),
                (TRAIN_LABELS, labels),
                (TEST_LABELS, labels),
            ]
        )


def test_one_bad_file_of_four_is_named() -> None:
    files = [*FILES[:3], (TEST_LABELS, FILES[3][1][:-1])]
    with pytest.raises(IdxUnusable) as caught:
        digits_from_files(files)
    assert_one_clear_message(caught.value, TEST_LABELS)
