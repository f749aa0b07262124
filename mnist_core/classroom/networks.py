"""The network that a class has taught, kept with its room for everybody in it."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from torch import nn

from mnist_core.classroom.access import Access
from mnist_core.classroom.tables import networks
from mnist_core.errors import WeightsUnusable
from mnist_core.files import load_checked, pack_tensors, parse_tensors
from mnist_core.models.build import freeze, gives_numbers
from mnist_core.models.registry import READERS, build_model

MOST_BYTES = 8 * 2**20
"""Of a network that a room keeps: twice as many as the shipped ones have."""
CALLED = "The class's network"


@dataclass(frozen=True)
class Kept:
    """What a room keeps, without its weights. key: of the shipped network that was taught."""

    key: str
    sha256: str


class KeptNetworks:
    """One network a room; every call raises RoomUnknown and StoreUnavailable."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def keep(self, code: str, secret: str, key: str, weights: bytes) -> Kept:
        """Keep safetensors bytes of a network of READERS in the place of what was kept before.

        Raises NotTheTeacher, and WeightsUnusable for what is no network of that kind.
        """
        load_kept(key, weights)
        kept = Kept(key, hashlib.sha256(weights).hexdigest())
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret, lock=True)
            connection.execute(delete(networks).where(networks.c.room == room.id))
            connection.execute(
                insert(networks).values(
                    room=room.id, key=kept.key, sha256=kept.sha256, weights=weights
                )
            )
        return kept

    def kept(self, code: str) -> Kept | None:
        """What the room keeps, None for nothing; costs little."""
        with self._access.reading() as connection:
            room = self._access.room(connection, code)
            row = connection.execute(
                select(networks.c.key, networks.c.sha256).where(networks.c.room == room.id)
            ).one_or_none()
        return None if row is None else Kept(row.key, row.sha256)

    def load(self, code: str, kept: Kept) -> nn.Module:
        """The network, in evaluation mode and frozen.

        Raises WeightsUnusable when the room keeps another one by now, or what it keeps is damaged.
        """
        with self._access.reading() as connection:
            room = self._access.room(connection, code)
            row = connection.execute(
                select(networks).where(networks.c.room == room.id, networks.c.sha256 == kept.sha256)
            ).one_or_none()
        if row is None or hashlib.sha256(row.weights).hexdigest() != kept.sha256:
            raise WeightsUnusable("The room does not keep this network any more.")
        return load_kept(row.key, row.weights)

    def forget(self, code: str, secret: str) -> None:
        """Keep none any more. Raises NotTheTeacher."""
        with self._access.writing() as connection:
            room = self._access.teachers_room(connection, code, secret)
            connection.execute(delete(networks).where(networks.c.room == room.id))
        self._access.empty_log()


def load_kept(key: str, weights: object) -> nn.Module:
    """The network in safetensors bytes, in evaluation mode and frozen. Raises WeightsUnusable."""
    if key not in READERS or not isinstance(weights, bytes) or len(weights) > MOST_BYTES:
        raise WeightsUnusable(f"{CALLED} is none of those that a class can teach.")
    model, tensors = build_model(key), parse_tensors(weights, CALLED)
    load_checked(model, tensors, CALLED)
    if not gives_numbers(model):
        raise WeightsUnusable(f"{CALLED} computes no finite numbers.")
    return freeze(model)


def packed(model: nn.Module) -> bytes:
    """Its tensors as safetensors bytes, for `KeptNetworks.keep`."""
    return pack_tensors(model.state_dict())
