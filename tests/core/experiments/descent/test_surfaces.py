import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from mnist_core.experiments.descent.optimisers import OPTIMISERS, path
from mnist_core.experiments.descent.surfaces import SURFACES, Surface, ravine, valley

kappas, angles = st.floats(1, 2_000), st.floats(-180, 180)
surfaces = st.one_of(
    st.sampled_from(list(SURFACES.values())),
    st.builds(valley, kappas),
    st.builds(ravine, kappas, angles),
)


@given(surface=surfaces, seed=st.integers(0, 2**31), shape=st.lists(st.integers(1, 4), max_size=3))
def test_gradients_are_autograd_s(surface: Surface, seed: int, shape: list[int]) -> None:
    random = torch.Generator().manual_seed(seed)
    places = surface.reach * (2 * torch.rand(*shape, 2, generator=random, dtype=torch.float64) - 1)
    places.requires_grad_()
    values = surface.value(places)
    assert values.shape == tuple(shape)
    (expected,) = torch.autograd.grad(values.sum(), places)
    assert_close(surface.gradient(places.detach()), expected, rtol=1e-6, atol=1e-12)


def curvatures(surface: Surface, place: Tensor) -> Tensor:
    hessian = torch.autograd.functional.hessian(surface.value, place)
    assert isinstance(hessian, Tensor)
    return torch.linalg.eigvalsh(hessian)


@pytest.mark.parametrize("name", SURFACES)
def test_its_minima_are_minima_in_sight_and_the_start_is_none(name: str) -> None:
    surface = SURFACES[name]
    for place in surface.minima:
        assert surface.gradient(place).norm() < 1e-9
        assert curvatures(surface, place).min() > 0
        assert place.abs().max() < surface.reach
    assert surface.start.abs().max() < surface.reach
    assert surface.gradient(surface.start).norm() > 1e-3
    assert surface.value(surface.start) > surface.value(surface.minima).min()


@given(kappa=kappas, degrees=angles)
def test_valley_and_ravine_are_kappa_times_as_curved_across_as_along(kappa, degrees) -> None:
    for surface in (valley(kappa), ravine(kappa, degrees)):
        expected = torch.tensor([1, kappa], dtype=torch.float64)
        assert_close(curvatures(surface, surface.start), expected)


def test_the_saddle_goes_up_one_way_and_down_the_other() -> None:
    origin = torch.zeros(2, dtype=torch.float64)
    assert SURFACES["saddle"].gradient(origin).norm() == 0
    low, high = curvatures(SURFACES["saddle"], origin)
    assert low < 0 < high


def test_far_from_the_hole_the_plain_has_no_slope() -> None:
    surface = SURFACES["plateau"]
    assert surface.gradient(torch.tensor([8.0, 0.0], dtype=torch.float64)).norm() < 1e-12


def test_one_hollow_is_deeper_than_the_others() -> None:
    surface = SURFACES["hollows"]
    first, *others = surface.value(surface.minima).tolist()
    assert len(others) == 3
    assert first < min(others) - 10


def end(name: str, surface: Surface, rate: float) -> Tensor:
    return path(OPTIMISERS[name].at(rate), surface.gradient, surface.start, 30)[-1].weights


@pytest.mark.parametrize(
    ("name", "turns_with_it"), [("sgd", True), ("momentum", True), ("adam", False)]
)
def test_what_scales_each_weight_by_itself_does_not_turn_with_the_valley(
    name: str, turns_with_it: bool
) -> None:
    straight, turned = end(name, valley(), 0.02), end(name, ravine(), 0.02)
    half = math.sqrt(0.5)
    back = torch.tensor([[half, half], [-half, half]], dtype=torch.float64)
    assert (back @ turned - straight).norm().lt(1e-9) == turns_with_it
