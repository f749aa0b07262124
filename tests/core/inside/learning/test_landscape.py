from collections.abc import Callable
from copy import deepcopy
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.errors import LayerImpossible
from mnist_core.inside.learning.landscape import (
    PathPlane,
    Plane,
    Weights,
    along_path,
    loss_at,
    loss_slice,
    path_plane,
    random_plane,
)
from tests.core.seeded import pictures, small_classifier, untrained
from tests.core.shipped import shipped
from tests.core.trainings import quick_run

seeds = st.integers(0, 2**31)
LABELS = torch.tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])


def loss_of(model: nn.Module) -> Callable[[Weights], float]:
    return partial(loss_at, model, images_01=pictures(10), labels=LABELS)


def exact(seed: int = 0) -> nn.Module:
    return small_classifier(seed, smooth=True).double()


def flat(weights: Weights, names: list[str]) -> Tensor:
    return torch.cat([weights[name].flatten() for name in names])


@pytest.mark.parametrize("key", ["mlp", "convnet", "deep_cnn"])
def test_in_the_middle_is_the_network_s_own_loss(key: str) -> None:
    model = shipped(key)
    with torch.inference_mode():
        expected = F.cross_entropy(model(pictures(10)).double(), LABELS).item()
    before = deepcopy(model.state_dict())
    plane = random_plane(model)
    found = loss_slice(loss_of(model), plane, [-0.5, 0.0], [0.0])
    assert found.shape == (1, 2)
    assert found[0, 1].item() == pytest.approx(expected)
    assert found[0, 0].item() != pytest.approx(expected)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])


@settings(max_examples=5)
@given(seed=seeds)
def test_every_filter_of_a_direction_is_as_long_as_the_network_s(seed) -> None:
    model = untrained("deep_cnn")
    plane = random_plane(model, seed)
    parameters = dict(model.named_parameters())
    assert plane.first.keys() == plane.second.keys() == parameters.keys()
    for direction in (plane.first, plane.second):
        for name, value in direction.items():
            weight = parameters[name].detach()
            if weight.ndim < 2:
                assert not value.any()
            else:
                assert_close(value.flatten(1).norm(dim=1), weight.flatten(1).norm(dim=1))
    assert not torch.equal(plane.first["head.weight"], plane.second["head.weight"])


def test_a_seed_draws_the_same_plane() -> None:
    model = shipped("mlp")
    one, same, other = (random_plane(model, seed).first["head.weight"] for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_a_grid_has_a_row_for_each_place_across() -> None:
    model = small_classifier(0)
    plane, loss = random_plane(model, 3), loss_of(model)
    grid = loss_slice(loss, plane, [-1.0, 0.0, 1.0], [0.0, 0.5])
    assert grid.shape == (2, 3)
    assert grid[1, 2].item() == loss(plane.at(1.0, 0.5))
    assert len(grid.unique()) == 6


def moments_on(plane: Plane, places: Tensor) -> list[Weights]:
    return [plane.at(a, b) for a, b in places.tolist()]


def check_plane(model: nn.Module, found: PathPlane, moments: list[Weights]) -> None:
    names = [name for name, _ in model.named_parameters()]
    first, second = flat(found.plane.first, names), flat(found.plane.second, names)
    assert_close(first.norm(), torch.ones_like(first.norm()))
    assert_close(second.norm(), torch.ones_like(second.norm()))
    assert abs(first @ second) < 1e-6
    assert_close(found.places[-1], torch.zeros(2, dtype=torch.float64), atol=1e-9, rtol=0)
    for moment, place, off in zip(moments, found.places, found.off, strict=True):
        rest = flat(moment, names) - flat(found.plane.at(*place.tolist()), names)
        nothing = 1e-6 * float(found.places.abs().max() + found.off.max())
        assert abs(rest @ first) < nothing
        assert abs(rest @ second) < nothing
        assert rest.norm().item() == pytest.approx(off.item(), abs=nothing)


@settings(max_examples=10)
@given(seed=seeds, count=st.integers(3, 8))
def test_a_path_in_a_plane_is_found_to_lie_in_it(seed, count) -> None:
    model, random = exact(seed), torch.Generator().manual_seed(seed)
    places = torch.randn(count, 2, generator=random, dtype=torch.float64)
    moments = moments_on(random_plane(model, seed), places)
    found = path_plane(model, moments)
    assert found.share == pytest.approx(1)
    assert found.off.max() < 1e-6 * found.places.abs().max()
    check_plane(model, found, moments)


@settings(max_examples=10)
@given(seed=seeds, count=st.integers(3, 8))
def test_no_plane_through_the_end_is_closer_to_the_path(seed, count) -> None:
    model = exact(seed)
    names = [name for name, _ in model.named_parameters()]
    random = torch.Generator().manual_seed(seed)
    moments = [
        {name: torch.randn(value.shape, generator=random, dtype=torch.float64)
         if name in names else value for name, value in model.state_dict().items()}
        for _ in range(count)
    ]  # fmt: skip
    found = path_plane(model, moments)
    check_plane(model, found, moments)
    rows = torch.stack([flat(m, names) for m in moments])
    values = torch.linalg.svdvals(rows - rows[-1])
    assert found.share == pytest.approx(float(values[:2].square().sum() / values.square().sum()))
    off = float(values[2:].square().sum())
    assert found.off.square().sum().item() == pytest.approx(off, abs=1e-12 * float(values[0] ** 2))


def test_of_a_real_training_both_losses_are_told() -> None:
    run = quick_run("softmax_regression", learning_rate=0.5)
    moments = []
    for _ in range(8):
        moments.append(run.now().state)
        run.work()
    model = run.trainer.averaged_model()
    loss, found = loss_of(model), path_plane(model, moments)
    losses = along_path(loss, found, moments)
    assert losses.on_path[-1] == losses.on_plane[-1]
    assert 0.5 < found.share < 1
    assert found.off[0] > 0
    apart = (losses.on_path - losses.on_plane).abs()
    assert apart.max() > 1e-4
    check_plane(model, found, moments)


def test_moments_kept_in_half_the_memory_will_do() -> None:
    model = exact().float()
    moments = moments_on(random_plane(model, 1), torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    light = [{k: v.half() if v.ndim > 1 else v for k, v in m.items()} for m in moments]
    whole, found = path_plane(model, moments), path_plane(model, light)
    assert_close(found.places, whole.places, rtol=1e-2, atol=1e-2)
    assert along_path(loss_of(model), found, light).on_path.isfinite().all()


@pytest.mark.parametrize(
    ("places", "says"),
    [([[1.0, 0.0], [0.0, 0.0]], "three moments"), ([[2.0, 2.0], [1.0, 1.0], [0.0, 0.0]], "line"),
     ([[1.0, 1.0]] * 3, "spot")],
)  # fmt: skip
def test_what_spans_no_plane_is_refused(places: list[list[float]], says: str) -> None:
    model = exact()
    with pytest.raises(LayerImpossible, match=says):
        path_plane(model, moments_on(random_plane(model), torch.tensor(places)))


def test_weights_that_moments_leave_out_stay_as_they_are() -> None:
    model = small_classifier(2)
    places = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    whole = moments_on(random_plane(model, 1), places)
    moments = [{k: v for k, v in moment.items() if k.startswith("head")} for moment in whole]
    found = path_plane(model, moments)
    assert found.plane.first.keys() == {"head.weight", "head.bias"}
    end = {**model.state_dict(), **moments[-1]}
    assert along_path(loss_of(model), found, moments).on_plane[-1] == loss_of(model)(end)
