"""The class's network: kept whole with its room, for everybody in it; refused from strangers."""

import pytest
import torch
from sqlalchemy import select

from mnist_core.classroom import networks as networks_module
from mnist_core.classroom.networks import Kept, load_kept, packed
from mnist_core.classroom.store import Store
from mnist_core.classroom.tables import networks, open_engine
from mnist_core.errors import NotTheTeacher, RoomUnknown, WeightsUnusable
from mnist_core.files import pack_tensors
from mnist_core.models.registry import build_model
from mnist_core.weights import load_trained
from tests.core.classroom.clock import Clock


@pytest.fixture(scope="module")
def weights() -> bytes:
    return packed(load_trained("deep_cnn").model)


def test_two_copies_of_the_app_share_the_class_s_network(
    store: Store, url: str, clock: Clock, weights: bytes
) -> None:
    room, other = store.open_room(), Store(url, clock=clock)
    assert other.networks.kept(room.code) is None
    kept = store.networks.keep(room.code, room.secret, "deep_cnn", weights)
    assert other.networks.kept(room.code) == kept
    model, images = other.networks.load(room.code, kept), torch.rand(5, 1, 28, 28)
    assert torch.equal(model(images), load_trained("deep_cnn").model(images))
    assert not model.training
    assert not any(weight.requires_grad for weight in model.parameters())
    other.close()


def test_another_takes_the_place_of_the_one_before(store: Store, url: str, weights: bytes) -> None:
    room = store.open_room()
    first = store.networks.keep(room.code, room.secret, "deep_cnn", weights)
    state = load_trained("deep_cnn").model.state_dict()
    changed = pack_tensors({name: value + (value.ndim == 1) for name, value in state.items()})
    second = store.networks.keep(room.code, room.secret, "deep_cnn_pen", changed)
    assert store.networks.kept(room.code) == second
    assert first.sha256 != second.sha256
    with pytest.raises(WeightsUnusable, match="any more"):
        store.networks.load(room.code, first)
    with open_engine(url).connect() as connection:
        assert len(connection.execute(select(networks)).all()) == 1


def test_it_goes_with_its_room_or_before(store: Store, url: str, weights: bytes) -> None:
    room, other = store.open_room(), store.open_room()
    for each in (room, other):
        store.networks.keep(each.code, each.secret, "deep_cnn", weights)
    store.networks.forget(other.code, other.secret)
    assert store.networks.kept(other.code) is None
    store.end_room(room.code, room.secret)
    with open_engine(url).connect() as connection:
        assert connection.execute(select(networks)).all() == []
    with pytest.raises(RoomUnknown):
        store.networks.kept(room.code)


def test_no_stranger_keeps_or_forgets_one(store: Store, weights: bytes) -> None:
    room = store.open_room()
    kept = store.networks.keep(room.code, room.secret, "deep_cnn", weights)
    for secret in ("", store.open_room().secret, "x'; DROP TABLE networks; --"):
        with pytest.raises(NotTheTeacher):
            store.networks.keep(room.code, secret, "deep_cnn", weights)
        with pytest.raises(NotTheTeacher):
            store.networks.forget(room.code, secret)
    assert store.networks.kept(room.code) == kept
    with pytest.raises(WeightsUnusable):
        store.networks.load(store.open_room().code, kept)


def test_what_is_no_network_is_refused(
    store: Store, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = store.open_room()
    state = load_trained("deep_cnn").model.state_dict()
    broken = pack_tensors({name: value * float("nan") for name, value in state.items()})
    unusable: list[tuple[str, object]] = [
        ("deep_cnn", b""), ("deep_cnn", b"\x80\x04pickle"), ("deep_cnn", weights[:-1]),
        ("deep_cnn", broken), ("deep_cnn", "x'; DROP TABLE networks; --"), ("deep_cnn", None),
        ("softmax_regression", packed(build_model("softmax_regression"))), ("nonsense", weights),
        ("deep_cnn", packed(build_model("softmax_regression"))),
    ]  # fmt: skip
    for key, data in unusable:
        with pytest.raises(WeightsUnusable, match=r"\."):
            store.networks.keep(room.code, room.secret, key, data)  # type: ignore[arg-type]
    monkeypatch.setattr(networks_module, "MOST_BYTES", len(weights) - 1)
    with pytest.raises(WeightsUnusable):
        load_kept("deep_cnn", weights)
    assert store.networks.kept(room.code) is None


def test_bytes_that_changed_in_the_database_are_not_used(
    store: Store, url: str, weights: bytes
) -> None:
    room = store.open_room()
    kept = store.networks.keep(room.code, room.secret, "deep_cnn", weights)
    altered = bytes([*weights[:-1], weights[-1] ^ 1])
    with open_engine(url).begin() as connection:
        connection.execute(networks.update().values(weights=altered))
    with pytest.raises(WeightsUnusable):
        store.networks.load(room.code, kept)
    assert kept == Kept("deep_cnn", kept.sha256)
