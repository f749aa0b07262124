"""The settings of a training: the network, its recipe, and the mistakes one can make on purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from torch import Tensor

from mnist_core.models.presets import PRESETS, Preset, preset_of
from mnist_core.models.recipes import FAR_TOO_HIGH, LIMITS, Recipe
from mnist_core.models.registry import ARCHITECTURES, Architecture, architecture
from mnist_core.training.order import Mixing, mixing_of
from mnist_core.training.precision import WORTH_IT, bfloat16_speed_up
from mnist_core.training.run_names import OPTIMIZER_TITLES
from mnist_core.words import in_percent, plainly, spaced
from ui.shared.components.script import read_beside
from ui.shared.state import NETWORK, PRESET, Setting, recipe_key, recipe_setting
from ui.shared.widgets import number, pick, slide_over, toggle

LEARNING_RATES = [
    float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5)
]  # 0.000001 to 50
BATCH_SIZES: list[int] = [2**power for power in range(13)]
TRAINING_DIGITS = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000]
MAX_EPOCHS = 10_000
IN_FORM = (
    "optimizer", "learning_rate", "batch_size", "epochs", "schedule", "weight_decay", "shuffle",
    "standardise", "training_digits", "seed", "precision", "softmax_twice", "equal_weights",
    "rate_far_too_high", "random_backbone", "frozen_batch_norm", "beta", "clip_norm", "patience",
    "held_out",
)  # fmt: skip
"""The settings that the form has; all others are the preset's."""

BETAS = [0.0, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]
CLIP_NORMS = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
PATIENCES = [1, 2, 3, 5, 10, 20]
HELD_OUT = [100, 300, 1_000, 3_000, 5_000, 10_000]
WEIGHT_DECAYS = [0.0, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.02, 0.03, 0.1, 0.3]

MISTAKES = {
    "softmax_twice": (
        "Softmax twice",
        "**Softmax twice.** The network ends in a softmax, and the loss applies softmax again. The "
        "loss then sees numbers between 0 and 1 only. Even a perfect answer (1 for the right "
        "digit, 0 for the others) costs $\\log(1 + 9 e^{-1}) \\approx 1.461$: the dashed line, "
        "under which the loss cannot fall. The gradients are weak, too, so learning is slow.",
    ),
    "shuffle": (
        "No shuffling",
        "**No shuffling**, as in many first tutorials, and in *Plain SGD*, the course's recipe for "
        "the MLP. Every epoch shows the digits in the same order.",
    ),
    "equal_weights": (
        "All weights equal",
        "**All weights equal.** All units of a layer start the same, so they compute the same, get "
        "the same gradient, and stay the same for ever: the layer is worth one single unit. Look "
        "at the first-layer weights: every picture is the same one. Random weights are there to "
        "break this tie.",
    ),
    "rate_far_too_high": (
        "Learning rate far too high",
        "**Learning rate far too high.** Each step jumps over the valley and lands higher up on "
        "the other side: the loss explodes, or hangs at the level of guessing, "
        "$\\log 10 \\approx 2.303$. When it is no longer a number, the training stops.",
    ),
}
RANDOM_BACKBONE = (
    "**Random backbone.** This ResNet-18 has never seen a photograph: its frozen layers are random "
    "numbers, and only the new last layer learns. Compare it with the pretrained one to see what "
    "the photographs were good for."
)
BACKBONE_IN_TRAIN = (
    "**Backbone in `train()`.** No weight of the frozen backbone changes, but its batch norms do: "
    "they normalise by each batch, and their running averages drift away from those of the "
    "photographs. `eval()` keeps them. It also costs time: what the backbone makes of a picture is "
    "another thing in every batch, so it cannot be computed once and kept. Every step, and every "
    "test, sends its pictures through the whole backbone."
)
USUAL_RATES = {
    "sgd": "0.01 to 0.5", "momentum": "0.001 to 0.1", "adagrad": "0.005 to 0.05",
    "rmsprop": "0.0001 to 0.005", "adam": "0.0001 to 0.005", "adadelta": "0.1 to 1",
    "adamw": "0.0001 to 0.005",
}  # fmt: skip


