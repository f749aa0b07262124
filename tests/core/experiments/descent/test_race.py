import pytest
import torch

from mnist_core.experiments.descent.race import arrival, grid_of, lowest, surface_of
from mnist_core.experiments.descent.surfaces import SURFACES


def places(*heights: float) -> list[torch.Tensor]:
    """At which the valley with κ = 1 is so high."""
    return [torch.tensor([(2 * height) ** 0.5, 0], dtype=torch.float64) for height in heights]


def test_who_only_passes_by_has_not_arrived():
    valley = surface_of("valley", 1)
    assert arrival(places(100, 50, 0.5, 20, 1, 0.2), valley, left=0.01) == 4
    assert arrival(places(100, 50, 0.5, 20), valley, left=0.01) is None
    assert arrival(places(1, 0.5), valley, left=1.0) == 0


def test_only_the_deepest_hollow_counts():
    hollows = surface_of("hollows", 1)
    assert lowest(hollows) == pytest.approx(float(hollows.value(hollows.minima[0])))
    shallow = [hollows.start, hollows.minima[3]]
    assert arrival(shallow, hollows) is None
    assert arrival([hollows.start, hollows.minima[0]], hollows) == 1


def test_kappa_shapes_the_valley_and_the_ravine_alone():
    for key, surface in SURFACES.items():
        other = surface_of(key, 7)
        same = torch.equal(other.value(surface.start), surface.value(surface.start))
        assert same == (key not in ("valley", "ravine"))


def test_a_grid_has_x_along_its_rows_and_y_upwards():
    found = grid_of(lambda w: w[..., 0] + 10 * w[..., 1], (0, 2), (5, 7), cells=3)
    assert found.tolist() == [[50, 51, 52], [60, 61, 62], [70, 71, 72]]
