"""What a type of numbers can hold, and what it loses."""

from dataclasses import dataclass

import torch
from torch import Tensor

TYPES: dict[str, torch.dtype] = {
    "uint8": torch.uint8,
    "int8": torch.int8,
    "int64": torch.int64,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}


@dataclass(frozen=True)
class Holds:
    """What a type holds. bits: of each number; least, most: its range.

    spacing: from 1 to the next number that it has; 1 for whole numbers
    exact_up_to: all whole numbers up to this one can be told apart
    """

    bits: int
    least: float
    most: float
    spacing: float
    exact_up_to: float


def holds(name: str) -> Holds:
    """One of TYPES.

    Source: IEEE 754-2019, table 3.5, for all floats but bfloat16; for that Kalamkar et al. 2019, “A
    study of BFLOAT16 for deep learning training”.
    """
    dtype = TYPES[name]
    if dtype.is_floating_point:
        info = torch.finfo(dtype)
        return Holds(info.bits, info.min, info.max, info.eps, 2 / info.eps)
    whole = torch.iinfo(dtype)
    return Holds(whole.bits, whole.min, whole.max, 1, whole.max)


@dataclass(frozen=True)
class Statement:
    """A statement about numbers of some type, and what it gives.

    code:   of Python
    result: what the same code gave here
    exact:  what plain arithmetic gives; None where nothing is lost
    says:   what happened, a sentence
    """

    code: str
    result: float
    exact: float | None
    says: str


STATEMENTS: dict[str, Statement] = {
    "uint8_sum": Statement(
        "(torch.tensor(200, dtype=torch.uint8) + 100).item()",
        (torch.tensor(200, dtype=torch.uint8) + 100).item(),
        300,
        "uint8 counts from 0 to 255 and starts again: 300 − 256. Bright + bright = dark.",
    ),
    "uint8_below_0": Statement(
        "(torch.tensor(10, dtype=torch.uint8) - 20).item()",
        (torch.tensor(10, dtype=torch.uint8) - 20).item(),
        -10,
        "Below 0 it goes on from 255 downwards.",
    ),
    "float16_tenth": Statement(
        "torch.tensor(0.1, dtype=torch.float16).item()",
        torch.tensor(0.1, dtype=torch.float16).item(),
        0.1,
        "float16 keeps about three digits.",
    ),
    "float16_count": Statement(
        "(torch.tensor(2048, dtype=torch.float16) + 1).item()",
        (torch.tensor(2048, dtype=torch.float16) + 1).item(),
        2049,
        "From 2048 on float16 has only every other whole number: counting stops.",
    ),
    "float16_infinite": Statement(
        "(torch.tensor(60_000, dtype=torch.float16) * 2).item()",
        (torch.tensor(60_000, dtype=torch.float16) * 2).item(),
        120_000,
        "Above 65 504 float16 knows nothing but infinity.",
    ),
    "float32_count": Statement(
        "(torch.tensor(16_777_216, dtype=torch.float32) + 1).item()",
        (torch.tensor(16_777_216, dtype=torch.float32) + 1).item(),
        16_777_217,
        "float32, the usual type of weights, counts to 2²⁴.",
    ),
    "whole_division": Statement(
        "(torch.tensor(-7) // 2).item()",
        (torch.tensor(-7) // 2).item(),
        -3.5,
        "// rounds down, to the next whole number below: not towards 0.",
    ),
    "true_division": Statement(
        "(torch.tensor(7) / 2).item()",
        (torch.tensor(7) / 2).item(),
        None,
        "/ of whole numbers gives a float.",
    ),
    "to_whole": Statement(
        "torch.tensor(-2.7).to(torch.int64).item()",
        torch.tensor(-2.7).to(torch.int64).item(),
        -2.7,
        "A float that becomes a whole number loses its fraction: towards 0.",
    ),
}


def as_kept(values: Tensor, name: str) -> Tensor:
    """What numbers float64 (…) become when they are kept as one of TYPES, float64 again (…).

    For whole types they must lie within its range: what lies outside is no number that can be
    relied on.
    """
    return values.to(TYPES[name]).double()


def numpy_shares(values: Tensor, element: int, value: float) -> tuple[Tensor, Tensor]:
    """Write into the NumPy array of a tensor and into that of a copy of it; the tensors after.

    values: (n,), left alone. `tensor.numpy()` has the tensor's own memory, so the first has
    changed; `tensor.numpy().copy()` copies, so the second has not.
    """
    shared, copied = values.clone(), values.clone()
    shared.numpy()[element] = value
    copied.numpy().copy()[element] = value
    return shared, copied
