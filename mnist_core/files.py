"""Files from outside: bounded, checked, written whole; downloads that give up."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from mnist_core.errors import WeightsUnusable

DOWNLOAD_TIMEOUT_S = 10.0
_one_download_at_a_time = threading.Lock()
MAX_FILE_BYTES = 64 * 1024 * 1024


@contextmanager
def socket_timeout(seconds: float) -> Iterator[None]:
    """torchvision's downloads have no time-out of their own; sockets opened meanwhile get this one.

    The default is the whole process's, so one download waits for another.
    """
    with _one_download_at_a_time:
        before = socket.getdefaulttimeout()
        socket.setdefaulttimeout(seconds)
        try:
            yield
        finally:
            socket.setdefaulttimeout(before)


def write_whole(path: Path, data: bytes) -> None:
    """Write `path`, and its folder; a write that fails or is broken off leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(path)


def pack_tensors(tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """Tensors on any device and in any layout as safetensors bytes; see `parse_tensors`."""
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return bytes(save_safetensors(whole, metadata))


def read_described(path: Path, sha256: str) -> dict[str, Tensor]:
    """The tensors in a weight file whose card names its checksum. Raises WeightsUnusable."""
    data = read_bounded(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsUnusable(
            f"{path.name} is not the file that its card describes: it is truncated or was "
            "altered. Get both files again from the project, or train them anew."
        )
    return parse_tensors(data, path.name)


def read_bounded(path: Path) -> bytes:
    """The bytes of a weight file; raises WeightsUnusable when it is missing or far too large."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise WeightsUnusable(f"{path.name} is larger than any weight file of this project.")
        return path.read_bytes()
    except OSError as error:
        raise WeightsUnusable(
            f"{path.name} is missing from {path.parent}. Get it again from the project, or train "
            "it anew (see the README)."
        ) from error


def parse_tensors(data: bytes, name: str, may_be_nan: str | None = None) -> dict[str, Tensor]:
    """The tensors in safetensors bytes; nothing is unpickled. Raises WeightsUnusable.

    may_be_nan: beginning of the names of those tensors that need not be finite
    """
    try:
        tensors = load_safetensors(data)
        checked = {k: v for k, v in tensors.items() if not _may_be_nan(k, may_be_nan)}
        bad = [key for key, value in checked.items() if not torch.isfinite(value).all()]
    except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise WeightsUnusable(f"{name} is not a readable safetensors file.") from error
    if bad:
        raise WeightsUnusable(f"{name} holds numbers that are not finite, in {bad[0]}.")
    return tensors


def _may_be_nan(key: str, beginning: str | None) -> bool:
    return beginning is not None and key.startswith(beginning)


def load_checked(model: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Put `tensors` into `model` if every name and shape is its own; else WeightsUnusable."""
    check_shapes(model, tensors, name)
    model.load_state_dict(tensors)


def check_shapes(model: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Raises WeightsUnusable unless `tensors` have the names and shapes of the model's own."""
    expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    found = {key: tuple(value.shape) for key, value in tensors.items()}
    if expected != found:
        different = sorted(set(expected.items()) ^ set(found.items()))[0][0]
        raise WeightsUnusable(
            f"{name} belongs to another network: its {different} does not fit this one."
        )
