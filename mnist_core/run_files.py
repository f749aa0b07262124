"""A run as one safetensors file: its weights, and all that is needed to go on with it.

The weights stand under their own names, so that any program can use them; what else belongs to
the run stands under names that begin with "run:", and its recipe in the metadata. A file that
comes from outside is hostile until it is parsed: nothing is unpickled, sizes are bounded.
"""

import json
import struct
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from mnist_core.data import Digits
from mnist_core.distributed import ALONE, Workers
from mnist_core.errors import RecipeUnusable, WeightsUnusable
from mnist_core.history import MAX_STEPS, History
from mnist_core.models.initialise import build_around
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.recipes import Recipe, recipe_from_json
from mnist_core.runs import Change, Run
from mnist_core.training import layer_weights, under
from mnist_core.weights import (
    MAX_FILE_BYTES,
    check_shapes,
    load_checked,
    parse_tensors,
    read_bounded,
)

PREFIX = "run:"
MAX_CHANGES = 10_000


@dataclass(frozen=True)
class RunFile:
    """What a run file holds, checked as far as that goes without a network.

    weights: all tensors of the network, by name
    state:   what `Trainer.restore` and `History.from_state` take; empty in a file of weights only
    """

    key: str
    recipe: Recipe
    changes: tuple[Change, ...]
    weights: dict[str, Tensor]
    state: dict[str, Tensor]


def pack_run(run: Run) -> bytes:
    """The run as a file."""
    weights = run.trainer.model.state_dict()
    rest = {k: v for k, v in run.trainer.state().items() if not k.startswith("model.")}
    rest |= {f"history.{k}": v for k, v in run.history.state().items()}
    tensors = weights | {PREFIX + name: value for name, value in rest.items()}
    metadata = {
        "key": run.key,
        "recipe": json.dumps(asdict(run.recipe)),
        "changes": json.dumps([asdict(change) for change in run.changes]),
    }
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return bytes(save_safetensors(whole, metadata))


def write_run(run: Run, path: Path) -> None:
    """Write the run's file, so that a write that fails leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(pack_run(run))
    partial.replace(path)


def parse_run(data: bytes, name: str) -> RunFile:
    """What the file `name` holds. Raises WeightsUnusable with a sentence when it is no run file."""
    if not data:
        raise WeightsUnusable(f"{name} is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise WeightsUnusable(f"{name} is larger than any file of weights of this app.")
    tensors = parse_tensors(data, name, may_be_nan=f"{PREFIX}history.")
    metadata = _metadata(data)
    if metadata.get("key") not in ARCHITECTURES:
        raise WeightsUnusable(
            f"{name} does not say which network of this app it belongs to. Take a file that was "
            "saved on the Train page or by python -m mnist_core.train."
        )
    try:
        recipe = recipe_from_json(json.loads(metadata["recipe"]))
        changes = tuple(Change(**one) for one in json.loads(metadata["changes"]))
    except (KeyError, TypeError, ValueError, RecursionError, RecipeUnusable) as error:
        raise WeightsUnusable(f"The recipe in {name} is damaged. {_reason(error)}") from error
    weights = {k: v for k, v in tensors.items() if not k.startswith(PREFIX)}
    return RunFile(metadata["key"], recipe, changes[:MAX_CHANGES], weights, under(tensors, PREFIX))


def open_run(
    data: bytes,
    name: str,
    train: Digits,
    test: Digits,
    *,
    device: str = "cpu",
    workers: Workers = ALONE,
) -> Run:
    """The run of the file `name`, ready to go on with these digits.

    Raises WeightsUnusable with a sentence when anything in it does not fit.
    """
    file = parse_run(data, name)
    # the backbone stands in the file: none is fetched
    build = replace(file.recipe, random_backbone=True)
    run = Run(file.key, build, train, test, device=device, workers=workers)
    run.recipe = run.trainer.recipe = file.recipe
    load_checked(run.trainer.model, file.weights, name)
    run.changes = list(file.changes)
    if file.state:
        try:
            _restore(run, file.state)
        except (KeyError, IndexError, TypeError, ValueError, RuntimeError, OverflowError) as error:
            raise WeightsUnusable(
                f"The training state in {name} is damaged: its weights may be whole, but the "
                "training cannot go on from it."
            ) from error
    run.begin_timeline()
    return run


def load_network(path: Path) -> nn.Module:
    """The network in the run file at `path`, in eval mode and frozen. Raises WeightsUnusable."""
    file = parse_run(read_bounded(path), path.name)
    return network_of(file, path.name)


def network_of(file: RunFile, name: str) -> nn.Module:
    """The network in `file`, in eval mode and frozen. Raises WeightsUnusable."""
    with torch.device("meta"):
        expected = ARCHITECTURES[file.key].build()
    check_shapes(expected, file.weights, name)
    return build_around(file.key, file.recipe, file.weights)


def _restore(run: Run, state: dict[str, Tensor]) -> None:
    trainer = run.trainer
    history = under(state, "history.")
    if history["steps"].ndim != 2 or history["steps"].shape[1] > MAX_STEPS:
        raise ValueError("no log of this app is like that")
    parameters = [p for group in trainer.optimizer.param_groups for p in group["params"]]
    for entry, value in under(state, "optimizer.").items():
        shape = parameters[int(entry.split(".", 1)[0])].shape
        if value.shape not in (shape, torch.Size(())):
            raise ValueError("an optimiser's memory has the shape of its weights")
    epoch, position = (int(number) for number in state["order.place"])
    if epoch < 0 or position < 0:
        raise ValueError("no place in an epoch")
    if position >= trainer.order.epoch_size:  # other digits than those it was trained on
        state = {**state, "order.place": torch.tensor([epoch + 1, 0])}
    model = {f"model.{k}": v for k, v in trainer.model.state_dict().items()}
    trainer.restore({**state, **model})
    if not 1 <= trainer.batch_size <= 60_000 or not 0 <= trainer.learning_rate < 1e6:
        raise ValueError("impossible settings")
    run.history = History.from_state(history, list(layer_weights(trainer.model)))


def _metadata(data: bytes) -> dict[str, str]:
    """The strings in the header of safetensors bytes that were parsed before."""
    (length,) = struct.unpack("<Q", data[:8])
    found: dict[str, str] = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    return found


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, RecipeUnusable) else ""
