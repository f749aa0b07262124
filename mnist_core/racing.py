"""Names for runs that say what differs between them."""

from collections.abc import Mapping, Sequence

from mnist_core.models.registry import architecture
from mnist_core.runs import Change, Run

OPTIMIZER_TITLES: Mapping[str, str] = {
    "sgd": "SGD", "momentum": "SGD with momentum", "adagrad": "Adagrad", "rmsprop": "RMSprop",
    "adam": "Adam", "adadelta": "Adadelta", "adamw": "AdamW",
}  # fmt: skip
NAMED = (
    "optimizer", "learning_rate", "batch_size", "schedule", "weight_decay", "training_digits",
    "shuffle", "standardise", "softmax_twice", "equal_weights", "rate_far_too_high",
    "random_backbone", "frozen_batch_norm", "precision", "seed", "epochs",
)  # fmt: skip
"""The settings that a name may mention, the most telling first."""
_YES_NO: Mapping[str, tuple[str, str]] = {
    "shuffle": ("shuffled", "not shuffled"),
    "standardise": ("standardised", "pixels as they are"),
    "softmax_twice": ("softmax twice", "softmax once"),
    "equal_weights": ("equal weights", "random weights"),
    "rate_far_too_high": ("rate far too high", "rate not too high"),
    "random_backbone": ("random backbone", "pretrained backbone"),
    "frozen_batch_norm": ("backbone in eval()", "backbone in train()"),
}


def name_runs(runs: Sequence[Run]) -> list[str]:
    """A name for each run: what tells it from the others, after its number.

    A single run, and runs that do not differ, are called after their network.
    """
    differing = [name for name in NAMED if _differ([getattr(run.recipe, name) for run in runs])]
    networks_differ = _differ([run.key for run in runs])
    names = []
    for number, run in enumerate(runs, start=1):
        parts = [architecture(run.key).title] if networks_differ or not differing else []
        parts += [say_setting(name, getattr(run.recipe, name)) for name in differing]
        parts += [_say_change(change) for change in run.changes[-2:]]
        names.append(f"{number}: {', '.join(parts)}")
    return names


def say_setting(name: str, value: object) -> str:
    """“batch size 64”, “Adam”, “not shuffled”."""
    if name == "optimizer":
        return OPTIMIZER_TITLES[str(value)]
    if name in _YES_NO:
        return _YES_NO[name][0 if value else 1]
    if name in ("precision", "schedule"):
        return str(value).replace("_", " ")
    title = name.replace("_", " ")
    if value is None:
        return f"all {title}" if name == "training_digits" else f"no {title}"
    return f"{title} {value:g}" if isinstance(value, float) else f"{title} {value}"


def _differ(values: Sequence[object]) -> bool:
    return any(value != values[0] for value in values)


def _say_change(change: Change) -> str:
    return f"{say_setting(change.setting, change.value)} from batch {change.step + 1} on"
