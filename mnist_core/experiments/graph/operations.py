"""What a node of a computation graph can do: its value, and how that depends on each input.

Source of the slopes: NIST Digital Library of Mathematical Functions, sections 4.7 (exponential,
logarithm, powers) and 4.20 (sine, cosine); of sigmoid, tanh and ReLU see `layers.activations`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mnist_core.errors import ExpressionUnusable
from mnist_core.layers.activations import relu_at, sigmoid_at, tanh_at


@dataclass(frozen=True)
class Operation:
    """value: of its inputs; slopes: for each of them ∂value/∂input, of all inputs.

    Both raise ExpressionUnusable where there is no such number, or OverflowError.
    """

    value: Callable[..., float]
    slopes: tuple[Callable[..., float], ...]


def _quotient(a: float, b: float) -> float:
    if b == 0:
        raise ExpressionUnusable("This divides by 0.")
    return a / b


def _power(a: float, b: float) -> float:
    if a == 0 and b < 0:
        raise ExpressionUnusable("0 to a negative power would divide by 0.")
    if a < 0 and b != math.floor(b):
        raise ExpressionUnusable(
            f"{a:g} ** {b:g} is no real number: below 0 only whole powers can be taken."
        )
    return float(a**b)


def _power_by_base(a: float, b: float) -> float:
    """∂(aᵇ)/∂a = b aᵇ⁻¹; 0 for b = 0."""
    if a == 0 and 0 < b < 1:
        raise ExpressionUnusable(f"0 ** {b:g} has no slope: its curve is upright there.")
    return 0.0 if b == 0 else b * _power(a, b - 1)


def _power_by_exponent(a: float, b: float) -> float:
    """∂(aᵇ)/∂b = aᵇ ln a; for a = 0 it is 0, since aᵇ stays 0."""
    if a < 0 or (a == 0 and b == 0):
        raise ExpressionUnusable(
            f"{a:g} ** {b:g} has no slope by its exponent: next to it there is no real number."
        )
    return 0.0 if a == 0 else _power(a, b) * math.log(a)


def _logarithm(z: float) -> float:
    if z <= 0:
        raise ExpressionUnusable(f"log({z:g}) is no number: a logarithm needs a number above 0.")
    return math.log(z)


def _root(z: float) -> float:
    if z < 0:
        raise ExpressionUnusable(f"sqrt({z:g}) is no real number: a root needs 0 or more.")
    return math.sqrt(z)


def _root_slope(z: float) -> float:
    if z == 0:
        raise ExpressionUnusable("sqrt(0) has no slope: its curve is upright there.")
    return 0.5 / math.sqrt(z)


OPERATORS: dict[str, Operation] = {
    "+": Operation(lambda a, b: a + b, (lambda a, b: 1.0, lambda a, b: 1.0)),
    "-": Operation(lambda a, b: a - b, (lambda a, b: 1.0, lambda a, b: -1.0)),
    "*": Operation(lambda a, b: a * b, (lambda a, b: b, lambda a, b: a)),
    "/": Operation(_quotient, (lambda a, b: 1 / b, lambda a, b: -a / b / b)),
    "**": Operation(_power, (_power_by_base, _power_by_exponent)),
    "negative": Operation(lambda z: -z, (lambda z: -1.0,)),
}
FUNCTIONS: dict[str, Operation] = {
    "sigmoid": Operation(lambda z: sigmoid_at(z).value, (lambda z: sigmoid_at(z).slope,)),
    "tanh": Operation(lambda z: tanh_at(z).value, (lambda z: tanh_at(z).slope,)),
    "relu": Operation(lambda z: relu_at(z).value, (lambda z: relu_at(z).slope,)),
    "exp": Operation(math.exp, (math.exp,)),
    "log": Operation(_logarithm, (lambda z: 1 / z,)),
    "sqrt": Operation(_root, (_root_slope,)),
    "sin": Operation(math.sin, (math.cos,)),
    "cos": Operation(math.cos, (lambda z: -math.sin(z),)),
}
"""What may stand before a bracket in an expression, by its name."""
OPERATIONS = OPERATORS | FUNCTIONS
