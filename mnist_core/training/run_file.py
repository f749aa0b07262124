"""A run as one safetensors file: its weights, and all that is needed to go on with it.

The weights stand under their own names, so that any program can use them; what else belongs to
the run stands under names that begin with "run:", and its recipe in the metadata. A file that
comes from outside is hostile until it is parsed: nothing is unpickled, sizes are bounded.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from mnist_core.data.mnist import Digits
from mnist_core.data.origin import Origin, origin_from_json
from mnist_core.errors import RecipeUnusable, WeightsUnusable
from mnist_core.files import (
    MAX_FILE_BYTES,
    check_shapes,
    load_checked,
    pack_tensors,
    parse_tensors,
    read_bounded,
    write_whole,
)
from mnist_core.models.build import build_around, gives_numbers
from mnist_core.models.parts import layer_weights
from mnist_core.models.recipes import LIMITS, Recipe, recipe_from_json
from mnist_core.models.registry import ARCHITECTURES, architecture
from mnist_core.training.distributed import ALONE, Workers
from mnist_core.training.history import GREATEST_STEP, History
from mnist_core.training.last_good import is_finite
from mnist_core.training.optimizers import make_optimizer
from mnist_core.training.run import Change, Run, Stretch
from mnist_core.training.trainer import Trainer, changing_state, check_batch_size, under

PREFIX = "run:"
MAX_CHANGES = 10_000
MAX_STRETCHES = 100
MAX_HEADER_BYTES = 2 * 2**20
GENERATOR_BYTES = {"cpu": 5056, "cuda": 16}
"""Size of the state of a generator, which one on another kind of device cannot take."""


@dataclass(frozen=True)
class RunFile:
    """What a run file holds, checked as far as that goes without a network.

    weights: all tensors of the network, by name
    state:   what `Trainer.restore` and `History.from_state` take; empty in a file of weights only
    """

    key: str
    recipe: Recipe
    changes: tuple[Change, ...]
    stretches: tuple[Stretch, ...]
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
        "changes": json.dumps([asdict(change) for change in run.changes[-MAX_CHANGES:]]),
        "data": json.dumps([asdict(stretch) for stretch in run.stretches[-MAX_STRETCHES:]]),
    }
    return pack_tensors(tensors, metadata)


def write_run(run: Run, path: Path) -> None:
    """Write the run's file, so that a write that fails leaves the old one."""
    write_whole(path, pack_run(run))


def parse_run(data: bytes, name: str) -> RunFile:
    """What the file `name` holds. Raises WeightsUnusable with a sentence when it is no run file."""
    if not data:
        raise WeightsUnusable(f"{name} is empty: there are no weights in it.")
    if len(data) > MAX_FILE_BYTES:
        raise WeightsUnusable(f"{name} is larger than any file of weights of this app.")
    if _header_bytes(data) > MAX_HEADER_BYTES:
        raise WeightsUnusable(f"{name} is not a readable safetensors file of this app.")
    tensors = parse_tensors(data, name, may_be_nan=PREFIX)
    metadata = _metadata(data)
    if metadata.get("key") not in ARCHITECTURES:
        raise WeightsUnusable(
            f"{name} does not say which network of this app it belongs to. Take a file that was "
            "saved on the Train page or by python -m mnist_core.train."
        )
    try:
        recipe = recipe_from_json(json.loads(metadata["recipe"]))
        changes = tuple(_change_from(one) for one in json.loads(metadata["changes"]))
        stretches = _stretches_from(json.loads(metadata.get("data", "[]")))
        _check_loss(metadata["key"], recipe)
    except (KeyError, TypeError, ValueError, RecursionError, RecipeUnusable) as error:
        raise WeightsUnusable(
            f"The recipe in {name} is damaged. {_reason(error)}".strip()
        ) from error
    weights = {k: v for k, v in tensors.items() if not k.startswith(PREFIX)}
    return RunFile(
        metadata["key"], recipe, changes[:MAX_CHANGES], stretches, weights, under(tensors, PREFIX)
    )


