"""The same line, fitted by the gradients of all points, of a few, or of one."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mnist_core.experiments.descent.noise import BatchStep, batches, descend_in_batches
from mnist_core.experiments.descent.optimisers import OPTIMISERS, State
from mnist_core.experiments.regression.linear import Convention, Line, gradient, loss, per_example

COUNT, EPOCHS, SEED = 64, 12, 3
TRUE_WEIGHT, TRUE_BIAS, NOISE = 0.8, 0.5, 0.8
CONVENTION = Convention.HALF_MEAN
"""J = Σ (ŷ − y)² / (2N)."""


def points(count: int = COUNT, seed: int = SEED) -> tuple[Tensor, Tensor]:
    """x and y, (N, 1) each, float64, by rising x: y = 0.8x + 0.5 with noise of 0.8."""
    random = torch.Generator().manual_seed(seed)
    x = torch.linspace(-2, 2, count, dtype=torch.float64)[:, None]
    noise = torch.randn(count, 1, generator=random, dtype=torch.float64)
    return x, TRUE_WEIGHT * x + TRUE_BIAS + NOISE * noise


def line_of(weights: Tensor) -> Line:
    """Of (w, b), (2,)."""
    return Line(weights[:1, None], weights[1:])


def loss_on_grid(weights: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """J at each (w, b) of (…, 2)."""
    flat = [loss(line_of(one), x, y, CONVENTION) for one in weights.reshape(-1, 2)]
    return torch.stack(flat).reshape(weights.shape[:-1])


def batch_gradient(weights: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """∂J/∂(w, b) of the mean over those points, (2,)."""
    found = gradient(line_of(weights), x, y, CONVENTION)
    return torch.cat([found.weight[0], found.bias])


def gradients_of_each(weights: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Each point's own, (N, 2); their mean is `batch_gradient` of all."""
    shares = per_example(line_of(weights), x, y, CONVENTION)
    return len(x) * torch.cat([shares.weight[:, 0], shares.bias], dim=1)


def orders(batch_size: int, shuffled: bool = True, epochs: int = EPOCHS) -> list[list[Tensor]]:
    """For each epoch the points of each batch."""
    random = torch.Generator().manual_seed(SEED) if shuffled else None
    return [batches(COUNT, batch_size, random) for _ in range(epochs)]


def fit(
    start: Tensor,
    batch_lists: list[list[Tensor]],
    rate: float,
    factor: Callable[[float], float] = lambda progress: 1.0,
) -> list[BatchStep]:
    """The descent over all batches, from (w, b).

    factor: what the rate is multiplied by at each share of all steps that is done, from 0
    """
    x, y = points()
    total = sum(map(len, batch_lists))

    def step(state: State, found: Tensor) -> State:
        now = rate * factor(state.steps / total)
        return OPTIMISERS["sgd"].at(now)(state, found)

    return descend_in_batches(
        step, lambda w, chosen: batch_gradient(w, x[chosen], y[chosen]), start, batch_lists
    )


class Points(Dataset[tuple[Tensor, Tensor]]):
    """What a `DataLoader` reads: how many examples there are, and any one of them.

    transform: what is done to each x on its way out
    """

    def __init__(self, transform: Callable[[Tensor], Tensor] = lambda x: x) -> None:
        self.x, self.y = points()
        self.transform = transform

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        return self.transform(self.x[number]), self.y[number]


def fit_by_loader(batch_size: int, rate: float, epochs: int) -> tuple[Tensor, int]:
    """(w, b) after PyTorch's own loop, and its number of steps."""
    torch.manual_seed(SEED)
    model = torch.nn.Linear(1, 1).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    steps = 0
    for _ in range(epochs):
        for x, y in DataLoader(Points(), batch_size, shuffle=True):
            optimizer.zero_grad()
            ((model(x) - y).square().mean() / 2).backward()
            optimizer.step()
            steps += 1
    return torch.cat([model.weight[0], model.bias]).detach(), steps
