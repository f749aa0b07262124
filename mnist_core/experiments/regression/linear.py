"""Linear regression ŷ = Wx + b: loss, gradient, the best line, and how fast one may go there.

N examples are rows: x (N, inputs), y (N, outputs); W (outputs, inputs) and b (outputs,) as in
`torch.nn.Linear`. All float64.
"""

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor


class Convention(Enum):
    """What the squared errors are multiplied by; an example's are added up over its outputs.

    A loss twice as large has gradients and curvatures twice as large and the same best line, so
    that any limit of the learning rate holds for one convention alone. PyTorch's `mse_loss` divides
    by the number of outputs, too: for one output it is MEAN.
    """

    SUM = "sum"
    HALF_SUM = "half the sum"
    MEAN = "mean"
    HALF_MEAN = "half the mean"

    def factor(self, count: int) -> float:
        """c in J = c Σ ‖ŷ − y‖², for `count` examples."""
        half = 0.5 if self in (Convention.HALF_SUM, Convention.HALF_MEAN) else 1.0
        return half / count if self in (Convention.MEAN, Convention.HALF_MEAN) else half


@dataclass(frozen=True)
class Line:
    """weight: W (outputs, inputs); bias: b (outputs,). Also used for gradients by them."""

    weight: Tensor
    bias: Tensor

    def at(self, x: Tensor) -> Tensor:
        """ŷ = Wx + b for each row: (N, inputs) → (N, outputs)."""
        return x @ self.weight.T + self.bias

    def stepped(self, gradient: "Line", rate: float) -> "Line":
        """One step of gradient descent."""
        return Line(self.weight - rate * gradient.weight, self.bias - rate * gradient.bias)


def residuals(line: Line, x: Tensor, y: Tensor) -> Tensor:
    """R = ŷ − y, (N, outputs)."""
    return line.at(x) - y


def loss(line: Line, x: Tensor, y: Tensor, convention: Convention) -> Tensor:
    """J = c Σ ‖ŷ − y‖², a scalar.

    Source: Bishop 2006, “Pattern recognition and machine learning”, equation 3.12, there half the
    sum.
    """
    return convention.factor(len(x)) * residuals(line, x, y).square().sum()


def loss_over(
    weights: Tensor, biases: Tensor, x: Tensor, y: Tensor, convention: Convention
) -> Tensor:
    """J of every line ŷ = wx + b of a grid, for one input and one output.

    weights (n,), biases (m,), x and y (N, 1) → (m, n), as a surface is drawn.
    """
    w, b = (each.flatten() for each in torch.meshgrid(weights, biases, indexing="xy"))
    errors = residuals(Line(w[:, None], b), x, y)  # (N, m · n)
    return convention.factor(len(x)) * errors.square().sum(dim=0).view(len(biases), len(weights))


def gradient(line: Line, x: Tensor, y: Tensor, convention: Convention) -> Line:
    """∂J/∂W = 2c RᵀX and ∂J/∂b = 2c Σ R, the sum over the examples.

    Source: Bishop 2006, equation 4.93, there for half the sum.
    """
    error = 2 * convention.factor(len(x)) * residuals(line, x, y)
    return Line(error.T @ x, error.sum(dim=0))


def per_example(line: Line, x: Tensor, y: Tensor, convention: Convention) -> Line:
    """What each example adds to `gradient`: W (N, outputs, inputs), b (N, outputs)."""
    error = 2 * convention.factor(len(x)) * residuals(line, x, y)
    return Line(error[:, :, None] * x[:, None, :], error)


def least_squares(x: Tensor, y: Tensor) -> Line:
    """The line of the lowest loss; of several the one with the least ‖W‖² + ‖b‖².

    Source: Bishop 2006, equation 3.34, with the pseudo-inverse (3.17) of [X 1]; for the least one
    Penrose 1956, “On best approximate solutions of linear matrix equations”.
    """
    best = torch.linalg.pinv(_with_ones(x)) @ y
    return Line(best[:-1].T, best[-1])


def hessian(x: Tensor, convention: Convention) -> Tensor:
    """∂²J by (w₁, …, b) of one output: 2c [X 1]ᵀ[X 1], (inputs + 1, inputs + 1).

    It is the same at every place, and for every output; outputs do not know of each other.
    Source: Bishop 2006, equation 4.94, there for half the sum.
    """
    extended = _with_ones(x)
    products: Tensor = 2 * convention.factor(len(x)) * extended.T @ extended
    return products


def curvatures(x: Tensor, convention: Convention) -> Tensor:
    """The eigenvalues λ of `hessian`, from the smallest to λ_max: (inputs + 1,)."""
    found: Tensor = torch.linalg.eigvalsh(hessian(x, convention))
    return found


def greatest_rate(x: Tensor, convention: Convention) -> float:
    """2 / λ_max: below it gradient descent comes to the best line, above it goes away from it.

    Along a direction of curvature λ each step multiplies the distance by 1 − ηλ.
    Source: LeCun, Bottou, Orr, Müller 1998, “Efficient BackProp”, section 5.1.
    """
    return 2 / float(curvatures(x, convention)[-1])


def descend(
    start: Line, x: Tensor, y: Tensor, convention: Convention, *, rate: float, steps: int
) -> list[Line]:
    """Full-batch gradient descent: the lines before the first step and after each."""
    lines = [start]
    for _ in range(steps):
        lines.append(lines[-1].stepped(gradient(lines[-1], x, y, convention), rate))
    return lines


def _with_ones(x: Tensor) -> Tensor:
    """[X 1]: the bias is the weight of an input that is always 1."""
    return torch.cat([x, x.new_ones(len(x), 1)], dim=1)
