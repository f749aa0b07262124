"""MNIST as tensors in memory, and batches as index selections on them."""

import hashlib
import http.client
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from mnist_core.data.idx_file import (
    FOUR_FILES,
    SIDE_PX,
    parse_idx_images,
    parse_idx_labels,
)
from mnist_core.errors import DataUnavailable, IdxUnusable
from mnist_core.files import DOWNLOAD_TIMEOUT_S, socket_timeout

Split = Literal["train", "test"]
Progress = Callable[[float, str], None]
DEFAULT_ROOT = Path(__file__).resolve().parents[2] / "data"
HELD_OUT_SEED = 2024
_MD5 = (
    "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "d53e105ee54ea40749a09fcbcd1e9432",
    "9fb629c4189551a2d022fa330f9573f3",
    "ec29112dd5afa0611ce80d1b7f02629c",
)
CHECKSUMS = {f"{name}.gz": md5 for name, md5 in zip(FOUR_FILES, _MD5, strict=True)}
"""MD5 of each official archive."""
PROMISED = {"train": 60_000, "test": 10_000}
SIDE = SIDE_PX


@dataclass(frozen=True)
class Digits:
    """Labelled pictures of digits.

    images: uint8 (N, 28, 28), 0 = paper, 255 = ink
    labels: uint8 (N,), 0 to 9
    """

    images: Tensor
    labels: Tensor

    @cached_property
    def pixel_statistics(self) -> tuple[float, float]:
        """Mean and standard deviation over all pixels, on the [0, 1] scale."""
        return pixel_statistics(self.images)

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, indices: Tensor) -> "Digits":
        """The pictures at `indices`, an int64 tensor (n,)."""
        return Digits(self.images[indices], self.labels[indices])


def to_images_01(images: Tensor) -> Tensor:
    """uint8 (N, 28, 28) in 0..255 → float32 (N, 1, 28, 28) in [0, 1]."""
    return images.unsqueeze(1).float().div_(255)


def pixel_statistics(images: Tensor) -> tuple[float, float]:
    """Mean and standard deviation over all pixels of uint8 `images`, on the [0, 1] scale.

    Computed from the histogram of the 256 grey values, which is exact and needs no float copy.
    """
    counts = torch.bincount(images.flatten(), minlength=256).double()
    values = torch.arange(256, dtype=torch.float64) / 255
    mean = (counts * values).sum() / counts.sum()
    variance = (counts * (values - mean) ** 2).sum() / counts.sum()
    return mean.item(), variance.sqrt().item()


def data_checksum(*tensors: Tensor) -> str:
    """SHA-256 over the bytes of the tensors, for a weight card: which data was it really?"""
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def split_held_out(count: int, held_out: int, seed: int = HELD_OUT_SEED) -> tuple[Tensor, Tensor]:
    """Two disjoint sets of indices into `count` examples: the rest, and `held_out` for choices."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return order[held_out:], order[:held_out]


def mnist_root() -> Path:
    """Where MNIST is looked for: `MNIST_DIR` when set, else `data/` beside the package."""
    configured = os.environ.get("MNIST_DIR")
    return Path(configured).expanduser() if configured else DEFAULT_ROOT


def mnist_is_here(root: Path | None = None) -> bool:
    """True when the files are in place, without opening them."""
    raw = (root or mnist_root()) / "MNIST" / "raw"
    return all((raw / f"{name}.gz").is_file() or (raw / name).is_file() for name in FOUR_FILES)


def may_download() -> bool:
    """True when `data/` is the place for MNIST: MNIST_DIR is somebody's own folder."""
    return not os.environ.get("MNIST_DIR")


def load_mnist(split: Split, root: Path | None = None) -> Digits:
    """The official 60 000 training or 10 000 test digits, downloaded when they are nowhere.

    root: folder that holds `MNIST/raw/…`; by default `mnist_root()`. Only to `data/` is anything
          downloaded, with progress on the console.
    Raises DataUnavailable when a file is missing, truncated or altered, or cannot be downloaded.
    """
    if root is None and may_download() and not mnist_is_here():
        download_mnist()
    root = root or mnist_root()
    raw = root / "MNIST" / "raw"
    if not mnist_is_here(root):
        raise DataUnavailable(
            f"MNIST is not in {root}. Set MNIST_DIR to the folder that holds MNIST/raw with the "
            "four official files, or unset it, and they are downloaded."
        )
    try:
        return _load_raw(raw, split)
    except (OSError, IdxUnusable) as error:
        raise DataUnavailable(_damaged(raw, "cannot be read")) from error


def download_mnist(progress: Progress = lambda fraction, message: None) -> None:
    """Fetch the four official files (11 MB) into `data/` from torchvision's mirrors.

    progress: called with the fraction done and a sentence before each file.
    Raises DataUnavailable when no mirror answers within DOWNLOAD_TIMEOUT_S.
    """
    from torchvision.datasets import MNIST
    from torchvision.datasets.utils import download_url

    raw = DEFAULT_ROOT / "MNIST" / "raw"
    try:
        raw.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataUnavailable(
            f"The folder {raw} cannot be made. Put the four official files elsewhere, and set "
            "MNIST_DIR to the folder that holds MNIST/raw with them."
        ) from error
    with socket_timeout(DOWNLOAD_TIMEOUT_S):
        for done, (name, md5) in enumerate(CHECKSUMS.items()):
            progress(done / 4, f"Downloading {name} ({done + 1} of 4)")
            for mirror in MNIST.mirrors:
                try:
                    download_url(mirror + name, str(raw), filename=name, md5=md5)
                    break
                except (OSError, RuntimeError, ValueError, http.client.HTTPException):
                    (raw / name).unlink(missing_ok=True)
            else:
                raise DataUnavailable(
                    f"No internet connection? {name} could not be downloaded: no mirror answered "
                    "with the right file. Check the network, or put the four official files into "
                    f"{raw}, or set MNIST_DIR to where they are."
                )
    progress(1.0, "MNIST is here")


def _load_raw(raw: Path, split: Split) -> Digits:
    """Images and labels: of each the archive, with its official checksum, or the unpacked file."""
    images_name, labels_name = FOUR_FILES[:2] if split == "train" else FOUR_FILES[2:]
    images = parse_idx_images(_content(raw, images_name), images_name)
    labels = parse_idx_labels(_content(raw, labels_name), labels_name)
    if {len(images), len(labels)} != {PROMISED[split]}:
        raise DataUnavailable(_damaged(raw, f"does not hold {PROMISED[split]} digits"))
    return Digits(images, labels)


def _content(raw: Path, name: str) -> bytes:
    archive = raw / f"{name}.gz"
    if not archive.is_file():
        return (raw / name).read_bytes()
    content = archive.read_bytes()
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != CHECKSUMS[archive.name]:
        raise DataUnavailable(_damaged(archive, "does not have the official checksum"))
    return content


def _damaged(path: Path, what: str) -> str:
    return f"{path} {what}. Delete the files there and download MNIST again."
