"""Uploaded IDX files → digits to train on. Files are hostile until parsed.

IDX is the format of MNIST's own files (Y. LeCun, C. Cortes, C. Burges, “The MNIST database”):
two zero bytes, a code for the type of number (8: one byte each), the number of dimensions, each
dimension's size as four bytes with the highest first, and then the numbers.

Bounds: the header is unpacked and judged first, and then no byte more than it promises, plus one.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from mnist_core.data.mnist import Digits, Split, data_checksum, split_held_out
from mnist_core.errors import DataUnavailable, IdxIncomplete, IdxTooMuch, IdxUnusable
from mnist_core.words import presentable, spaced

Kind = Literal["pictures", "labels"]
MAX_PICTURES = 70_000
"""In all files of one upload together: as many as MNIST has, 55 MB."""
MIN_PICTURES = 100
MAX_FILES = 4
MAX_BYTES = 56_000_000
"""Of one upload, which is 55 MB with 70 000 pictures unpacked."""
TEST_SHARE = 1 / 6
SIDE_PX = 28
BYTE_TYPE = 8
KIND_OF_DIMENSIONS: dict[int, Kind] = {3: "pictures", 1: "labels"}
GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 16_384
"""What is unpacked in one go: gzip makes at most a thousandth of the result, so 17 MB."""
MAX_MEMBERS = 64
FOUR_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@dataclass(frozen=True)
class IdxFile:
    """An uploaded file of which only the header has been read.

    name:  fit to be shown
    data:  as uploaded, raw or gzip
    sizes: of each dimension, as the header has them: the first is the number of pictures or labels
    """

    name: str
    data: bytes
    sizes: tuple[int, ...]

    @property
    def kind(self) -> Kind:
        """What the content is, whatever the name says."""
        return KIND_OF_DIMENSIONS[len(self.sizes)]

    @property
    def split(self) -> Split | None:
        """What the name says that the file is for: “train”, or “t10k” or “test”."""
        lower = self.name.lower()
        is_train, is_test = "train" in lower, "t10k" in lower or "test" in lower
        if is_train == is_test:
            return None
        return "train" if is_train else "test"


def digits_from_files(files: Sequence[tuple[str, bytes]]) -> tuple[Digits, Digits]:
    """The digits to train on and those to test on, from uploaded IDX files in any order.

    files: (name, content) each, raw or gzip; either four, of which names tell what is for training
           and what for testing, or one pair, of which a sixth is set aside as the test set
    Raises IdxIncomplete when a file is still missing, IdxTooMuch when these cannot be a set that
    fits here, IdxUnusable when anything else is wrong.
    """
    _check_amount(files)
    pairs = _pairs([open_idx(data, name) for name, data in files])
    _check_total(pairs)
    digits = [
        digits_from_idx(images.data, labels.data, images.name, labels.name)
        for images, labels in pairs
    ]
    return cut_test_set(digits[0]) if len(digits) == 1 else (digits[0], digits[1])


def digits_from_paths(paths: Sequence[str | Path], checksum: str = "") -> tuple[Digits, Digits]:
    """The same from files on this machine.

    checksum: that of the digits that are wanted, as `data_checksum` says it; "" takes any
    Raises DataUnavailable when a file cannot be read or they are other digits, and as above.
    """
    try:
        files = [(Path(path).name, Path(path).read_bytes()) for path in paths]
    except OSError as error:
        raise DataUnavailable(f"{error.filename} cannot be read. Put it there.") from error
    train, test = digits_from_files(files)
    if checksum not in ("", data_checksum(train.images, train.labels, test.images, test.labels)):
        raise DataUnavailable("These files hold other digits than those that are asked for.")
    return train, test


def digits_from_idx(
    images: bytes, labels: bytes, images_name: str = "images", labels_name: str = "labels"
) -> Digits:
    """The labelled pictures in two IDX files, raw or gzip.

    Raises IdxUnusable when either is not what it should be, or when they do not fit together.
    """
    pictures = parse_idx_images(images, images_name)
    answers = parse_idx_labels(labels, labels_name)
    images_name, labels_name = presentable(images_name), presentable(labels_name)
    if len(pictures) != len(answers):
        raise IdxUnusable(
            f"{images_name} holds {spaced(len(pictures))} pictures, but {labels_name} holds "
            f"{spaced(len(answers))} labels, so they do not belong together. Choose the two files "
            "of one set."
        )
    if len(pictures) < MIN_PICTURES:
        raise IdxUnusable(
            f"{images_name} holds only {len(pictures)} pictures, too few to learn from. Choose a "
            f"file with at least {MIN_PICTURES}."
        )
    if pictures.min() == pictures.max():
        raise IdxUnusable(
            f"All pictures in {images_name} are blank, so there is nothing to learn from them. "
            "Choose another file."
        )
    return Digits(pictures, answers)


def cut_test_set(digits: Digits) -> tuple[Digits, Digits]:
    """Digits to train on and digits to test on: a sixth, chosen at random but always the same."""
    rest, chosen = split_held_out(len(digits), int(len(digits) * TEST_SHARE))
    return digits.select(rest), digits.select(chosen)


def parse_idx_images(data: bytes, name: str) -> Tensor:
    """uint8 (N, 28, 28) from an IDX file, raw or gzip. name: what error messages call it.

    Raises IdxUnusable when it is none, has other sizes, is damaged, or promises over MAX_PICTURES.
    """
    file = open_idx(data, name)
    _check_kind(file, "pictures")
    if file.sizes[1:] != (SIDE_PX, SIDE_PX):
        raise IdxUnusable(
            f"The pictures in {file.name} have {spaced(file.sizes[1])} × {spaced(file.sizes[2])} "
            f"pixels, and the networks read {SIDE_PX} × {SIDE_PX}. Choose a file with pictures of "
            "that size."
        )
    return _values(file)


def parse_idx_labels(data: bytes, name: str) -> Tensor:
    """uint8 (N,), each 0 to 9, from an IDX file, raw or gzip. name: what error messages call it.

    Raises IdxUnusable when it is none, is damaged, has a label over 9, or over MAX_PICTURES.
    """
    file = open_idx(data, name)
    _check_kind(file, "labels")
    labels = _values(file)
    too_large = (labels > 9).nonzero()
    if len(too_large):
        place = int(too_large[0])
        raise IdxUnusable(
            f"Label {spaced(place + 1)} in {file.name} is {int(labels[place])}, and the networks "
            "know ten classes, 0 to 9. Choose a set with ten classes."
        )
    return labels


def open_idx(data: bytes, name: str) -> IdxFile:
    """Read the header of an IDX file, raw or gzip.

    Raises IdxUnusable when it is no IDX file of pictures or labels, or promises too many.
    """
    name = presentable(name)
    if not data:
        raise IdxUnusable(f"{name} is empty. Download it again, or choose another file.")
    start = unpack(data, name, limit=4)
    if len(start) < 4 or start[:2] != b"\0\0":
        raise IdxUnusable(
            f"{name} is not an IDX file, the format of MNIST's own files. Choose files like "
            f"{FOUR_FILES[0]} or {FOUR_FILES[0]}.gz."
        )
    _check_type_and_dimensions(start[2], start[3], name)
    header = unpack(data, name, limit=_header_bytes(start[3]))
    if len(header) < _header_bytes(start[3]):
        raise IdxUnusable(f"{name} ends within its header. Download it again.")
    sizes = tuple(int.from_bytes(header[k : k + 4], "big") for k in range(4, len(header), 4))
    file = IdxFile(name, data, sizes)
    if not 1 <= sizes[0] <= MAX_PICTURES:
        raise IdxUnusable(
            f"{name} promises {spaced(sizes[0])} {file.kind}, and a file can have 1 to "
            f"{spaced(MAX_PICTURES)} here. Choose a smaller set."
        )
    return file


def unpack(data: bytes, name: str, limit: int) -> bytearray:
    """The first `limit` bytes of a file, unpacked if it is gzip; fewer where it has no more.

    A gzip file may have several members, one after the other; at most MAX_MEMBERS are looked at,
    and nothing that follows them.
    Raises IdxUnusable when it is damaged or ends too early.
    """
    if not data.startswith(GZIP_MAGIC):
        return bytearray(memoryview(data)[:limit])
    unpacked, start = bytearray(), 0
    unpackers = iter([zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) for _ in range(MAX_MEMBERS)])
    unpacker = next(unpackers)
    try:
        while start < len(data):
            chunk = data[start : start + CHUNK_BYTES]
            unpacked += unpacker.decompress(chunk, limit - len(unpacked))
            start += len(chunk) - len(unpacker.unused_data)
            if len(unpacked) == limit:
                return unpacked
            if unpacker.eof:
                following = next(unpackers, None)
                if following is None or not data.startswith(GZIP_MAGIC, start):
                    return unpacked
                unpacker = following
    except zlib.error as error:
        raise IdxUnusable(
            f"{name} is damaged and cannot be unpacked. Download it again."
        ) from error
    raise IdxUnusable(f"{name} ends too early to be unpacked. Download it again.")


def _header_bytes(dimensions: int) -> int:
    return 4 + 4 * dimensions


def _check_type_and_dimensions(type_code: int, dimensions: int, name: str) -> None:
    if type_code != BYTE_TYPE:
        raise IdxUnusable(
            f"{name} holds numbers of another type (code {type_code}) than bytes (code "
            f"{BYTE_TYPE}). Choose files whose names end in “ubyte”."
        )
    if dimensions not in KIND_OF_DIMENSIONS:
        raise IdxUnusable(
            f"{name} has {dimensions} dimensions, but pictures have 3 and labels have 1. Choose "
            f"files like {FOUR_FILES[0]}."
        )


def _check_kind(file: IdxFile, wanted: Kind) -> None:
    if file.kind != wanted:
        raise IdxUnusable(
            f"{file.name} holds {file.kind} where {wanted} are needed. If the two files were "
            "swapped, exchange them."
        )


def _values(file: IdxFile) -> Tensor:
    """All that follows the header, uint8 in the file's sizes."""
    header, values = _header_bytes(len(file.sizes)), math.prod(file.sizes)
    content = unpack(file.data, file.name, limit=header + values + 1)
    there = len(content) - header
    if there < values:
        complete = there * file.sizes[0] // values
        raise IdxUnusable(
            f"{file.name} promises {spaced(file.sizes[0])} {file.kind}, but ends after "
            f"{spaced(complete)}. Download it again."
        )
    if there > values:
        raise IdxUnusable(
            f"{file.name} goes on after the {spaced(file.sizes[0])} {file.kind} that it promises, "
            "so it may be damaged. Download it again."
        )
    return torch.frombuffer(content, dtype=torch.uint8, offset=header).reshape(file.sizes)


