"""The optimisers, one step at a time, with everything that they remember.

A step takes a `State` and the gradient g there and returns the next `State`; all sums are element
by element. Where nothing else is said, a step equals that of `torch.optim`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

BETA = 0.9
"""The usual momentum."""


@dataclass(frozen=True)
class State:
    """Where a descent is, and what its optimiser remembers.

    weights: w, of any shape
    steps:   how many are done
    memory:  by name, each of the shape of w; a name that is missing stands for zeros
    change:  what the last step added to w; None before the first
    """

    weights: Tensor
    steps: int = 0
    memory: Mapping[str, Tensor] = field(default_factory=dict)
    change: Tensor | None = None

    def remembered(self, name: str) -> Tensor:
        """What stands in the memory under that name, or zeros."""
        found = self.memory.get(name)
        return torch.zeros_like(self.weights) if found is None else found

    def moved(self, change: Tensor, **memory: Tensor) -> "State":
        """The state after one more step, which adds `change`."""
        return State(self.weights + change, self.steps + 1, memory, change)


Step = Callable[[State, Tensor], State]
Gradient = Callable[[Tensor], Tensor]
"""w → ∂J/∂w, of the same shape."""


def sgd(state: State, gradient: Tensor, *, rate: float) -> State:
    """w ← w − ηg.

    Source: Cauchy 1847, “Méthode générale pour la résolution des systèmes d’équations simultanées”;
    with noisy gradients Robbins, Monro 1951, “A stochastic approximation method”.
    """
    return state.moved(-rate * gradient)


def momentum(state: State, gradient: Tensor, *, rate: float, beta: float = BETA) -> State:
    """v ← βv + g, w ← w − ηv: the convention of PyTorch. Memory: velocity.

    A learning rate that changes acts at once on all that v has gathered.
    Source: `torch.optim.SGD`, note on how it differs from Sutskever et al. 2013.
    """
    velocity = beta * state.remembered("velocity") + gradient
    return state.moved(-rate * velocity, velocity=velocity)


def momentum_in_steps(state: State, gradient: Tensor, *, rate: float, beta: float = BETA) -> State:
    """v ← βv − ηg, w ← w + v: v is the step itself. Memory: velocity.

    The same path as `momentum` while η stays; after η has changed, v still carries the old η.
    Source: Sutskever, Martens, Dahl, Hinton 2013, “On the importance of initialization and
    momentum in deep learning”, equations 1 and 2; Polyak 1964.
    """
    velocity = beta * state.remembered("velocity") - rate * gradient
    return state.moved(velocity, velocity=velocity)


def momentum_averaging(state: State, gradient: Tensor, *, rate: float, beta: float = BETA) -> State:
    """v ← βv + (1 − β)g, w ← w − ηv: v is a mean of gradients. Memory: velocity.

    The same path as `momentum` with the rate (1 − β)η. PyTorch's `dampening` of β is this but for
    its first step, where it takes v = g.
    Source: the first moment of Kingma, Ba 2015, “Adam”, algorithm 1, without its correction.
    """
    velocity = beta * state.remembered("velocity") + (1 - beta) * gradient
    return state.moved(-rate * velocity, velocity=velocity)


def nesterov(state: State, gradient: Tensor, *, rate: float, beta: float = BETA) -> State:
    """v ← βv + g, w ← w − η(g + βv): momentum that looks ahead. Memory: velocity.

    The w of Sutskever et al. 2013, who take the gradient at w + βv, is this one less its look
    ahead.
    Source: Sutskever et al. 2013, equations 3 and 4; Bengio, Boulanger-Lewandowski, Pascanu 2013,
    “Advances in optimizing recurrent networks”, its “simplified Nesterov momentum”;
    `torch.optim.SGD(nesterov=True)`. First by Nesterov 1983.
    """
    velocity = beta * state.remembered("velocity") + gradient
    return state.moved(-rate * (gradient + beta * velocity), velocity=velocity)


def adagrad(state: State, gradient: Tensor, *, rate: float, epsilon: float = 1e-10) -> State:
    """s ← s + g², w ← w − ηg / (√s + ε). Memory: squares.

    Source: Duchi, Hazan, Singer 2011, “Adaptive subgradient methods for online learning and
    stochastic optimization”, with a diagonal matrix.
    """
    squares = state.remembered("squares") + gradient**2
    return state.moved(-rate * gradient / (squares.sqrt() + epsilon), squares=squares)


def rmsprop(
    state: State, gradient: Tensor, *, rate: float, alpha: float = 0.99, epsilon: float = 1e-8
) -> State:
    """s ← αs + (1 − α)g², w ← w − ηg / (√s + ε). Memory: squares.

    Source: Tieleman, Hinton 2012, lecture 6.5 (slides 6e) of “Neural networks for machine
    learning”, there with α = 0.9 and without ε.
    """
    squares = alpha * state.remembered("squares") + (1 - alpha) * gradient**2
    return state.moved(-rate * gradient / (squares.sqrt() + epsilon), squares=squares)


def adam(
    state: State,
    gradient: Tensor,
    *,
    rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    corrected: bool = True,
) -> State:
    """m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², w ← w − ηm̂ / (√ŝ + ε). Memory: mean, squares.

    corrected: m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) in step t = 1, 2, …; else m̂ = m and ŝ = s,
    which PyTorch has not, and makes the first step (1 − β₁) / √(1 − β₂) times as long.
    Source: Kingma, Ba 2015, “Adam: a method for stochastic optimization”, algorithm 1.
    """
    mean = beta1 * state.remembered("mean") + (1 - beta1) * gradient
    squares = beta2 * state.remembered("squares") + (1 - beta2) * gradient**2
    t = state.steps + 1
    mean_hat = mean / (1 - beta1**t) if corrected else mean
    squares_hat = squares / (1 - beta2**t) if corrected else squares
    change = -rate * mean_hat / (squares_hat.sqrt() + epsilon)
    return state.moved(change, mean=mean, squares=squares)


def uncorrected_first_step(beta1: float = 0.9, beta2: float = 0.999) -> float:
    """How many times as long the first step of Adam is without its correction: 3.2 as usual.

    (1 − β₁) / √(1 − β₂), but for ε. Source: Kingma, Ba 2015, algorithm 1 at t = 1.
    """
    return float((1 - beta1) / (1 - beta2) ** 0.5)


def adadelta(
    state: State, gradient: Tensor, *, rate: float = 1.0, rho: float = 0.9, epsilon: float = 1e-6
) -> State:
    """s ← ρs + (1 − ρ)g², Δ = g √(u + ε) / √(s + ε), u ← ρu + (1 − ρ)Δ², w ← w − ηΔ.

    Memory: squares (s) and changes (u).
    Source: Zeiler 2012, “ADADELTA: an adaptive learning rate method”, algorithm 1, where η = 1.
    """
    squares = rho * state.remembered("squares") + (1 - rho) * gradient**2
    before = state.remembered("changes")
    delta = gradient * (before + epsilon).sqrt() / (squares + epsilon).sqrt()
    changes = rho * before + (1 - rho) * delta**2
    return state.moved(-rate * delta, squares=squares, changes=changes)


@dataclass(frozen=True)
class Optimiser:
    """One of OPTIMISERS. title: for people; step: to be given a `rate`."""

    title: str
    step: Callable[..., State]

    def at(self, rate: float, **settings: float) -> Step:
        """Its step with that learning rate, and with PyTorch's settings but for those named."""
        return partial(self.step, rate=rate, **settings)


