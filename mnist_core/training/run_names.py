"""Names for runs that say what differs between them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mnist_core.data.origin import Origin
from mnist_core.models.registry import architecture
from mnist_core.training.run import Change, Run

OPTIMIZER_TITLES: Mapping[str, str] = {
    "sgd": "SGD", "momentum": "SGD with momentum", "adagrad": "Adagrad", "rmsprop": "RMSprop",
    "adam": "Adam", "adadelta": "Adadelta", "adamw": "AdamW",
}  # fmt: skip
NAMED = (
    "optimizer", "learning_rate", "batch_size", "schedule", "weight_decay", "clip_norm", "patience",
    "held_out", "training_digits", "shuffle", "standardise", "softmax_twice", "equal_weights",
    "rate_far_too_high", "random_backbone", "frozen_batch_norm", "beta", "precision", "seed",
    "epochs",
)  # fmt: skip
"""The settings that a name may mention, the most telling first."""
SETTINGS = (
    "optimizer", "learning_rate", "batch_size", "epochs", "shuffle", "standardise",
    "training_digits", "seed",
)  # fmt: skip
"""Those that a course has to settle."""
LEAST_SAID = ["optimizer", "learning_rate", "batch_size"]
"""Of a run from which no other differs."""
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
    """A name for each run: its number, and what tells it from the others.

    Among runs of different networks that is the network first; settings are named where they
    differ between runs of the same network.
    """
    networks_differ = len({run.key for run in runs}) > 1
    return [
        f"{number}: {', '.join(_what_is_special(run, runs, networks_differ))}"
        for number, run in enumerate(runs, start=1)
    ]


def _what_is_special(run: Run, runs: Sequence[Run], networks_differ: bool) -> list[str]:
    differing = _differing(run, runs)
    parts = [architecture(run.key).title] if networks_differ or not differing else []
    parts += [say_setting(name, getattr(run.recipe, name)) for name in differing]
    if len({other.origin for other in runs}) > 1:
        parts.append(f"on {say_origin(run.origin)}")
    return parts + _said_changes(run)


def settings_that_differ(run: Run, runs: Sequence[Run]) -> list[str]:
    """Those of a run's settings that tell it from others of the same network among `runs`."""
    differing = _differing(run, runs) or LEAST_SAID
    return [say_setting(n, getattr(run.recipe, n)) for n in differing] + _said_changes(run)


def _differing(run: Run, runs: Sequence[Run]) -> list[str]:
    alike = [other.recipe for other in runs if other.key == run.key]
    return [n for n in NAMED if len({getattr(recipe, n) for recipe in alike}) > 1]


def _said_changes(run: Run) -> list[str]:
    last_changes = {change.setting: change for change in run.changes}
    return [_say_change(change) for change in last_changes.values()]


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


def say_origin(origin: Origin | None) -> str:
    """“MNIST”, “generated digits (seed 1)”, “own files (3fa9c0)”."""
    return origin.short if origin else "digits that its file does not name"


def say_training_data(run: Run) -> str:
    """On what it was trained so far: “MNIST”, or “MNIST, then generated digits (seed 1)”."""
    ends = [*(stretch.step for stretch in run.stretches[1:]), run.step_count]
    trained_on = [
        say_origin(stretch.origin)
        for stretch, end in zip(run.stretches, ends, strict=True)
        if end > stretch.step
    ]
    return ", then ".join(dict.fromkeys(trained_on)) or say_origin(run.origin)


def _say_change(change: Change) -> str:
    return f"{say_setting(change.setting, change.value)} from batch {change.step + 1} on"


def is_as_published(run: Run) -> bool:
    """True for the MLP on MNIST as the course trains it, whatever its seed and its epochs."""
    source = architecture(run.key).source_recipe
    recipe = replace(run.recipe, seed=source.seed, epochs=source.epochs)
    on_mnist = run.origin is not None and run.origin.kind == "mnist"
    return run.key == "mlp" and recipe == source and not run.changes and on_mnist
