from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.testing import assert_close

from mnist_core.experiments.descent.lbfgs import lbfgs_path
from mnist_core.experiments.descent.optimisers import (
    OPTIMISERS,
    State,
    path,
    path_by,
    uncorrected_first_step,
    with_decoupled_decay,
    with_weight_decay,
)

RATE, BETA = 0.03, 0.9
MEMORY = {
    "velocity": "momentum_buffer", "squares": "square_avg", "changes": "acc_delta",
}  # fmt: skip
"""Our names and torch's, where torch does not call it otherwise in one optimiser."""


def torch_sgd(**settings: float | bool) -> Callable[[Iterable[Tensor]], Optimizer]:
    return lambda weights: torch.optim.SGD(weights, lr=RATE, **settings)


THEIRS: dict[str, tuple[Callable[[Iterable[Tensor]], Optimizer], dict[str, str]]] = {
    "sgd": (torch_sgd(), {}),
    "momentum": (torch_sgd(momentum=BETA), MEMORY),
    "momentum_averaging": (torch_sgd(momentum=BETA, dampening=BETA), MEMORY),
    "nesterov": (torch_sgd(momentum=BETA, nesterov=True), MEMORY),
    "adagrad": (lambda w: torch.optim.Adagrad(w, lr=RATE), {"squares": "sum"}),
    "rmsprop": (lambda w: torch.optim.RMSprop(w, lr=RATE), MEMORY),
    "adam": (
        lambda w: torch.optim.Adam(w, lr=RATE), {"mean": "exp_avg", "squares": "exp_avg_sq"},
    ),
    "adadelta": (lambda w: torch.optim.Adadelta(w, lr=RATE), MEMORY),
}  # fmt: skip
STARTS_OTHERWISE = {"momentum_averaging"}
"""Torch's dampening does not damp the first gradient."""


def random_state(name: str, seed: int) -> tuple[State, Tensor]:
    """A state after some steps, and a gradient, whose numbers differ much in size."""
    random = torch.Generator().manual_seed(seed)

    def numbers() -> Tensor:
        size = 10 ** (4 * torch.rand(4, generator=random, dtype=torch.float64) - 2)
        return size * torch.randn(4, generator=random, dtype=torch.float64)

    state = State(numbers(), steps=1 + seed % 50)
    zero = numbers()
    names = OPTIMISERS[name].step(state, zero, rate=RATE).memory
    memory = {key: numbers() for key in names}
    memory |= {key: memory[key] ** 2 for key in ("squares", "changes") if key in memory}
    return replace(state, memory=memory), zero


