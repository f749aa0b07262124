"""The parts of a network: its layers by title, its first layer, its trained weights."""

from dataclasses import dataclass

from torch import Tensor, nn

from mnist_core.errors import LayerImpossible
from mnist_core.models.dropout import ChannelDropout, Dropout


def title_of(module: nn.Module) -> str:
    """“Conv 3×3, 1 → 32”, “Batch norm”, “ReLU”, …"""
    match module:
        case nn.Conv2d() | nn.Linear():
            return layer_title(module)
        case nn.GRU():
            return f"GRU {module.input_size} → {module.hidden_size}"
        case nn.BatchNorm2d() | nn.BatchNorm1d():
            return "Batch norm"
        case nn.MaxPool2d():
            return f"Max pool {module.kernel_size}×{module.kernel_size}"
        case Dropout():
            kind = "Channel dropout" if isinstance(module, ChannelDropout) else "Dropout"
            return f"{kind} {module.p:g}"
        case _:
            return type(module).__name__


def first_layer(model: nn.Module) -> nn.Linear | nn.Conv2d:
    """The layer that looks at the picture; shared by all visitors, so nobody changes it.

    Raises LayerImpossible where there is none, or where it sees one row at a time.
    """
    for module in model.modules() if sees_whole_picture(model) else ():
        if isinstance(module, nn.Linear | nn.Conv2d):
            return module
    raise LayerImpossible("This network has no layer that looks at the picture.")


def sees_whole_picture(model: nn.Module) -> bool:
    """False for a recurrent network, which is shown one row at a time."""
    return not any(isinstance(module, nn.GRU) for module in model.modules())


def layer_weights(model: nn.Module) -> dict[str, Tensor]:
    """The weights of every trained layer, from input to output; of a GRU those of both its kinds.

    What it applies to the row that it sees, and what to its own memory.
    """
    found: list[tuple[str, Tensor]] = []
    for module in model.modules():
        if isinstance(module, nn.GRU):
            title = title_of(module)
            found.append((f"{title}, the row", module.get_parameter("weight_ih_l0")))
            found.append((f"{title}, its memory", module.get_parameter("weight_hh_l0")))
        elif isinstance(module, nn.Linear | nn.Conv2d) and module.weight.requires_grad:
            found.append((layer_title(module), module.weight))
    return {f"{i}. {title}": weight for i, (title, weight) in enumerate(found, start=1)}


def layer_title(layer: nn.Linear | nn.Conv2d) -> str:
    """“Linear 784 → 512” or “Conv 3×3, 32 → 64”."""
    if isinstance(layer, nn.Linear):
        return f"Linear {layer.in_features} → {layer.out_features}"
    height, width = layer.kernel_size
    return f"Conv {height}×{width}, {layer.in_channels} → {layer.out_channels}"


@dataclass(frozen=True)
class LayerSize:
    """A layer that has numbers. trained: how many of them a training changes; frozen: the rest."""

    title: str
    trained: int
    frozen: int


def layer_sizes(model: nn.Module) -> list[LayerSize]:
    """Every layer with numbers of its own, in the order in which the network holds them.

    The running statistics of a batch norm are not counted: no gradient reaches them.
    """
    sizes = []
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        if own:
            trained = sum(p.numel() for p in own if p.requires_grad)
            sizes.append(
                LayerSize(title_of(module), trained, sum(p.numel() for p in own) - trained)
            )
    return sizes