OPTIMISERS: dict[str, Optimiser] = {
    "sgd": Optimiser("Gradient descent", sgd),
    "momentum": Optimiser("Momentum, v ← βv + g", momentum),
    "momentum_in_steps": Optimiser("Momentum, v ← βv − ηg", momentum_in_steps),
    "momentum_averaging": Optimiser("Momentum, v ← βv + (1 − β)g", momentum_averaging),
    "nesterov": Optimiser("Nesterov", nesterov),
    "adagrad": Optimiser("Adagrad", adagrad),
    "rmsprop": Optimiser("RMSprop", rmsprop),
    "adam": Optimiser("Adam", adam),
    "adam_uncorrected": Optimiser("Adam without correction", partial(adam, corrected=False)),
    "adadelta": Optimiser("Adadelta", adadelta),
}
"""By name. L-BFGS, which looks at the loss several times in a step, stands in `lbfgs`."""


def with_weight_decay(step: Step, decay: float) -> Step:
    """The step for g + λw: the gradient of J + ½λ‖w‖². decay: λ, at least 0.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 3.27.
    """
    return lambda state, gradient: step(state, gradient + decay * state.weights)


def with_decoupled_decay(step: Step, decay: float, rate: float) -> Step:
    """w shrinks by ηλw by itself, and the optimiser never sees that. With Adam: AdamW.

    Source: Loshchilov, Hutter 2019, “Decoupled weight decay regularization”, algorithm 2, whose
    λ is this ηλ: no learning rate multiplies it there. `torch.optim.AdamW` has ηλ, as here.
    """

    def decayed(state: State, gradient: Tensor) -> State:
        after = step(state, gradient)
        assert after.change is not None
        return state.moved(after.change - rate * decay * state.weights, **after.memory)

    return decayed


def path(step: Step, gradient: Gradient, start: Tensor, steps: int) -> list[State]:
    """The states before the first step and after each: steps + 1 of them."""
    return path_by([step] * steps, gradient, start)


def path_by(steps: Iterable[Step], gradient: Gradient, start: Tensor) -> list[State]:
    """The same with a step of its own each time: with a rate that a schedule changes."""
    states = [State(start)]
    for step in steps:
        states.append(step(states[-1], gradient(states[-1].weights)))
    return states
