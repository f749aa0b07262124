"""A network of one hidden layer that bends a line into a curve: one number in, one number out.

ŷ = Σⱼ vⱼ f(wⱼx + cⱼ) + d over the hidden units j. x and y (N,), all float64; the loss is the mean
of (ŷ − y)² over the N examples.
Source: Bishop 2006, “Pattern recognition and machine learning”, section 5.1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.experiments.descent.optimisers import State, Step, path
from mnist_core.layers.activations import Activation

MOST_UNITS = 16


@dataclass(frozen=True)
class Bent:
    """The numbers of the network, also used for gradients by them.

    inward:  w (units,), from the input to each unit
    shift:   c (units,)
    outward: v (units,), from each unit to the output
    height:  d ()
    """

    inward: Tensor
    shift: Tensor
    outward: Tensor
    height: Tensor

    def flat(self) -> Tensor:
        """All in a row, (3 · units + 1,): w, c, v, d, for an optimiser."""
        return torch.cat([self.inward, self.shift, self.outward, self.height[None]])

    @classmethod
    def from_flat(cls, numbers: Tensor) -> "Bent":
        """What `flat` gave."""
        inward, shift, outward = numbers[:-1].chunk(3)
        return cls(inward, shift, outward, numbers[-1])

    def sums(self, x: Tensor) -> Tensor:
        """z = wx + c of each unit, (N, units)."""
        return x[:, None] * self.inward + self.shift

    def parts(self, x: Tensor, activation: Activation) -> Tensor:
        """v f(z): what each unit adds to the curve, (N, units)."""
        return activation.value(self.sums(x)) * self.outward

    def curve(self, x: Tensor, activation: Activation) -> Tensor:
        """ŷ, (N,): the sum of the parts and d."""
        return self.parts(x, activation).sum(dim=1) + self.height

    def bends(self) -> Tensor:
        """x = −c / w where each unit's z changes its sign, (units,); infinite or NaN for w = 0.

        A ReLU's part has its corner there, a sigmoid's is steepest.
        """
        return -self.shift / self.inward


def drawn(units: int, reach: float, seed: int = 0) -> Bent:
    """Random numbers with every bend within ±reach; units: 1 to MOST_UNITS.

    |w| from 1 to 2 with either sign, its bend placed evenly, v from N(0, 1 / units), d = 0.
    Raises LayerImpossible.
    """
    if not 1 <= units <= MOST_UNITS:
        raise LayerImpossible(f"A hidden layer here has 1 to {MOST_UNITS} units, not {units}.")
    random = torch.Generator().manual_seed(seed)

    def uniform() -> Tensor:
        return torch.rand(units, generator=random, dtype=torch.float64)

    inward = (1 + uniform()) * (1 - 2 * (uniform() < 0.5).double())
    bends = reach * (2 * uniform() - 1)
    outward = torch.randn(units, generator=random, dtype=torch.float64) / units**0.5
    return Bent(inward, -inward * bends, outward, torch.zeros((), dtype=torch.float64))


def loss(network: Bent, x: Tensor, y: Tensor, activation: Activation) -> Tensor:
    """J = mean of (ŷ − y)², a scalar."""
    return (network.curve(x, activation) - y).square().mean()


def gradient(network: Bent, x: Tensor, y: Tensor, activation: Activation) -> Bent:
    """With e = 2(ŷ − y) / N: ∂J/∂d = Σe, ∂J/∂vⱼ = Σ e f(zⱼ), ∂J/∂cⱼ = Σ e vⱼ f′(zⱼ), ∂J/∂wⱼ = Σ …x.

    The sums are over the examples; the last one has a factor x more than the one before.
    Source: Bishop 2006, section 5.3.2, there with tanh and half the sum.
    """
    sums = network.sums(x)
    error = 2 * (network.curve(x, activation) - y) / len(x)
    at_units = error[:, None] * network.outward * activation.derivative(sums)  # ∂J/∂z, (N, units)
    return Bent(
        inward=x @ at_units,
        shift=at_units.sum(dim=0),
        outward=error @ activation.value(sums),
        height=error.sum(),
    )


def descend(
    start: Bent, x: Tensor, y: Tensor, activation: Activation, *, step: Step, steps: int
) -> list[State]:
    """The optimiser's states from `start` on, steps + 1; their weights are `Bent.flat`."""

    def slope(numbers: Tensor) -> Tensor:
        return gradient(Bent.from_flat(numbers), x, y, activation).flat()

    return path(step, slope, start.flat(), steps)
