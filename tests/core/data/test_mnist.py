import gzip
import hashlib
import http.server
import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close
from torchvision.datasets import MNIST

from mnist_core.data import mnist as data
from mnist_core.data.idx_file import FOUR_FILES
from mnist_core.data.mnist import (
    CHECKSUMS,
    Digits,
    data_checksum,
    download_mnist,
    load_mnist,
    mnist_is_here,
    mnist_root,
    pixel_statistics,
    split_held_out,
    to_images_01,
)
from mnist_core.errors import DataUnavailable

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FOUR_FILES


def idx_bytes(values: torch.Tensor) -> bytes:
    """uint8 `values` in the format of the official files."""
    header = bytes([0, 0, 8, values.dim()])
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return header + sizes + values.numpy().tobytes()


def stand_in_digits() -> Digits:
    """As many pictures as the official test set has, each of one grey."""
    index = torch.arange(10_000)
    images = (index % 251).to(torch.uint8)[:, None, None].expand(-1, 28, 28).contiguous()
    return Digits(images, index % 10)


def write_files(root: Path, contents: dict[str, bytes]) -> Path:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in contents.items():
        (raw / name).write_bytes(content)
    return raw


def extracted_files() -> dict[str, bytes]:
    digits = stand_in_digits()
    return {
        TRAIN_IMAGES: b"",
        TRAIN_LABELS: b"",
        TEST_IMAGES: idx_bytes(digits.images),
        TEST_LABELS: idx_bytes(digits.labels.to(torch.uint8)),
    }


def archives(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}.gz": gzip.compress(content, 1) for name, content in files.items()}