def open_run(
    data: bytes,
    name: str,
    train: Digits,
    test: Digits,
    *,
    origin: Origin | None = None,
    device: str = "cpu",
    workers: Workers = ALONE,
) -> Run:
    """The run of the file `name`, ready to go on with these digits, which come from `origin`.

    Where only its weights are good, it begins anew with them, and `notice` says so. Raises
    WeightsUnusable with a sentence when anything else in it does not fit.
    """
    file = parse_run(data, name)

    def begin() -> Run:
        return _with_weights(file, name, train, test, device=device, workers=workers)

    run = begin()
    try:
        if file.state:
            _restore(run, file.state)
        _check_settings(run)
        run.changes = list(file.changes)
    except _UNFIT:
        run = begin()
        run.notice = (
            f"The training state in {name} is damaged: the log and the optimiser's memory are "
            "lost. Its weights are whole, and a new training begins with them."
        )
    run.is_timed = False
    run.stretches = list(file.stretches)
    if origin == run.origin:
        run.test_if_due()
    else:
        run.stretches.append(Stretch(run.step_count, origin))
    run.begin_timeline()
    return run


def _with_weights(
    file: RunFile, name: str, train: Digits, test: Digits, *, device: str, workers: Workers
) -> Run:
    """A run that has not begun, with the weights of the file. Raises WeightsUnusable."""
    # the backbone stands in the file: none is fetched
    build = replace(file.recipe, random_backbone=True)
    try:
        _check_batch_size(file.key, file.recipe.batch_size)
        run = Run(file.key, build, train, test, device=device, workers=workers)
    except RecipeUnusable as error:
        raise WeightsUnusable(f"The recipe in {name} cannot be. {error}") from error
    run.trainer.recipe = file.recipe
    _check_kinds(run.trainer.model, file.weights, name)
    load_checked(run.trainer.model, file.weights, name)
    _check_answers(run.trainer.model, name)
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
    _check_kinds(expected, file.weights, name)
    model = build_around(file.key, file.recipe, file.weights)
    _check_answers(model, name)
    return model


_UNFIT = (
    KeyError, IndexError, TypeError, ValueError, RuntimeError, OverflowError, RecipeUnusable,
)  # fmt: skip
"""What restoring raises for tensors that are not what their names say."""


def _restore(run: Run, state: dict[str, Tensor]) -> None:
    trainer = run.trainer
    if not is_finite({k: v for k, v in state.items() if not k.startswith("history.")}):
        raise ValueError("only a log may hold what is no number")
    _check_memory(trainer, under(state, "optimizer."))
    _check_best(trainer, under(state, "best."))
    epoch, position = (int(number) for number in state["order.place"])
    if not (0 <= epoch <= GREATEST_STEP and 0 <= position <= GREATEST_STEP):
        raise ValueError("no place in an epoch")
    if position >= trainer.order.epoch_size:  # other digits than those it was trained on
        state = {**state, "order.place": torch.tensor([epoch + 1, 0])}
    model = {f"model.{k}": v for k, v in trainer.model.state_dict().items()}
    trainer.restore({**state, **model, "random.noise": _noise_for(trainer, state)})
    if not 0 <= trainer.step_count <= GREATEST_STEP:
        raise ValueError("no number of steps")
    run.history = History.from_state(under(state, "history."), list(layer_weights(trainer.model)))


