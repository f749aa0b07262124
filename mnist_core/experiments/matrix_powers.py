"""What the same linear layer does when it is applied again and again: powers of a matrix."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from mnist_core.layers.initialisation import INITIALISATIONS, draw_weight

SQUEEZED_SIDE = 10
CIRCLE_POINTS = 90


@dataclass(frozen=True)
class Eigen:
    """A matrix by its eigenvalues λ and its eigenvectors, the columns of V: W = V diag(λ) V⁻¹.

    values:  complex128 (n,)
    vectors: complex128 (n, n), with an inverse
    """

    values: Tensor
    vectors: Tensor

    @property
    def matrix(self) -> Tensor:
        """W, float64 (n, n)."""
        return power_by_eigenvalues(self, 1)


def with_real_eigenvalues(first: float, second: float, degrees: float) -> Eigen:
    """2 × 2. The first eigenvector points to the right, the second is `degrees` further, not 0."""
    angle = math.radians(degrees)
    vectors = torch.tensor([[1, math.cos(angle)], [0, math.sin(angle)]], dtype=torch.complex128)
    return Eigen(torch.tensor([first, second], dtype=torch.complex128), vectors)


def with_complex_pair(size: float, degrees: float) -> Eigen:
    """2 × 2, λ = size · e^(±i·angle): it turns by the angle and stretches by `size`."""
    angle = math.radians(degrees)
    values = torch.polar(
        torch.tensor([size, size], dtype=torch.float64),
        torch.tensor([angle, -angle], dtype=torch.float64),
    )
    return Eigen(values, torch.tensor([[1, 1], [-1j, 1j]], dtype=torch.complex128))


def power_by_multiplication(matrix: Tensor, times: int) -> Tensor:
    """Wᵗ = W · W · … · W; (n, n), the identity for t = 0."""
    power = torch.eye(len(matrix), dtype=matrix.dtype)
    for _ in range(times):
        power = matrix @ power
    return power


def power_by_eigenvalues(eigen: Eigen, times: int) -> Tensor:
    """Wᵗ = V diag(λ)ᵗ V⁻¹: only the eigenvalues are raised to the power; float64 (n, n)."""
    inverse = torch.linalg.inv(eigen.vectors)
    power: Tensor = eigen.vectors @ torch.diag(eigen.values**times) @ inverse
    return power.real


@dataclass(frozen=True)
class Power:
    """Wᵗ, computed in both ways.

    multiplied:  by t multiplications, float64 (n, n)
    factorised:  from the eigenvalues, float64 (n, n)
    sizes:       |λ|ᵗ of each eigenvalue
    outline:     (2, points) what becomes of the unit circle
    """

    multiplied: Tensor
    factorised: Tensor
    sizes: list[float]
    outline: Tensor

    @property
    def disagreement(self) -> float:
        """Largest difference between both ways, over the largest entry (or 1, if that is less)."""
        difference = (self.multiplied - self.factorised).abs().max()
        return float(difference / self.multiplied.abs().max().clamp(min=1))


def power_of(eigen: Eigen, times: int) -> Power:
    """W to the power `times`, of a 2 × 2 matrix."""
    multiplied = power_by_multiplication(eigen.matrix, times)
    sizes = (eigen.values.abs() ** times).tolist()
    return Power(multiplied, power_by_eigenvalues(eigen, times), sizes, multiplied @ circle())


def circle() -> Tensor:
    """Points of the unit circle, float64 (2, CIRCLE_POINTS), without the first one again."""
    angles = torch.arange(CIRCLE_POINTS, dtype=torch.float64) * (2 * math.pi / CIRCLE_POINTS)
    return torch.stack([angles.cos(), angles.sin()])


@dataclass(frozen=True)
class Spectrum:
    """The eigenvalues of one layer of 100 × 100 random weights, and what it does to a digit.

    values:  complex128 (100,)
    lengths: ‖Wᵗ x‖ for t = 0, 1, …, with ‖x‖ = 1
    states:  Wᵗ x for the same t, each divided by its length (or 0), as pictures (t, 10, 10)
    """

    values: Tensor
    lengths: list[float]
    states: Tensor

    @property
    def radius(self) -> float:
        """Largest |λ|: in the long run each step multiplies the length by about so much."""
        return float(self.values.abs().max())


def spectrum(image_01: Tensor, initialisation: str, steps: int, seed: int = 0) -> Spectrum:
    """The layer that `initialisation` draws, applied `steps` times to a digit (1, 1, 28, 28)."""
    size = SQUEEZED_SIDE**2
    generator = torch.Generator().manual_seed(seed)
    weight = draw_weight(INITIALISATIONS[initialisation], (size, size), generator)
    state = squeezed(image_01)
    lengths, states = [1.0], [state]
    for _ in range(steps):
        state = weight @ state
        lengths.append(float(state.norm()))
        states.append(F.normalize(state, dim=0, eps=1e-300))
    pictures = torch.stack(states).unflatten(1, (SQUEEZED_SIDE, SQUEEZED_SIDE))
    return Spectrum(torch.linalg.eigvals(weight), lengths, pictures)


def squeezed(image_01: Tensor) -> Tensor:
    """A digit (1, 1, 28, 28) as 100 numbers, float64 (100,), of length 1."""
    small = F.adaptive_avg_pool2d(image_01.double(), SQUEEZED_SIDE).flatten()
    return F.normalize(small, dim=0)