@pytest.fixture
def official_archives(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Small archives that count as the official ones: their checksums are expected."""
    files = archives(extracted_files())
    checksums = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    monkeypatch.setattr(data, "CHECKSUMS", checksums)
    return files


def snapshot(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of everything in the folder, and of the folder itself."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in paths]


def test_names_and_checksums_are_those_that_torchvision_knows() -> None:
    assert list(CHECKSUMS.items()) == MNIST.resources


# Loading what is on disk


def test_a_root_that_points_nowhere_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "nowhere"
    monkeypatch.setenv("MNIST_DIR", str(nowhere))
    with pytest.raises(DataUnavailable) as caught:
        load_mnist("train")
    assert str(nowhere) in str(caught.value)
    assert "Set MNIST_DIR" in str(caught.value)
    assert "unset it, and they are downloaded" in str(caught.value)
    assert not nowhere.exists()


def test_without_mnist_dir_the_root_is_data_beside_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MNIST_DIR", raising=False)
    assert mnist_root() == Path(data.__file__).parents[2] / "data"


@pytest.mark.parametrize("missing", FOUR_FILES)
def test_one_missing_file_of_the_four_makes_mnist_unavailable(
    missing: str, tmp_path: Path, official_archives: dict[str, bytes]
) -> None:
    raw = write_files(tmp_path, official_archives)
    assert mnist_is_here(tmp_path)
    (raw / f"{missing}.gz").unlink()
    assert not mnist_is_here(tmp_path)
    with pytest.raises(DataUnavailable, match="MNIST is not in"):
        load_mnist("test", tmp_path)


def test_archives_with_the_official_checksums_are_read_and_left_as_they_are(
    tmp_path: Path, official_archives: dict[str, bytes]
) -> None:
    write_files(tmp_path, official_archives)
    before = snapshot(tmp_path)
    digits = load_mnist("test", tmp_path)
    expected = stand_in_digits()
    assert torch.equal(digits.images, expected.images)
    assert torch.equal(digits.labels, expected.labels)
    assert digits.labels.dtype == torch.uint8
    assert snapshot(tmp_path) == before


def test_a_valid_archive_without_the_official_checksum_is_refused_by_name(tmp_path: Path) -> None:
    write_files(tmp_path, archives(extracted_files()))
    with pytest.raises(DataUnavailable) as caught:
        load_mnist("test", tmp_path)
    assert f"{TEST_IMAGES}.gz does not have the official checksum" in str(caught.value)
    assert "download MNIST again" in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[: len(content) // 2], id="truncated"),
        pytest.param(lambda content: b"not gzip at all", id="not gzip"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[:-20] + bytes(20), id="end overwritten"),
    ],
)
@pytest.mark.parametrize("checked", [True, False], ids=["checksum", "checksum passes"])
def test_a_damaged_archive_is_refused(
    damage: Callable[[bytes], bytes],
    checked: bool,
    tmp_path: Path,
    official_archives: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = f"{TEST_LABELS}.gz"
    damaged = damage(official_archives[name])
    write_files(tmp_path, official_archives | {name: damaged})
    if not checked:
        monkeypatch.setitem(data.CHECKSUMS, name, hashlib.md5(damaged).hexdigest())
    with pytest.raises(DataUnavailable, match="download MNIST again"):
        load_mnist("test", tmp_path)


def test_extracted_files_alone_are_enough(tmp_path: Path) -> None:
    write_files(tmp_path, extracted_files())
    assert mnist_is_here(tmp_path)
    digits = load_mnist("test", tmp_path)
    assert torch.equal(digits.images, stand_in_digits().images)


def test_archives_and_extracted_files_may_be_mixed(
    tmp_path: Path, official_archives: dict[str, bytes]
) -> None:
    mixed = extracted_files() | official_archives
    for name in (f"{TRAIN_LABELS}.gz", f"{TEST_IMAGES}.gz", TRAIN_IMAGES, TEST_LABELS):
        del mixed[name]
    write_files(tmp_path, mixed)
    digits = load_mnist("test", tmp_path)
    assert torch.equal(digits.images, stand_in_digits().images)
    assert torch.equal(digits.labels, stand_in_digits().labels)


def wrong_labels() -> bytes:
    labels = stand_in_digits().labels.to(torch.uint8)
    labels[77] = 10
    return idx_bytes(labels)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(TEST_IMAGES, b"", id="empty"),
        pytest.param(TEST_IMAGES, b"\0\0\x08\x03\0\0", id="header cut"),
        pytest.param(TEST_IMAGES, b"\0\0\x08\x03" + bytes(900), id="no pictures"),
        pytest.param(TEST_IMAGES, b"\0\0\x0a\x03" + bytes(900), id="unknown number type"),
        pytest.param(TEST_IMAGES, b"\0\0\x0d\x01\0\0\0\x01" + bytes(4), id="floats"),
        pytest.param(TEST_IMAGES, b"<html>not found</html>", id="web page"),
        pytest.param(TEST_IMAGES, idx_bytes(torch.zeros(9, 28, 28).byte()), id="nine pictures"),
        pytest.param(TEST_LABELS, idx_bytes(torch.zeros(9).byte()), id="nine labels"),
        pytest.param(TEST_LABELS, wrong_labels(), id="a label above 9"),
    ],
)
def test_a_damaged_extracted_file_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    write_files(tmp_path, extracted_files() | {name: content})
    with pytest.raises(DataUnavailable, match="download MNIST again"):
        load_mnist("test", tmp_path)


# Downloading


@pytest.fixture
def download_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(data, "DEFAULT_ROOT", tmp_path)
    monkeypatch.setattr(data, "DOWNLOAD_TIMEOUT_S", 0.5)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serve(files: dict[str, bytes]) -> Iterator[str]:
    """A web server on this machine that offers `files`; yields its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path.removeprefix("/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def answer_once_connected(reply: bytes) -> Iterator[str]:
    """A server that sends `reply` to whoever connects, then says nothing more and never closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connections.append(connection)
                connection.sendall(reply)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in connections:
                connection.close()


def test_download_fetches_all_four_files_and_reports_its_progress(
    download_root: Path, official_archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[tuple[float, str]] = []
    with serve(official_archives) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        download_mnist(lambda fraction, message: reports.append((fraction, message)))
    assert [fraction for fraction, _ in reports] == [0, 0.25, 0.5, 0.75, 1]
    for name, (_, message) in zip(CHECKSUMS, reports, strict=False):
        assert name in message
    assert torch.equal(load_mnist("test", download_root).images, stand_in_digits().images)


def test_loading_downloads_what_is_nowhere_when_no_folder_is_named(
    download_root: Path, official_archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MNIST_DIR", raising=False)
    with serve(official_archives) as mirror:
        monkeypatch.setattr(MNIST, "mirrors", [mirror])
        digits = load_mnist("test")
    assert torch.equal(digits.images, stand_in_digits().images)
    assert mnist_is_here(download_root)


def test_download_goes_to_the_next_mirror_when_one_lacks_the_file(
    download_root: Path, official_archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve({}) as empty, serve(official_archives) as full:
        monkeypatch.setattr(MNIST, "mirrors", [empty, full])
        download_mnist()
    assert mnist_is_here(download_root)


def test_download_without_a_network_says_what_to_do(
    download_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{closed_port()}/"] * 2)
    before = socket.getdefaulttimeout()
    with pytest.raises(DataUnavailable) as caught:
        download_mnist()
    assert "Check the network" in str(caught.value)
    assert str(download_root) in str(caught.value)
    assert "set MNIST_DIR" in str(caught.value)
    assert socket.getdefaulttimeout() == before


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nhalf a file", id="stalls"),
        pytest.param(b"this is no web server\r\n", id="speaks another language"),
    ],
)
def test_download_gives_up_on_a_mirror_that(
    reply: bytes, download_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = socket.getdefaulttimeout()
    with answer_once_connected(reply) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        with pytest.raises(DataUnavailable):
            download_mnist()
    assert [path for path in download_root.rglob("*") if path.is_file()] == []
    assert socket.getdefaulttimeout() == before


def test_download_removes_a_file_that_is_not_the_official_one(
    download_root: Path, official_archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = official_archives | {f"{TEST_IMAGES}.gz": b"something else"}
    with serve(altered) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        with pytest.raises(DataUnavailable, match=f"{TEST_IMAGES}.gz could not be downloaded"):
            download_mnist()
    left = {path.name for path in download_root.rglob("*.gz")}
    assert left == {f"{TRAIN_IMAGES}.gz", f"{TRAIN_LABELS}.gz"}


def test_download_into_a_folder_that_cannot_be_made_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    monkeypatch.setattr(data, "DEFAULT_ROOT", tmp_path / "data")
    with pytest.raises(DataUnavailable, match="cannot be made"):
        download_mnist()


# The official files


@pytest.mark.mnist
@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_the_official_digits_have_their_shapes_and_labels(
    split: str, count: int, request: pytest.FixtureRequest
) -> None:
    name = "mnist_training_digits" if split == "train" else "mnist_test_digits"
    digits: Digits = request.getfixturevalue(name)
    assert len(digits) == count
    assert digits.images.shape == (count, 28, 28)
    assert digits.images.dtype == torch.uint8
    assert digits.labels.shape == (count,)
    assert digits.labels.dtype == torch.uint8
    assert digits.labels.unique().tolist() == list(range(10))
    assert int(digits.images.max()) == 255


@pytest.mark.mnist
def test_the_statistics_of_the_training_pixels_are_the_known_ones(
    mnist_training_digits: Digits,
) -> None:
    mean, std = pixel_statistics(mnist_training_digits.images)
    assert round(mean, 4) == 0.1307
    assert round(std, 4) == 0.3081
    images_01 = to_images_01(mnist_training_digits.images)
    assert_close(torch.tensor(mean), images_01.mean(), rtol=1e-5, atol=0)
    assert_close(torch.tensor(std), images_01.std(correction=0), rtol=1e-5, atol=0)


@pytest.mark.mnist
def test_loading_leaves_the_folder_as_it_was() -> None:
    before = snapshot(mnist_root())
    load_mnist("test")
    assert snapshot(mnist_root()) == before


# Tensors and indices


def random_digits(count: int, seed: int = 0) -> Digits:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 28, 28), generator=generator).to(torch.uint8)
    return Digits(images, torch.randint(0, 10, (count,), generator=generator))


def test_to_images_01_spans_zero_to_one_with_one_channel_and_copies() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8)[:, None, None].expand(3, 28, 28)
    images_01 = to_images_01(images)
    assert images_01.shape == (3, 1, 28, 28)
    assert images_01.dtype == torch.float32
    assert_close(images_01[:, 0, 5, 5], torch.tensor([0.0, 0.2, 1.0]))
    assert images[:, 0, 0].tolist() == [0, 51, 255]


@given(st.integers(1, 40), st.integers(0, 2**31))
def test_pixel_statistics_equal_those_of_the_float_tensor(count: int, seed: int) -> None:
    images = random_digits(count, seed).images
    expected = images.double() / 255
    mean, std = pixel_statistics(images)
    assert math.isclose(mean, expected.mean().item(), rel_tol=1e-10)
    assert math.isclose(std, expected.std(correction=0).item(), rel_tol=1e-10)


def test_select_takes_pictures_and_labels_together() -> None:
    digits = random_digits(20)
    chosen = digits.select(torch.tensor([7, 3]))
    assert torch.equal(chosen.images[0], digits.images[7])
    assert chosen.labels.tolist() == [digits.labels[7], digits.labels[3]]


def test_the_checksum_changes_with_one_pixel_and_with_one_label() -> None:
    digits = random_digits(5)
    pixel, label = digits.images.clone(), digits.labels.clone()
    pixel[3, 14, 14] += 1
    label[2] = (label[2] + 1) % 10
    pairs = [(digits.images, digits.labels), (pixel, digits.labels), (digits.images, label)]
    checksums = [data_checksum(*pair) for pair in pairs]
    assert len(set(checksums)) == 3
    again = random_digits(5)
    assert data_checksum(again.images, again.labels) == checksums[0]


def test_the_checksum_does_not_depend_on_the_layout_in_memory() -> None:
    images = random_digits(5).images
    strided = images.transpose(1, 2).contiguous().transpose(1, 2)
    assert not strided.is_contiguous()
    assert data_checksum(strided) == data_checksum(images)


@given(st.data())
def test_the_held_out_split_is_disjoint_and_complete(draws: st.DataObject) -> None:
    count = draws.draw(st.integers(1, 300))
    held_out = draws.draw(st.integers(0, count))
    seed = draws.draw(st.integers(0, 2**31))
    rest, chosen = split_held_out(count, held_out, seed)
    assert len(chosen) == held_out
    assert sorted(rest.tolist() + chosen.tolist()) == list(range(count))
    assert torch.equal(chosen, split_held_out(count, held_out, seed)[1])