def choose_start() -> tuple[Architecture, Recipe]:
    """The network, and the preset whose settings the form begins with."""
    st.html(f"<style>{read_beside(__file__, 'page.css')}</style>")
    row = st.container(horizontal=True, key="train_start")
    with row:
        entry = choose_network()
        preset = choose_preset(entry)
    return entry, recipe_of(entry.key, preset)


def choose_network() -> Architecture:
    """Which network; changing it takes over its usual preset."""
    key = pick(
        NETWORK,
        "Network",
        {key: entry.title for key, entry in ARCHITECTURES.items()},
        on_change=lambda: begin_with(NETWORK.get(), ""),
    )
    return architecture(key)


def choose_preset(entry: Architecture) -> Preset:
    """One of the network's presets; changing it takes over its settings."""
    presets = PRESETS[entry.key]
    key = pick(
        replace(PRESET, default=presets[0].key),
        "Begin with",
        {one.key: one.title for one in presets},
        on_change=lambda: begin_with(entry.key, PRESET.get()),
    )
    return preset_of(entry.key, key)


def begin_with(network: str, preset_key: str) -> None:
    """Let the form show a network and one of its presets; see `fill_form`."""
    preset = preset_of(network, preset_key)
    fill_form(network, recipe_of(network, preset), preset)


def recipe_of(network: str, preset: Preset) -> Recipe:
    """The preset's recipe, in bfloat16 where it asks for the faster arithmetic and that is it."""
    if preset.faster_arithmetic and _bfloat16_speed_up_here(network) >= WORTH_IT:
        return replace(preset.recipe, precision="bfloat16")
    return preset.recipe


def fill_form(key: str, recipe: Recipe, preset: Preset | None = None) -> None:
    """Let the form show `recipe`; only before its widgets are shown, or in a callback.

    preset: the one that it is; where that is not known, the one whose recipe is the same, or else
        the one that the form has had
    """
    if preset is None:
        had = preset_of(key, PRESET.get())
        preset = next((one for one in PRESETS[key] if recipe_of(key, one) == recipe), had)
    NETWORK.set(key)
    PRESET.set(preset.key)
    for name in IN_FORM:
        st.session_state[recipe_key(name)] = _shown(name, getattr(recipe, name))


def choose_recipe(entry: Architecture, preset: Recipe, digits: int) -> Recipe:
    """All settings, each the preset's until it is changed.

    digits: how many there are to train on
    """
    optimizer, rate, batch = st.columns(3, gap="medium")
    chosen: dict[str, Any] = {}
    with optimizer:
        chosen["optimizer"] = _optimizer(preset)
    row = st.container(horizontal=True)
    with row.popover("More settings", icon=":material/tune:", width="content"):
        chosen |= _more_settings(entry, preset, digits)
    with row.popover("Mistakes to make on purpose", icon=":material/warning:", width="content"):
        chosen |= _mistakes(preset)
    with rate:
        chosen["learning_rate"] = _learning_rate(preset, chosen)
    with batch:
        chosen["batch_size"] = _batch_size(entry, preset)
    return replace(preset, **chosen)


def _more_settings(entry: Architecture, preset: Recipe, digits: int) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    left, right = st.columns(2, gap="medium")
    with left:
        chosen["epochs"] = number(recipe_setting("epochs", preset.epochs), "Epochs", 1, MAX_EPOCHS)
        chosen["training_digits"] = _training_digits(preset, digits)
        chosen["schedule"] = _schedule(preset)
    with right:
        chosen["weight_decay"] = _weight_decay(preset)
        chosen["seed"] = number(
            recipe_setting("seed", preset.seed), "Seed of the random numbers", 0, 2**31 - 1
        )
        chosen["precision"] = _precision(entry, preset)
    with left:
        chosen["clip_norm"] = _clip_norm(preset)
    with right:
        chosen |= _early_stopping(preset, chosen["training_digits"] or digits)
    return chosen | _switches(entry, preset)


def _mistakes(preset: Recipe) -> dict[str, bool]:
    """Switches for the known mistakes: those settings of the recipe that they change."""
    titles = {name: title for name, (title, _) in MISTAKES.items()}
    if preset.loss == "vae":
        del titles["softmax_twice"]
    chosen = {
        name: toggle(recipe_setting(name, bool(_shown(name, getattr(preset, name)))), title)
        for name, title in titles.items()
    }
    return chosen | {"shuffle": not chosen["shuffle"]}


