"""Random expressions as texts, and what torch and Python make of the same texts."""

import ast
import math

import torch
from hypothesis import strategies as st
from torch import Tensor

from mnist_core.experiments.graph.operations import FUNCTIONS

NAMES = ("u", "v", "w", "x_1", "Bias")
LETTERS = "uvwx_1 0123456789.eE+-*/()^#=,[]'\"\\sinlogexp\n\t\0λ²٣𝟚ﬀ∞−×\u200b\u3000"

leaves = st.fixed_dictionaries({name: st.floats(-3, 3) for name in NAMES})
_atoms = st.one_of(
    st.sampled_from(NAMES),
    st.integers(0, 9).map(str),
    st.floats(0.01, 99).map(lambda number: f"{number:.3g}"),
)
_operators = st.sampled_from(["+", "-", "*", "/", " * ", " - ", "**"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, _operators, inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner).map("{0[0]}({0[1]})".format),
    )


texts = st.recursive(_atoms, _larger, max_leaves=10).filter(lambda text: len(text) <= 150)
"""Any precedence that brackets, signs and operators can have."""


def by_torch(text: str, values: dict[str, Tensor]) -> Tensor:
    """The value of an expression as Python reads it, computed in torch."""
    return _by_torch(ast.parse(text.strip(), mode="eval").body, values)


def _by_torch(node: ast.expr, values: dict[str, Tensor]) -> Tensor:
    match node:
        case ast.Constant(value=value):
            return torch.tensor(float(value), dtype=torch.float64)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_by_torch(operand, values)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return getattr(torch, name)(_by_torch(argument, values))
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _by_torch(left, values), _by_torch(right, values)
            return _BINARY[type(op)](a, b)
    raise AssertionError(ast.dump(node))


_BINARY = {
    ast.Add: torch.add, ast.Sub: torch.sub, ast.Mult: torch.mul, ast.Div: torch.div,
    ast.Pow: torch.pow,
}  # fmt: skip


def torch_gradients(text: str, numbers: dict[str, float]) -> tuple[float, dict[str, float]]:
    """Value, and ∂out/∂leaf for each; NaN where torch has none."""
    values = {
        name: torch.tensor(number, dtype=torch.float64, requires_grad=True)
        for name, number in numbers.items()
    }
    out = by_torch(text, values)
    if not out.requires_grad:
        return float(out), dict.fromkeys(numbers, 0.0)
    found = torch.autograd.grad(out, list(values.values()), allow_unused=True)
    gradients = {
        name: 0.0 if gradient is None else float(gradient)
        for name, gradient in zip(values, found, strict=True)
    }
    return out.item(), gradients


def are_finite(value: float, gradients: dict[str, float]) -> bool:
    return all(map(math.isfinite, [value, *gradients.values()]))