def torch_step(name: str, state: State, gradient: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    make, names = THEIRS[name]
    weights = nn.Parameter(state.weights.clone())
    optimizer = make([weights])
    theirs = {names[key]: value.clone() for key, value in state.memory.items()}
    steps = torch.tensor(float(state.steps))
    optimizer.state[weights] = {**theirs, "step": steps}
    weights.grad = gradient.clone()
    optimizer.step()
    after = optimizer.state[weights]
    return weights.detach(), {key: after[names[key]] for key in state.memory}


@pytest.mark.parametrize("name", THEIRS)
def test_a_step_from_200_random_states_is_torch_s(name: str) -> None:
    for seed in range(200):
        state, gradient = random_state(name, seed)
        ours = OPTIMISERS[name].at(RATE)(state, gradient)
        weights, memory = torch_step(name, state, gradient)
        assert_close(ours.weights, weights, rtol=1e-12, atol=1e-12)
        assert ours.memory.keys() == memory.keys()
        for key, value in memory.items():
            assert_close(ours.memory[key], value, rtol=1e-12, atol=1e-12)
        assert ours.steps == state.steps + 1
        assert ours.change is not None
        assert_close(state.weights + ours.change, ours.weights, rtol=0, atol=0)


CURVATURES = torch.tensor([1.0, 7.0, 20.0], dtype=torch.float64)
START = torch.tensor([3.0, -2.0, 0.5], dtype=torch.float64)


def slope(weights: Tensor) -> Tensor:
    """Of ½ Σ λ w², and a term that is not quadratic."""
    return CURVATURES * weights + torch.sin(3 * weights)


@pytest.mark.parametrize("name", sorted(THEIRS.keys() - STARTS_OTHERWISE))
def test_200_steps_are_torch_s(name: str) -> None:
    weights = nn.Parameter(START.clone())
    optimizer = THEIRS[name][0]([weights])
    for state in path(OPTIMISERS[name].at(RATE), slope, START, 200):
        assert_close(state.weights, weights.detach(), rtol=1e-9, atol=1e-9)
        assert state.weights.abs().max() < 100
        weights.grad = slope(weights.detach())
        optimizer.step()


def momentum_of_the_paper(start: Tensor) -> list[Tensor]:
    """Sutskever et al. 2013: v = μv − ε∇f(θ), θ = θ + v."""
    theta, v, found = start, torch.zeros_like(start), [start]
    for _ in range(200):
        v = BETA * v - RATE * slope(theta)
        theta = theta + v
        found.append(theta)
    return found


def averaging_momentum_of_the_paper(start: Tensor) -> list[Tensor]:
    theta, m, found = start, torch.zeros_like(start), [start]
    for _ in range(200):
        m = BETA * m + (1 - BETA) * slope(theta)
        theta = theta - RATE * m
        found.append(theta)
    return found


def uncorrected_adam_of_the_paper(start: Tensor) -> list[Tensor]:
    """Kingma, Ba 2015, algorithm 1, without the two lines that correct."""
    theta, m, v, found = start, torch.zeros_like(start), torch.zeros_like(start), [start]
    for _ in range(200):
        g = slope(theta)
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * g * g
        theta = theta - RATE * m / (torch.sqrt(v) + 1e-8)
        found.append(theta)
    return found


@pytest.mark.parametrize(
    ("name", "loop"),
    [
        ("momentum_in_steps", momentum_of_the_paper),
        ("momentum_averaging", averaging_momentum_of_the_paper),
        ("adam_uncorrected", uncorrected_adam_of_the_paper),
    ],
)
def test_what_torch_has_not_is_the_loop_of_the_paper(
    name: str, loop: Callable[[Tensor], list[Tensor]]
) -> None:
    states = path(OPTIMISERS[name].at(RATE), slope, START, 200)
    for state, expected in zip(states, loop(START), strict=True):
        assert_close(state.weights, expected, rtol=1e-9, atol=1e-9)


def test_every_optimiser_is_compared_with_torch_or_with_its_paper() -> None:
    assert OPTIMISERS.keys() == THEIRS.keys() | {"momentum_in_steps", "adam_uncorrected"}


rates, betas = st.floats(1e-4, 0.05), st.floats(0, 0.99)


def ways(name: str, rate: float, **settings: float) -> Tensor:
    states = path(OPTIMISERS[name].at(rate, **settings), slope, START, 50)
    return torch.stack([state.weights for state in states])


@given(rate=rates, beta=betas)
def test_the_three_conventions_of_momentum_go_the_same_way_with_one_rate(rate, beta) -> None:
    expected = ways("momentum", rate, beta=beta)
    assert_close(ways("momentum_in_steps", rate, beta=beta), expected)
    assert_close(ways("momentum_averaging", rate / (1 - beta), beta=beta), expected)


def in_two_rates(name: str, later: float) -> Tensor:
    optimiser = OPTIMISERS[name]
    state = path(optimiser.at(RATE), slope, START, 5)[-1]
    return optimiser.at(later)(state, slope(state.weights)).weights


def test_the_conventions_part_when_the_rate_changes() -> None:
    assert_close(in_two_rates("momentum", RATE), in_two_rates("momentum_in_steps", RATE))
    apart = in_two_rates("momentum", RATE / 10) - in_two_rates("momentum_in_steps", RATE / 10)
    assert apart.abs().max() > 0.1


@given(rate=rates, beta=betas)
def test_nesterov_is_that_of_sutskever_who_takes_the_gradient_ahead(rate, beta) -> None:
    theta, v = START, torch.zeros_like(START)
    for ahead in ways("nesterov", rate, beta=beta):
        assert_close(theta + beta * v, ahead)
        v = beta * v - rate * slope(theta + beta * v)
        theta = theta + v


@given(beta1=st.floats(0, 0.99), beta2=st.floats(0, 0.999))
def test_adam_s_first_step_without_correction_is_so_many_times_as_long(beta1, beta2) -> None:
    settings = {"beta1": beta1, "beta2": beta2, "epsilon": 0.0}
    with_it, without = (
        OPTIMISERS[name].at(RATE, **settings)(State(START), slope(START)).change
        for name in ("adam", "adam_uncorrected")
    )
    assert with_it is not None
    assert without is not None
    assert_close(without / with_it, torch.full_like(START, uncorrected_first_step(beta1, beta2)))


def test_as_usual_that_is_too_long() -> None:
    assert uncorrected_first_step() == pytest.approx(10**0.5)


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.AdamW])
def test_weight_decay_is_torch_s_inside_the_gradient_and_beside_it(kind) -> None:
    decay, plain = 0.2, OPTIMISERS["adam"].at(RATE)
    step = (
        with_weight_decay(plain, decay)
        if kind is torch.optim.Adam
        else with_decoupled_decay(plain, decay, RATE)
    )
    weights = nn.Parameter(START.clone())
    optimizer = kind([weights], lr=RATE, weight_decay=decay)
    for state in path(step, slope, START, 100):
        assert_close(state.weights, weights.detach(), rtol=1e-9, atol=1e-9)
        weights.grad = slope(weights.detach())
        optimizer.step()