def notes_on(entry: Architecture, recipe: Recipe, labels: Tensor) -> Sequence[str]:
    """In Markdown: what there is to know about a training with these settings.

    labels: int64 (N,), of the training digits in their own order
    """
    notes = mistakes_made(recipe, labels)
    if entry.key == "resnet18_transfer" and recipe.random_backbone:
        notes.append(RANDOM_BACKBONE)
    if entry.key == "resnet18_transfer" and not recipe.frozen_batch_norm:
        notes.append(BACKBONE_IN_TRAIN)
    return notes


def mistakes_made(recipe: Recipe, labels: Tensor) -> list[str]:
    """An explanation, in Markdown, of each mistake that `recipe` makes on digits so labelled."""
    made = {
        "softmax_twice": recipe.softmax_twice,
        "shuffle": not recipe.shuffle,
        "equal_weights": recipe.equal_weights,
        "rate_far_too_high": recipe.rate_far_too_high,
    }
    says = {name: text for name, (_, text) in MISTAKES.items()}
    says["shuffle"] += f" {say_order(mixing_of(labels))}"
    return [says[name] for name, is_made in made.items() if is_made]


def say_order(mixing: Mixing) -> str:
    """What the order of the digits in use means for a training that keeps to it."""
    neighbours = (
        f"Of these digits {in_percent(mixing.alike)} follow one of their own kind; "
        f"in a random order it would be {in_percent(mixing.by_chance)}."
    )
    if mixing.is_good:
        return (
            f"{neighbours} Their own order is well mixed, so the harm is small: the same batches "
            "come again and again. Were they sorted, the network would forget each digit while it "
            "sees the others."
        )
    return (
        f"{neighbours} They are not well mixed: while the network sees many of one kind it "
        "forgets the others."
    )


def _shown(name: str, value: object) -> object:
    """What the widget of a setting shows for the setting's value."""
    if name == "training_digits":
        return value or TRAINING_DIGITS[-1]
    if name in ("clip_norm", "patience"):
        return value or 0
    return not value if name == "shuffle" else value


def _optimizer(preset: Recipe) -> str:
    setting: Setting[str] = recipe_setting("optimizer", preset.optimizer)
    return pick(setting, "Optimiser", OPTIMIZER_TITLES)


def _learning_rate(preset: Recipe, chosen: Mapping[str, Any]) -> float:
    """chosen: the optimiser and the mistakes"""
    optimizer = chosen["optimizer"]
    if chosen["rate_far_too_high"]:
        st.caption(f"Learning rate: **{FAR_TOO_HIGH[optimizer]:g}**, far too high on purpose")
        return preset.learning_rate
    usual = f"Usual for {OPTIMIZER_TITLES[optimizer]}: {USUAL_RATES[optimizer]}."
    return slide_over(
        recipe_setting("learning_rate", preset.learning_rate), "Learning rate", LEARNING_RATES,
        LIMITS["learning_rate"], help=f"{usual} It may be changed while the training runs.",
    )  # fmt: skip


def _schedule(preset: Recipe) -> str:
    setting: Setting[str] = recipe_setting("schedule", preset.schedule)
    return pick(
        setting,
        "Learning rate over time",
        {"constant": "constant", "warm_up_cosine": "rising, then falling to 0"},
        help="Rising over the first tenth of the epochs, then falling along a cosine.",
    )


def _batch_size(entry: Architecture, preset: Recipe) -> int:
    least = 2 if entry.key == "deep_cnn" else 1  # batch norm compares the pictures of a batch
    sizes = [size for size in BATCH_SIZES if least <= size <= entry.greatest_batch]
    return slide_over(
        recipe_setting("batch_size", preset.batch_size), "Batch size", sizes,
        (least, entry.greatest_batch),
        help="How many digits each step looks at. It may be changed while the training runs.",
    )  # fmt: skip


def _training_digits(preset: Recipe, digits: int) -> int | None:
    usual = min(preset.training_digits or digits, digits)
    setting = recipe_setting("training_digits", usual)
    if setting.get() > digits:  # there were more when it was chosen
        setting.set(digits)
    fewer = [count for count in TRAINING_DIGITS if count < digits]
    chosen = slide_over(
        setting, "Training digits used", [*fewer, digits], (1, digits), say=spaced,
        help="With few of them a large network learns them by heart: the training loss goes to 0 "
        "while the test loss rises. That is overfitting.",
    )  # fmt: skip
    return None if chosen >= digits else chosen