def _check_settings(run: Run) -> None:
    trainer = run.trainer
    least, greatest = LIMITS["learning_rate"]
    if not least <= trainer.learning_rate <= greatest:
        raise ValueError("no learning rate")
    _check_batch_size(run.key, trainer.batch_size)
    greatest = min(trainer.batch_size, trainer.order.epoch_size)
    check_batch_size(trainer.model, greatest // trainer.workers.count)


def _check_memory(trainer: Trainer, memory: dict[str, Tensor]) -> None:
    """Raises ValueError unless `memory` is all that the optimiser notes of each weight, or nothing.

    Nothing is right before the first step, for those that note nothing before it.
    """
    if not memory and not trainer.optimizer.state:
        return
    probe = torch.nn.Parameter(torch.zeros(2))
    probe.grad = torch.zeros(2)
    optimizer = make_optimizer(trainer.recipe, [probe])
    optimizer.step()
    noted = {k: v.ndim > 0 for k, v in optimizer.state[probe].items() if isinstance(v, Tensor)}
    weights = [p for group in trainer.optimizer.param_groups for p in group["params"]]
    expected = {
        f"{index}.{key}": weight.shape if as_weight else torch.Size(())
        for index, weight in enumerate(weights)
        for key, as_weight in noted.items()
    }
    if {name: value.shape for name, value in memory.items()} != expected:
        raise ValueError("an optimiser's memory has the shape of its weights")
    for name, value in memory.items():
        may_be_negative = name.endswith((".exp_avg", ".momentum_buffer"))
        if value.dtype != torch.float32 or not (may_be_negative or (value >= 0).all()):
            raise ValueError("the rest are counts of steps and means of squares")


def _check_best(trainer: Trainer, best: Mapping[str, Tensor]) -> None:
    """Raises ValueError unless `best` could be the trainer's own weights, or is nothing."""
    own = {k: (v.shape, v.dtype) for k, v in changing_state(trainer.model).items()}
    if best and {k: (v.shape, v.dtype) for k, v in best.items()} != own:
        raise ValueError("the best weights are weights of this network")


def _noise_for(trainer: Trainer, state: dict[str, Tensor]) -> Tensor:
    """The file's state of the noise, or the trainer's own when the file's is of another device."""
    noise, own = state["random.noise"], trainer.noise.get_state()
    of_another_device = noise.numel() != own.numel() and noise.numel() in GENERATOR_BYTES.values()
    return own if of_another_device else noise


def _check_kinds(model: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Raises WeightsUnusable unless `tensors` hold the kinds of numbers that the model's own do."""
    expected = model.state_dict()
    for key, value in tensors.items():
        if key in expected and value.dtype != expected[key].dtype:
            raise WeightsUnusable(
                f"{name} belongs to another network: its {key} does not hold the same kind of "
                "numbers as this one."
            )


def _check_answers(model: nn.Module, name: str) -> None:
    """Raises WeightsUnusable for a network of finite weights whose answers are no numbers."""
    if not gives_numbers(model):
        raise WeightsUnusable(
            f"The network in {name} gives no numbers for answers: its weights, or the variances of "
            "its batch normalisation, cannot be those of a training that went well."
        )


def _check_loss(key: str, recipe: Recipe) -> None:
    """Raises RecipeUnusable when the network `key` cannot be trained with it."""
    if (recipe.loss == "vae") != (ARCHITECTURES[key].source_recipe.loss == "vae"):
        raise RecipeUnusable("Its loss is not one of this network.")


def _check_batch_size(key: str, batch_size: int) -> None:
    """Raises RecipeUnusable when a step would take too much memory, or nothing."""
    greatest = architecture(key).greatest_batch
    if not 1 <= batch_size <= greatest:
        raise RecipeUnusable(f"Batches of this network have 1 to {greatest} pictures.")


def _change_from(content: dict[str, object]) -> Change:
    """Raises TypeError or ValueError when it is none."""
    change = Change(**content)  # type: ignore[arg-type]
    if type(change.step) is not int or type(change.value) not in (int, float):
        raise TypeError("a change is made of numbers")
    if change.setting not in ("learning_rate", "batch_size"):
        raise ValueError("nothing else is changed")
    least, greatest = LIMITS[change.setting]
    if not (0 <= change.step <= GREATEST_STEP and least <= change.value <= greatest):
        raise ValueError("no change that can be")
    return change


def _stretches_from(content: object) -> tuple[Stretch, ...]:
    """Raises TypeError or ValueError when they are none."""
    if not isinstance(content, list) or len(content) > MAX_STRETCHES:
        raise TypeError("stretches of a training are a list")
    found = [Stretch(one["step"], origin_from_json(one["origin"])) for one in content]
    if not all(type(one.step) is int and 0 <= one.step <= GREATEST_STEP for one in found):
        raise ValueError("no number of steps")
    return tuple(found) or (Stretch(0, None),)


def _header_bytes(data: bytes) -> int:
    """How long the header of safetensors bytes says it is."""
    return int.from_bytes(data[:8], "little")


def _metadata(data: bytes) -> dict[str, str]:
    """The strings in the header of safetensors bytes that were parsed before."""
    found: dict[str, str] | None = json.loads(data[8 : 8 + _header_bytes(data)]).get("__metadata__")
    return found or {}


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, RecipeUnusable) else ""
