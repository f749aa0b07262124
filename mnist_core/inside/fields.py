"""Which pixels of the picture a unit sees."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from mnist_core.data.mnist import SIDE
from mnist_core.inside.trace import layers_of
from mnist_core.models.classifier import FeatureClassifier


@dataclass(frozen=True)
class Field:
    """A rectangle of the 28×28 picture, in pixels; padding lets it stick out over the border."""

    row: int
    column: int
    height: int
    width: int

    def clipped(self) -> "Field":
        """The part inside the picture."""
        row, column = max(self.row, 0), max(self.column, 0)
        bottom = min(self.row + self.height, SIDE)
        right = min(self.column + self.width, SIDE)
        return Field(row, column, max(bottom - row, 0), max(right - column, 0))


WHOLE_PICTURE = Field(0, 0, SIDE, SIDE)


def receptive_field(model: FeatureClassifier, name: str, row: int, column: int) -> Field:
    """The pixels that a unit of the layer `name` can see, at place (row, column) of its map.

    It goes back layer by layer: n places of a layer see (n − 1) s + d (k − 1) + 1 places of the
    layer before, from place s·i − p on, with kernel k, stride s, padding p, dilation d.
    From the flattening on it is the whole picture. Raises KeyError where there is no such layer.
    """
    names, modules = zip(*layers_of(model), strict=True)
    if name not in names:
        raise KeyError(f"There is no layer {name!r}; there are {', '.join(names)}.")
    return field_through(modules[: names.index(name) + 1], row, column)


def field_through(modules: Sequence[nn.Module], row: int, column: int) -> Field:
    """What one place after `modules` sees of the picture; see `receptive_field`."""
    if any(isinstance(module, nn.Flatten | nn.Linear) for module in modules):
        return WHOLE_PICTURE
    field = Field(row, column, 1, 1)
    for module in reversed(modules):
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            field = _seen_through(module, field)
    return field


def _seen_through(module: nn.Conv2d | nn.MaxPool2d, field: Field) -> Field:
    kernel, stride, padding, dilation = window_of(module)
    return Field(
        field.row * stride[0] - padding[0],
        field.column * stride[1] - padding[1],
        (field.height - 1) * stride[0] + dilation[0] * (kernel[0] - 1) + 1,
        (field.width - 1) * stride[1] + dilation[1] * (kernel[1] - 1) + 1,
    )


def window_of(module: nn.Conv2d | nn.MaxPool2d) -> list[tuple[int, int]]:
    """Kernel, stride, padding and dilation, each down and across."""
    settings = (module.kernel_size, module.stride, module.padding, module.dilation)
    return [
        (int(value[0]), int(value[1])) if isinstance(value, tuple) else (int(value), int(value))
        for value in settings
    ]
