"""One IDX file → a tensor. Files are hostile until parsed.

IDX is the format of MNIST's own files (Y. LeCun, C. Cortes, C. Burges, “The MNIST database”):
two zero bytes, a code for the type of number (8: one byte each), the number of dimensions, each
dimension's size as four bytes with the highest first, and then the numbers.

Bounds: the header is unpacked and judged first, and then no byte more than it promises, plus one.
"""

import math
import zlib
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from mnist_core.errors import IdxUnusable
from mnist_core.words import presentable, spaced

Kind = Literal["pictures", "labels"]
MAX_PICTURES = 70_000
"""In one file, and in all files of one upload together: as many as MNIST has, 55 MB."""
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
    """A file of which only the header has been read.

    name:  fit to be shown
    data:  raw or gzip
    sizes: of each dimension, as the header has them: the first is the number of pictures or labels
    """

    name: str
    data: bytes
    sizes: tuple[int, ...]

    @property
    def kind(self) -> Kind:
        """What the content is, whatever the name says."""
        return KIND_OF_DIMENSIONS[len(self.sizes)]


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