def _weight_decay(preset: Recipe) -> float:
    return slide_over(
        recipe_setting("weight_decay", preset.weight_decay), "Weight decay", WEIGHT_DECAYS,
        LIMITS["weight_decay"], help="Pulls every weight a little towards 0 at each step.",
    )  # fmt: skip


def _clip_norm(preset: Recipe) -> float | None:
    setting: Setting[float] = recipe_setting("clip_norm", preset.clip_norm or 0.0)
    chosen = slide_over(
        setting, "Gradient clipping", [0.0, *CLIP_NORMS], (0.0, LIMITS["clip_norm"][1]),
        say=_or_off,
        help="A gradient of all weights together that is longer than this is made just as long, "
        "in the same direction.",
    )  # fmt: skip
    return None if chosen < LIMITS["clip_norm"][0] else chosen


def _early_stopping(preset: Recipe, digits: int) -> dict[str, Any]:
    """digits: so many are trained on, and held out"""
    setting: Setting[int] = recipe_setting("patience", preset.patience or 0)
    patience = slide_over(
        setting, "Early stopping", [0, *PATIENCES], (0, int(LIMITS["patience"][1])), say=_or_off,
        help="So many looks in a row at digits that are held out may find no lower loss. Then the "
        "training ends, with the weights that it had at the best look.",
    )  # fmt: skip
    if not patience:
        return {"patience": None}
    usual, most = max(1, digits // 6), max(1, digits - 1)
    held_out: Setting[int] = recipe_setting("held_out", preset.held_out or usual)
    if not 1 <= held_out.get() <= most:  # none, or there were more when it was chosen
        held_out.set(usual)
    return {
        "patience": patience,
        "held_out": slide_over(
            held_out, "Digits held out", [count for count in HELD_OUT if count <= most], (1, most),
            say=spaced, help="Training digits that are not trained on: they say when to stop.",
        ),
    }  # fmt: skip


def _or_off(value: float) -> str:
    return plainly(value) if value else "off"


def _precision(entry: Architecture, preset: Recipe) -> str:
    setting: Setting[str] = recipe_setting("precision", preset.precision)
    chosen = pick(
        setting,
        "Arithmetic",
        ["float32", "bfloat16"],
        help="float32 is PyTorch's usual arithmetic. bfloat16 keeps 3 digits of each number "
        "instead of 7; some processors are faster with it, others slower.",
    )
    if chosen == "bfloat16":
        speed_up = _bfloat16_speed_up_here(entry.key)
        st.caption(f"On this machine a step takes 1 ÷ {speed_up:.1f} of its time in float32.")
    return chosen


@st.cache_resource(show_spinner="Measuring which arithmetic is faster here …")
def _bfloat16_speed_up_here(key: str) -> float:
    """Measured once for all visitors."""
    return bfloat16_speed_up(key, architecture(key).source_recipe)


def _switches(entry: Architecture, preset: Recipe) -> dict[str, Any]:
    """Settings that only some networks have."""
    chosen: dict[str, Any] = {}
    if entry.build_standardised:
        chosen["standardise"] = toggle(
            recipe_setting("standardise", preset.standardise),
            "Standardise the pixels (subtract their mean, divide by their standard deviation)",
        )
    if preset.loss == "vae":
        chosen["beta"] = slide_over(
            recipe_setting("beta", preset.beta), "β: weight of the KL term", BETAS, LIMITS["beta"],
            help="1 is the plain VAE. Less gives sharper reconstructions and worse samples; more "
            "gives latent numbers that say less, each more by itself.",
        )  # fmt: skip
    if entry.key == "resnet18_transfer":
        chosen["random_backbone"] = toggle(
            recipe_setting("random_backbone", preset.random_backbone),
            "Random backbone instead of the pretrained one",
        )
        chosen["frozen_batch_norm"] = toggle(
            recipe_setting("frozen_batch_norm", preset.frozen_batch_norm),
            "Keep the frozen backbone in eval() while the head trains",
        )
    return chosen