def _check_amount(files: Sequence[tuple[str, bytes]]) -> None:
    if len(files) > MAX_FILES:
        raise IdxTooMuch(
            f"These are {len(files)} files, and at most four are needed: pictures and labels to "
            "train on, pictures and labels to test on. Choose those."
        )
    total = sum(len(data) for _, data in files)
    if total > MAX_BYTES:
        raise IdxTooMuch(
            f"These files have {total / 1e6:.0f} MB together, more than the "
            f"{MAX_BYTES / 1e6:.0f} MB of {spaced(MAX_PICTURES)} pictures. Choose a smaller set."
        )


def _check_total(pairs: list[tuple[IdxFile, IdxFile]]) -> None:
    total = sum(images.sizes[0] for images, _ in pairs)
    if total > MAX_PICTURES:
        raise IdxUnusable(
            f"These files hold {spaced(total)} pictures together, more than the "
            f"{spaced(MAX_PICTURES)} that fit here. Choose a smaller set, or one pair of them."
        )


def _pairs(files: list[IdxFile]) -> list[tuple[IdxFile, IdxFile]]:
    """(pictures, labels) of the one set there is, or of the training set and the test set."""
    images = _in_order([file for file in files if file.kind == "pictures"])
    labels = _in_order([file for file in files if file.kind == "labels"])
    if not images or len(images) != len(labels):
        raise IdxIncomplete(
            f"So far: {len(images)} × pictures, {len(labels)} × labels. Each file of pictures "
            "needs the file with its labels, so add what is missing."
        )
    pairs = list(zip(images, labels, strict=True))
    for image_file, label_file in pairs:
        if {image_file.split, label_file.split} == {"train", "test"}:
            raise IdxUnusable(
                f"By their names, {image_file.name} and {label_file.name} are not of one set: one "
                "is for training, the other for testing. Choose the labels that belong to the "
                "pictures."
            )
    return pairs


def _in_order(files: list[IdxFile]) -> list[IdxFile]:
    """Files of one kind: those to train on, then those to test on."""
    if len(files) < 2:
        return files
    by_split = {file.split: file for file in files}
    if len(files) > 2 or set(by_split) != {"train", "test"}:
        raise IdxUnusable(
            f"These files all hold {files[0].kind}: {', '.join(file.name for file in files)}. "
            "Choose one with “train” in its name and one with “t10k” or “test”, or only one."
        )
    return [by_split["train"], by_split["test"]]
