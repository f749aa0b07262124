"""A deep stack against PyTorch's autograd, how weights begin, powers of a matrix, equal weights."""

import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.experiments.deep_stack import (
    STACKED,
    Fate,
    Scales,
    Settings,
    Stack,
    journey_back,
    journey_forward,
    layers_that_differ,
    run_stack,
    scales,
    spread_of_rules,
    stack_digits,
    told_apart,
    too_large_for_float32,
    too_small_for_float32,
    units_are_alike,
)
from mnist_core.experiments.equal_weights import (
    GUESSING_NATS,
    LEARNING_RATE,
    STEPS,
    Start,
    different_units,
    first_weights,
    greatest_difference,
    learn_ten_digits,
    read_digit,
    right_of_ten,
)
from mnist_core.experiments.matrix_powers import (
    Eigen,
    power_by_eigenvalues,
    power_by_multiplication,
    power_of,
    spectrum,
    squeezed,
    with_complex_pair,
    with_real_eigenvalues,
)
from mnist_core.layers.initialisation import INITIALISATIONS, draw_bias, draw_weight
from mnist_core.pictures.own_digits import own_digit, ten_own_digits

MODULES = {
    "linear": nn.Identity(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "softmax": nn.Softmax(dim=1),
}
sizes = st.integers(1, 60)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_inputs(seed: int, features: int = 9) -> Tensor:
    return torch.randn(5, features, generator=generator(seed), dtype=torch.float64)


def stack_of(activation: str, initialisation: str = "default", depth: int = 50) -> Stack:
    return run_stack(
        stack_digits(own_digit(5)), Settings(depth, 100, activation, initialisation)
    )  # fmt: skip


@given(fan_in=sizes, fan_out=sizes, seed=st.integers(0, 2**31))
def test_the_default_draws_the_very_weights_of_torch_s_linear_layer(
    fan_in: int, fan_out: int, seed: int
) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = nn.Linear(fan_in, fan_out, dtype=torch.float64)
    source, rule = generator(seed), INITIALISATIONS["default"]
    assert_close(draw_weight(rule, (fan_out, fan_in), source), layer.weight.detach())
    assert_close(draw_bias(rule, (fan_out, fan_in), source), layer.bias.detach())


@given(fan_in=sizes, fan_out=sizes, seed=st.integers(0, 2**31))
def test_xavier_and_he_are_those_of_torch(fan_in: int, fan_out: int, seed: int) -> None:
    shape, theirs = (fan_out, fan_in), torch.empty(fan_out, fan_in, dtype=torch.float64)
    nn.init.xavier_uniform_(theirs, generator=generator(seed))
    assert_close(draw_weight(INITIALISATIONS["xavier"], shape, generator(seed)), theirs)
    nn.init.kaiming_normal_(theirs, nonlinearity="relu", generator=generator(seed))
    assert_close(draw_weight(INITIALISATIONS["he"], shape, generator(seed)), theirs)


@pytest.mark.parametrize("layer", [nn.Linear(400, 300), nn.Conv2d(16, 60, 5)])
def test_torch_s_own_layers_do_not_begin_with_xavier_but_with_1_over_root_3n(
    layer: nn.Linear | nn.Conv2d,
) -> None:
    weight = layer.weight.detach()
    fan_in = weight[0].numel()
    rule = INITIALISATIONS["default"]
    assert rule.std(fan_in, 300) == pytest.approx(1 / math.sqrt(3 * fan_in))
    assert rule.bound(fan_in, 300) == pytest.approx(1 / math.sqrt(fan_in))
    assert float(weight.std()) == pytest.approx(rule.std(fan_in, 300), rel=0.03)
    assert float(weight.abs().max()) <= rule.bound(fan_in, 300)
    assert float(weight.std()) < 0.8 * INITIALISATIONS["xavier"].std(fan_in, 300)


def test_drawn_weights_have_the_spread_of_their_formula() -> None:
    found = spread_of_rules(100)
    assert [title for title, _, _ in found] == [rule.title for rule in INITIALISATIONS.values()]
    for _, by_formula, drawn in found:
        assert drawn == pytest.approx(by_formula, rel=0.03)
    assert found[0][1] == pytest.approx(0.0577, abs=1e-4)


@given(fan_in=sizes, fan_out=sizes)
def test_no_drawn_weight_is_beyond_the_bound_of_its_rule(fan_in: int, fan_out: int) -> None:
    for rule in INITIALISATIONS.values():
        weight = draw_weight(rule, (fan_out, fan_in), generator(0))
        assert weight.abs().max() <= rule.bound(fan_in, fan_out)


@pytest.mark.parametrize("activation", MODULES)
@settings(max_examples=10)
@given(
    depth=st.integers(1, 6), width=st.integers(1, 7), seed=st.integers(0, 1000),
    start=st.sampled_from(list(INITIALISATIONS)),
)  # fmt: skip
def test_values_and_gradients_of_a_stack_are_those_of_torch_s_layers(
    activation: str, depth: int, width: int, seed: int, start: str
) -> None:
    inputs = some_inputs(seed)
    stack = run_stack(inputs, Settings(depth, width, activation, start, seed))
    values, outputs = inputs, []
    source, rule = generator(seed), INITIALISATIONS[start]
    for weight in stack.weights:
        assert_close(draw_weight(rule, tuple(weight.shape), source), weight)  # type: ignore[arg-type]
        bias = draw_bias(rule, tuple(weight.shape), source)  # type: ignore[arg-type]
        values = MODULES[activation](F.linear(values, weight, bias))
        values = values.requires_grad_()
        outputs.append(values)
    assert_close(stack.outputs, torch.stack(outputs).detach())
    arriving = stack.gradients[-1]
    for ours, layer in zip(stack.gradients, outputs, strict=True):
        (theirs,) = torch.autograd.grad(values, layer, arriving, retain_graph=True)
        assert_close(ours, theirs)


@given(depth=st.integers(1, 5), width=st.integers(1, 6), seed=st.integers(0, 1000))
def test_a_stack_of_maxout_units_is_torch_s_linear_layers_with_max_pooling(
    depth: int, width: int, seed: int
) -> None:
    inputs = some_inputs(seed)
    stack = run_stack(inputs, Settings(depth, width, "maxout", "he", seed))
    values, outputs = inputs, []
    for weight in stack.weights:
        values = F.max_pool1d(F.linear(values, weight)[:, None], 2)[:, 0].requires_grad_()
        outputs.append(values)
    assert_close(stack.outputs, torch.stack(outputs).detach())
    for ours, layer in zip(stack.gradients, outputs, strict=True):
        (theirs,) = torch.autograd.grad(values, layer, stack.gradients[-1], retain_graph=True)
        assert_close(ours, theirs)


@pytest.mark.parametrize("activation", STACKED)
def test_a_deeper_stack_begins_with_the_same_layers(activation: str) -> None:
    shallow, deep = stack_of(activation, depth=3), stack_of(activation, depth=6)
    assert torch.equal(deep.outputs[:3], shallow.outputs)


def test_another_seed_draws_other_weights_and_the_same_seed_the_same() -> None:
    inputs = some_inputs(0)
    first, same, other = (run_stack(inputs, Settings(3, 8, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first.gradients, same.gradients)
    assert not torch.equal(first.outputs, other.outputs)


def test_the_digits_that_go_in_are_standardised_and_the_visitor_s_is_the_first() -> None:
    images = stack_digits(own_digit(8))
    assert images.shape == (32, 784)
    assert_close(images.mean(), torch.tensor(0.0, dtype=torch.float64))
    assert_close(images.std(correction=0), torch.tensor(1.0, dtype=torch.float64))
    brightest = images[0].max()
    assert torch.equal(images[0] == brightest, own_digit(8).flatten() == own_digit(8).max())


def test_sizes_are_root_mean_squares_and_differences_are_between_digits() -> None:
    stack = stack_of("tanh", depth=4)
    measured = scales(stack)
    for layer in range(4):
        h, g = stack.outputs[layer], stack.gradients[layer]
        assert float(measured.size[layer]) == pytest.approx(float((h**2).mean() ** 0.5))
        assert float(measured.gradient[layer]) == pytest.approx(float((g**2).mean() ** 0.5))
        between = h.var(dim=0, correction=0).mean().sqrt()
        assert float(measured.difference[layer]) == pytest.approx(float(between))
    assert_close(told_apart(stack)[2], stack.outputs[2, 0] - stack.outputs[2].mean(dim=0))


# activation, initialisation → what becomes of what tells the digits apart, and of the gradient
KNOWN = [
    ("sigmoid", "default", Fate.VANISHES, Fate.VANISHES, 0.25 / math.sqrt(3)),
    ("linear", "default", Fate.VANISHES, Fate.VANISHES, 1 / math.sqrt(3)),
    ("linear", "xavier", Fate.KEPT, Fate.KEPT, 1.0),
    ("linear", "he", Fate.EXPLODES, Fate.EXPLODES, math.sqrt(2)),
    ("linear", "too_small", Fate.VANISHES, Fate.VANISHES, 0.1),
    ("linear", "too_large", Fate.EXPLODES, Fate.EXPLODES, 10.0),
    ("relu", "default", Fate.VANISHES, Fate.VANISHES, 1 / math.sqrt(6)),
    ("relu", "xavier", Fate.VANISHES, Fate.VANISHES, 1 / math.sqrt(2)),
    ("relu", "he", Fate.KEPT, Fate.KEPT, 1.0),
    ("relu", "too_large", Fate.EXPLODES, Fate.EXPLODES, math.sqrt(50)),
    ("tanh", "xavier", Fate.KEPT, Fate.KEPT, 1.0),
    ("tanh", "too_large", Fate.KEPT, Fate.EXPLODES, None),
]


@pytest.mark.parametrize(("activation", "start", "forward", "back", "factor"), KNOWN)
def test_what_vanishes_and_what_explodes_is_what_the_theory_says(
    activation: str, start: str, forward: Fate, back: Fate, factor: float | None
) -> None:
    """factor: √n · Std(w) · (root mean square of the slope), of each layer."""
    measured = scales(stack_of(activation, start))
    assert journey_forward(measured).fate is forward
    assert journey_back(measured).fate is back
    if factor is not None:
        assert journey_back(measured).per_layer == pytest.approx(factor, rel=0.06)


def test_a_journey_of_n_steps_multiplies_n_times() -> None:
    size = torch.tensor([8.0, 4.0, 2.0, 1.0], dtype=torch.float64)
    measured = Scales(size, size, size)
    assert journey_forward(measured).per_layer == pytest.approx(0.5)
    assert journey_forward(measured).total == pytest.approx(1 / 8)
    assert journey_back(measured).per_layer == pytest.approx(2)
    one = Scales(size[:1], size[:1], size[:1])
    assert (journey_forward(one).per_layer, journey_back(one).fate) == (1.0, Fate.KEPT)
    nothing = torch.zeros(3, dtype=torch.float64)
    assert journey_back(Scales(size, nothing, nothing)).fate is Fate.ZERO
    assert journey_forward(Scales(size[:3], nothing, nothing)).fate is Fate.ZERO


def test_a_sigmoid_stack_ends_by_saying_the_same_about_all_digits() -> None:
    measured = scales(stack_of("sigmoid"))
    left = layers_that_differ(measured)
    assert 5 < left < 30
    assert (measured.difference[left:] < 1e-12).all()
    assert (measured.size > 0.4).all(), "the values themselves do not vanish"
    assert layers_that_differ(scales(stack_of("linear", "xavier"))) == 50


def test_what_float32_cannot_hold_is_infinite_or_zero_there() -> None:
    exploding, vanishing = stack_of("linear", "too_large"), stack_of("softmax")
    layers = too_large_for_float32(exploding.outputs)
    assert 5 < layers < 20
    assert exploding.outputs[-layers].abs().max() > torch.finfo(torch.float32).max
    assert exploding.outputs[-layers - 1].abs().max() <= torch.finfo(torch.float32).max
    gone = too_small_for_float32(vanishing.gradients)
    assert gone > 20
    assert (vanishing.gradients[:gone].float() == 0).all()
    assert too_large_for_float32(vanishing.outputs) == 0
    assert too_small_for_float32(exploding.outputs) == 0
    assert exploding.outputs.isfinite().all()


@pytest.mark.parametrize("activation", STACKED)
def test_units_of_a_stack_are_alike_only_if_all_weights_are_equal(activation: str) -> None:
    assert units_are_alike(stack_of(activation, "equal", depth=10).outputs)
    assert not units_are_alike(stack_of(activation, "he", depth=3).outputs)


# Powers of a matrix

eigenvalue = st.floats(-1.5, 1.5)


def eigenvalues_of(matrix: Tensor) -> Tensor:
    found = torch.linalg.eigvals(matrix)
    return torch.stack(sorted(found, key=lambda z: (z.real.item(), z.imag.item())))


@given(first=eigenvalue, second=eigenvalue, degrees=st.floats(15, 90), times=st.integers(0, 50))
def test_powers_by_multiplication_and_by_eigenvalues_are_the_same(
    first: float, second: float, degrees: float, times: int
) -> None:
    eigen = with_real_eigenvalues(first, second, degrees)
    expected = torch.linalg.matrix_power(eigen.matrix, times)
    scale = max(1.0, float(expected.abs().max()))
    assert_close(power_by_multiplication(eigen.matrix, times), expected)
    assert_close(power_by_eigenvalues(eigen, times) / scale, expected / scale, atol=1e-9, rtol=0)
    power = power_of(eigen, times)
    assert power.disagreement < 1e-9
    assert power.sizes == pytest.approx([abs(first) ** times, abs(second) ** times])


@given(size=st.floats(0, 1.5), degrees=st.floats(5, 175), times=st.integers(0, 50))
def test_a_complex_pair_turns_and_stretches(size: float, degrees: float, times: int) -> None:
    eigen = with_complex_pair(size, degrees)
    angle = math.radians(degrees)
    turn = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    assert_close(eigen.matrix, size * torch.tensor(turn, dtype=torch.float64))
    power = power_of(eigen, times)
    assert power.disagreement < 1e-9
    lengths = power.outline.norm(dim=0)
    assert_close(lengths, torch.full_like(lengths, size**times))


@given(n=st.integers(1, 6), times=st.integers(0, 8), seed=st.integers(0, 2**31))
def test_any_matrix_with_its_eigenvectors_has_its_powers(n: int, times: int, seed: int) -> None:
    half = torch.randn(n, n, generator=generator(seed), dtype=torch.float64)
    matrix = (half + half.T) / 2  # always has a basis of eigenvectors
    values, vectors = torch.linalg.eig(matrix)
    power = power_by_eigenvalues(Eigen(values, vectors), times)
    assert_close(power, torch.linalg.matrix_power(matrix, times), atol=1e-7, rtol=1e-7)


def test_the_matrix_has_the_eigenvalues_and_directions_that_were_asked_for() -> None:
    eigen = with_real_eigenvalues(1.1, -0.4, 40)
    wanted = torch.tensor([-0.4, 1.1], dtype=torch.complex128)
    assert_close(eigenvalues_of(eigen.matrix), wanted)
    matrix, (first, second) = eigen.matrix, eigen.vectors.real.T
    assert_close(matrix @ first, 1.1 * first)
    assert_close(matrix @ second, -0.4 * second)
    between = math.degrees(math.acos(float(first @ second)))
    assert between == pytest.approx(40)


@pytest.mark.parametrize(("start", "radius"), [("default", 0.577), ("xavier", 1), ("he", 1.414)])
def test_eigenvalues_of_random_weights_fill_a_disc_of_radius_root_n_times_std(
    start: str, radius: float
) -> None:
    found = spectrum(own_digit(5), start, 50)
    assert found.radius == pytest.approx(radius, rel=0.1)
    assert len(found.values) == 100
    grown = found.lengths[50] / found.lengths[30]
    assert grown ** (1 / 20) == pytest.approx(found.radius, rel=0.07)


def test_the_digit_goes_through_the_same_layer_again_and_again() -> None:
    found = spectrum(own_digit(2), "xavier", 4, seed=3)
    weight = draw_weight(INITIALISATIONS["xavier"], (100, 100), generator(3))
    expected = torch.linalg.matrix_power(weight, 4) @ squeezed(own_digit(2))
    assert found.lengths[4] == pytest.approx(float(expected.norm()))
    assert_close(found.states[4].flatten() * found.lengths[4], expected)
    assert (len(found.states), found.lengths[0]) == (5, 1.0)


# Equal weights


def test_equal_units_stay_exactly_equal_and_random_ones_do_not() -> None:
    equal, random = learn_ten_digits("equal"), learn_ten_digits("default")
    assert [greatest_difference(weights) for weights in equal.weights] == [0.0] * (STEPS + 1)
    assert {different_units(weights) for weights in equal.weights} == {1}
    assert different_units(random.weights[-1]) == 16
    assert greatest_difference(random.weights[-1]) > 0.1
    assert not torch.equal(equal.weights[0].hidden, equal.weights[-1].hidden), "they do learn"


def test_the_equal_network_learns_far_less() -> None:
    equal, random = learn_ten_digits("equal"), learn_ten_digits("default")
    assert equal.losses[0] == pytest.approx(GUESSING_NATS)
    assert equal.losses[-1] > 1.5
    assert random.losses[-1] < 0.05
    assert right_of_ten(equal.weights[-1]) <= 3
    assert right_of_ten(random.weights[-1]) == 10
    assert all(later < earlier for earlier, later in pairwise(random.losses[5:]))


@pytest.mark.parametrize("start", ["equal", "default"])
def test_the_training_is_that_of_torch_s_layers_with_plain_gradient_descent(start: Start) -> None:
    first = first_weights(start)
    model = nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10)).double()
    for parameter, value in zip(model.parameters(), vars(first).values(), strict=True):
        parameter.data = value.clone()
    images, losses = ten_own_digits().flatten(1).double(), []
    for _ in range(20):
        loss = F.cross_entropy(model(images), torch.arange(10))
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            assert parameter.grad is not None
            parameter.data -= LEARNING_RATE * parameter.grad
    learning = learn_ten_digits(start)
    assert learning.losses[:20] == pytest.approx(losses)
    assert_close(learning.weights[20].hidden, model[0].weight.detach())
    assert_close(
        read_digit(learning.weights[20], own_digit(4)),
        model(images[4:5]).softmax(dim=1)[0].detach(),
    )


def test_looking_at_all_this_leaves_torch_s_random_numbers_alone() -> None:
    before = torch.get_rng_state()
    stack_of("relu", "he", depth=2)
    spectrum(own_digit(1), "default", 2)
    learn_ten_digits.cache_clear()
    learn_ten_digits("default")
    assert torch.equal(torch.get_rng_state(), before)