def test_a_rate_may_change_from_step_to_step_as_in_torch() -> None:
    rates, weights = [0.03, 0.02, 0.01, 0.03], nn.Parameter(START.clone())
    optimizer = torch.optim.SGD([weights], lr=1.0, momentum=BETA)
    momentum = OPTIMISERS["momentum"]
    for rate, state in zip(
        [*rates, 0], path_by(map(momentum.at, rates), slope, START), strict=True
    ):
        assert_close(state.weights, weights.detach(), rtol=1e-9, atol=1e-9)
        optimizer.param_groups[0]["lr"] = rate
        weights.grad = slope(weights.detach())
        optimizer.step()


@given(name=st.sampled_from(sorted(OPTIMISERS)), steps=st.integers(0, 5))
def test_a_path_has_the_start_and_a_state_for_each_step(name, steps) -> None:
    states = path(OPTIMISERS[name].at(RATE), slope, START, steps)
    assert [state.steps for state in states] == list(range(steps + 1))
    assert states[0].change is None
    assert_close(states[0].weights, START)


def rosenbrock(w: Tensor) -> Tensor:
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def rosenbrock_slope(w: Tensor) -> Tensor:
    leaf = w.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(rosenbrock(leaf), leaf)
    return gradient


def test_lbfgs_finds_the_end_of_rosenbrock_s_valley_and_stays_there() -> None:
    start = torch.tensor([-1.2, 1.0], dtype=torch.float64)
    steps = lbfgs_path(rosenbrock, rosenbrock_slope, start, 200)
    assert_close(steps[-1].weights, torch.ones(2, dtype=torch.float64))
    assert len(steps) < 100
    for before, after in pairwise(steps):
        assert_close(before.weights + after.length * after.direction, after.weights)
        assert rosenbrock(after.weights) <= rosenbrock(before.weights)
        assert after.evaluations > before.evaluations


def test_lbfgs_guesses_the_inverse_hessian_of_a_quadratic() -> None:
    steps = lbfgs_path(
        lambda w: 0.5 * (CURVATURES * w**2).sum(), lambda w: CURVATURES * w, START, 30
    )
    assert steps[-1].weights.norm() < 1e-6
    assert_close(steps[1].direction, -CURVATURES * START)  # the first has nothing to go by
