"""The loss of a real network as a landscape: on a plane through its weights, of which it has many.

What a plane shows is a slice. A path of training leaves it, and then the loss under the path is not
the loss that the training had: `along_path` gives both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.errors import LayerImpossible

Weights = dict[str, Tensor]
"""By name, as in `state_dict`."""
AT_ONCE = 1_000
"""Pictures in one pass of the network."""


@dataclass(frozen=True)
class Plane:
    """All θ = origin + a · first + b · second.

    origin: all of the network's parameters and buffers; first, second: of parameters alone
    """

    origin: Weights
    first: Weights
    second: Weights

    def at(self, a: float, b: float) -> Weights:
        """The network's numbers at that place; buffers stay as they are at the origin."""
        return self.origin | {
            name: self.origin[name] + a * value + b * self.second[name]
            for name, value in self.first.items()
        }


def random_plane(model: nn.Module, seed: int = 0) -> Plane:
    """Through the network's weights, along two random directions, normalised filter by filter.

    A filter of a direction (the weights of one unit or channel) is random but as long as that of
    the network: a network of large weights has no flatter landscape for that. Biases, and scales
    and shifts of batch normalisation, stay as they are.
    Source: Li, Xu, Taylor, Studer, Goldstein 2018, “Visualizing the loss landscape of neural nets”,
    section 4.
    """
    random = torch.Generator().manual_seed(seed)
    first, second = (
        {name: _like_filters_of(w.detach(), random) for name, w in model.named_parameters()}
        for _ in range(2)
    )
    origin = {name: value.detach().clone() for name, value in model.state_dict().items()}
    return Plane(origin, first, second)


def _like_filters_of(weight: Tensor, random: torch.Generator) -> Tensor:
    """d ← ‖w‖ d / ‖d‖, row by row (C_out); zeros for a vector."""
    if weight.ndim < 2:
        return torch.zeros_like(weight)
    drawn = torch.randn(weight.shape, generator=random, dtype=weight.dtype)
    lengths = weight.flatten(1).norm(dim=1) / drawn.flatten(1).norm(dim=1)
    scaled: Tensor = drawn * lengths.view(-1, *[1] * (weight.ndim - 1))
    return scaled


def loss_at(model: nn.Module, weights: Weights, images_01: Tensor, labels: Tensor) -> float:
    """Mean cross-entropy in nats with those numbers in place of the network's, in its own mode.

    images_01 (B, 1, 28, 28), labels int64 (B,). The network is left as it is. Infinite or NaN where
    its answers are.
    """
    total = 0.0
    with torch.inference_mode():
        for start in range(0, len(labels), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            logits = torch.func.functional_call(model, weights, (images_01[part],))
            total += F.cross_entropy(logits.double(), labels[part], reduction="sum").item()
    return total / len(labels)


def loss_slice(
    loss: Callable[[Weights], float], plane: Plane, along: Sequence[float], across: Sequence[float]
) -> Tensor:
    """The loss at each place of a grid on the plane, float64 (len(across), len(along)).

    loss: such as `loss_at` for one network and its digits
    """
    rows = [[loss(plane.at(a, b)) for a in along] for b in across]
    return torch.tensor(rows, dtype=torch.float64)


@dataclass(frozen=True)
class PathPlane:
    """The plane that lies closest to the path of a training, through its end.

    plane:  its two directions have length 1 and stand at right angles
    places: (T, 2), where each moment lies when it is moved onto the plane; the last is (0, 0)
    off:    (T,), how far each lies off the plane
    share:  of Σ ‖θ − θ_end‖², how much lies in the plane, in [0, 1]
    """

    plane: Plane
    places: Tensor
    off: Tensor
    share: float


def path_plane(model: nn.Module, moments: Sequence[Mapping[str, Tensor]]) -> PathPlane:
    """By principal components of θₜ − θ_end. moments: states of `model`, at least 3, the end last;
    what they leave out, as `Run.now` does with frozen weights, stays as it is in the model.

    Raises LayerImpossible where they do not span a plane.
    Source: Li et al. 2018, section 7.2. As there, the plane goes through the end; the differences
    are not centred once more, so that of all those planes this is the closest to the path.
    """
    names = [name for name, _ in model.named_parameters() if name in moments[-1]]
    if len(moments) < 3:
        raise LayerImpossible("A plane needs three moments of a training at least.")
    apart = {name: _differences(name, moments) for name in names}
    # the products of every two of them say all: Θ = U S Vᵀ, ΘΘᵀ = U S² Uᵀ, and V = Θᵀ U / S
    products = sum((rows @ rows.T).double() for rows in apart.values())
    assert isinstance(products, Tensor)
    squares, turned = torch.linalg.eigh(products)
    squares, turned = squares.flip(0).clamp(min=0), turned.flip(1)
    if squares[1] <= 1e-12 * squares[0] or squares[0] == 0:
        raise LayerImpossible("These moments of the training lie on a line, or on one spot.")
    lengths = squares[:2].sqrt()
    places = turned[:, :2] * lengths
    signs = torch.where(places[0] < 0, -1.0, 1.0).double()  # so that it begins on the upper right
    first, second = (
        {name: _combined(rows, turned[:, k] * signs[k] / lengths[k], moments[-1][name].shape)
         for name, rows in apart.items()}
        for k in range(2)
    )  # fmt: skip
    off = (products.diagonal() - places.square().sum(dim=1)).clamp(min=0).sqrt()
    origin = {name: _plain(value) for name, value in moments[-1].items()}
    share = float(squares[:2].sum() / squares.sum())
    return PathPlane(Plane(origin, first, second), places * signs, off, share)


@dataclass(frozen=True)
class AlongPath:
    """The loss of each moment, float64 (T,): where the training was, and under it on the plane."""

    on_path: Tensor
    on_plane: Tensor


def along_path(
    loss: Callable[[Weights], float], found: PathPlane, moments: Sequence[Mapping[str, Tensor]]
) -> AlongPath:
    """Both losses of each moment; buffers are the moment's own on the path, the end's on the plane.

    loss: as of `loss_slice`
    """
    on_path = [loss({name: _plain(v) for name, v in moment.items()}) for moment in moments]
    on_plane = [loss(found.plane.at(a, b)) for a, b in found.places.tolist()]
    return AlongPath(*(torch.tensor(x, dtype=torch.float64) for x in (on_path, on_plane)))


def _differences(name: str, moments: Sequence[Mapping[str, Tensor]]) -> Tensor:
    """θₜ − θ_end of one parameter, a row for each moment."""
    rows = torch.stack([_plain(moment[name]).flatten() for moment in moments])
    return rows - rows[-1]


def _combined(rows: Tensor, factors: Tensor, shape: torch.Size) -> Tensor:
    return (factors.to(rows.dtype) @ rows).view(shape)


def _plain(value: Tensor) -> Tensor:
    """What was kept in half the memory, as the network has it."""
    return value.float() if value.dtype == torch.float16 else value
