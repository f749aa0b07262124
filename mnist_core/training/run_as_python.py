"""A run as a Python program that repeats it."""

from dataclasses import fields

from mnist_core.data.origin import Origin
from mnist_core.models.recipes import MILD, Recipe
from mnist_core.training.run import Run

TEMPLATE = '''\
"""{title}: the same training again, with mnist_core alone."""

import torch

from mnist_core import {imports}

torch.set_num_threads(1)  # sums of floats depend on how they are shared out
recipe = Recipe(
{settings}
)
train, test = {digits}
run = Run("{key}", recipe, train, test)
{course}
print(run.history.to_csv())
'''


def run_as_python(run: Run, title: str) -> str:
    """A program that repeats the run up to where it is now, changes on the way included."""
    settings = "\n".join(f"    {name}={value!r}," for name, value in _unusual_settings(run.recipe))
    course = []
    for change in run.changes:
        value = int(change.value) if change.setting == "batch_size" else change.value
        course += [f"run.advance_to({change.step})", f"run.set_{change.setting}({value!r})"]
    course.append(f"run.advance_to({run.step_count})")
    name, digits = _digits_in_python(run.origin)
    imports = ", ".join(sorted(["Recipe", "Run", name], key=str.lower))
    return TEMPLATE.format(
        title=title, settings=settings, key=run.key, course="\n".join(course),
        imports=imports, digits=digits,
    )  # fmt: skip


def _digits_in_python(origin: Origin | None) -> tuple[str, str]:
    """What makes exactly these digits: the function of `mnist_core`, and its call.

    It refuses digits other than those of the run. Where nothing is known of them: MNIST.
    """
    if origin is None or origin.kind == "mnist":
        return "load_mnist", 'load_mnist("train"), load_mnist("test")'
    if origin.kind == "generated":
        counts, seeds = origin.counts, origin.seeds
        return "generate_sets", f'generate_sets({counts}, {seeds}, "{origin.checksum}")'
    names = ", ".join(repr(name) for name in origin.names)
    return "digits_from_paths", f'digits_from_paths([{names}], "{origin.checksum}")'


def _unusual_settings(recipe: Recipe) -> list[tuple[str, object]]:
    """Those without a default, and those that differ from it."""
    plain = Recipe(recipe.loss, recipe.optimizer, recipe.learning_rate, recipe.batch_size,
                   recipe.epochs, distortion=MILD)  # fmt: skip
    required = {"loss", "optimizer", "learning_rate", "batch_size", "epochs", "seed"}
    return [
        (field.name, getattr(recipe, field.name))
        for field in fields(Recipe)
        if field.name in required or getattr(recipe, field.name) != getattr(plain, field.name)
    ]
