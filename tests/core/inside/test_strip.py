"""A few maps of a network: its own, and those in which digits differ most."""

import pytest
import torch

from mnist_core.inside.stages import EDGES, PARTS
from mnist_core.inside.strip import glances_of, maps_at
from mnist_core.inside.trace import feature_maps
from mnist_core.pictures.own_digits import own_digit, ten_own_digits
from mnist_core.reading import load_reader


@pytest.mark.parametrize("key", ["deep_cnn_pen", "convnet"])
def test_the_maps_are_the_network_s_own(key: str) -> None:
    model = load_reader(key).trained.model
    glances = glances_of(model)
    assert [(glance.name, len(glance.channels)) for glance in glances] == [(EDGES, 4), (PARTS, 9)]
    for glance, maps in zip(glances, maps_at(model, own_digit(3), glances), strict=True):
        whole = feature_maps(model, own_digit(3), glance.layer)
        torch.testing.assert_close(maps, whole[list(glance.channels)])
        assert maps.shape[-1] >= 6
        assert float(maps.abs().max()) <= glance.limit * (1 + 1e-5)
        varied = torch.stack([feature_maps(model, d[None], glance.layer) for d in ten_own_digits()])
        others = varied.var(dim=(0, 2, 3)).sort().values
        chosen = varied[:, list(glance.channels)].var(dim=(0, 2, 3))
        assert float(chosen.min()) >= float(others[-len(glance.channels)]) - 1e-6


def test_a_network_without_convolutions_has_none() -> None:
    model = load_reader("mlp").trained.model
    assert glances_of(model) == []
    assert maps_at(model, own_digit(3), []) == []
