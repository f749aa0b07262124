"""What the chosen network is, where its settings come from, and what is published of it."""

from functools import cache

import streamlit as st
import torch

from mnist_core.evaluation.published import PUBLISHED_EPOCHS, epoch_figures, load_ten_seeds
from mnist_core.models.parts import LayerSize, layer_sizes
from mnist_core.models.registry import Architecture
from mnist_core.training.history import TestResult
from mnist_core.training.run import Run
from mnist_core.training.run_names import SETTINGS, is_as_published, say_setting
from mnist_core.words import percent, spaced
from ui.shared.glossary import say
from ui.shared.lesson import try_or_say

NBSP = "\u00a0"
PUBLISHED_TITLE = "The course's own figures beside this training"
PUBLISHED_SAYS = """
The course prints these figures of its MLP. The first weights are drawn at random, so no two
trainings end alike: the same recipe was trained here with {seeds} seeds (mean ± standard deviation,
measured with `{command}`).
"""


WHY_SO_SLOW = """
**Why so slow?** Plain SGD moves each weight by the learning rate times its gradient, and most
gradients are far smaller than 1: at 0.001 a weight hardly moves in a batch. Adam divides by the
usual size of each gradient, so that every weight moves by about the learning rate. Set 0.1 for
plain SGD, and see.
"""


def about_network(entry: Architecture) -> None:
    """Its layers, how many numbers it has, and which settings are the source's."""
    with st.expander(f"This network: {entry.title}", icon=":material/account_tree:"):
        sizes = sizes_of(entry)
        say(f"{entry.says} {say_count(sizes)}")
        trained = [size for size in sizes if size.trained]
        rows = [f"| {size.title} | {spaced(size.trained)} |" for size in trained]
        if frozen := [size.frozen for size in sizes if not size.trained]:
            rows.insert(0, f"| {len(frozen)} frozen layers | {spaced(sum(frozen))} |")
        st.markdown("\n".join(["| layer | numbers |", "|---|---|", *rows]))
        say(say_source(entry))


@cache
def _sizes(entry: Architecture) -> tuple[LayerSize, ...]:
    with torch.device("meta"):
        return tuple(layer_sizes(entry.build()))


def sizes_of(entry: Architecture) -> list[LayerSize]:
    """Its layers that have numbers; nothing is drawn for them."""
    return list(_sizes(entry))


def say_count(sizes: list[LayerSize]) -> str:
    """How many numbers all layers have together."""
    trained, frozen = sum(size.trained for size in sizes), sum(size.frozen for size in sizes)
    if frozen:
        return f"A training changes {spaced(trained)} numbers; {spaced(frozen)} more are frozen."
    return f"A training changes its {spaced(trained)} numbers."


def say_source(entry: Architecture) -> str:
    """By which settings the course trains it, and which of them are ours."""
    recipe = entry.source_recipe

    def said(names: list[str]) -> str:
        return ", ".join(say_setting(name, getattr(recipe, name)) for name in names)

    theirs = [name for name in SETTINGS if name not in entry.ours]
    ours = [name for name in SETTINGS if name in entry.ours]
    if not theirs:
        return f"The course does not have this network. We chose: {said(ours)}."
    begins = (
        "The course that this network comes from trains it with these settings"
        if entry.taught
        else "The course does not have this network; it has the plain VAE's settings there"
    )
    return (
        f"{begins}: {said(theirs)}. The course leaves open, or has wrong, and we chose: "
        f"{said(ours)}."
    )


def beside_published(run: Run) -> None:
    """The course's table, this run's figures and the mean of ten seeds, if it has that recipe."""
    if not is_as_published(run):
        return
    measured = try_or_say(load_ten_seeds)
    if measured is None:
        return
    say(WHY_SO_SLOW)
    st.markdown(f"**{PUBLISHED_TITLE}**")
    tests = [tests_at_epoch_ends(run).get(epoch) for epoch in range(1, PUBLISHED_EPOCHS + 1)]
    figures = epoch_figures(measured)
    right, loss = st.columns(2, gap="medium")
    right.markdown(
        _table("read right", [
            (percent(one.published_accuracy), percent(test.accuracy) if test else None,
             f"{one.mean_accuracy * 100:.1f} ± {one.accuracy_deviation * 100:.1f} %")
            for one, test in zip(figures, tests, strict=True)
        ])
    )  # fmt: skip
    loss.markdown(
        _table("test loss (nats)", [
            (f"{one.published_loss:.3f}", f"{test.loss:.3f}" if test else None,
             f"{one.mean_loss:.3f} ± {one.loss_deviation:.3f}")
            for one, test in zip(figures, tests, strict=True)
        ])
    )  # fmt: skip
    st.caption(PUBLISHED_SAYS.format(seeds=len(measured.seeds), command=measured.command))


def tests_at_epoch_ends(run: Run) -> dict[int, TestResult]:
    """Epoch → the look at the test set at its end."""
    size = run.trainer.order.epoch_size
    tests = list(run.history.tests)
    return {test.samples // size: test for test in tests if test.samples % size == 0}


def _table(what: str, epochs: list[tuple[str, str | None, str]]) -> str:
    """In Markdown: of each epoch what is published, this training's own, and the ten seeds'."""
    rows = [
        f"| {epoch} | {published} | {own or 'not yet'} | {ten} |".replace(" %", NBSP + "%")
        for epoch, (published, own, ten) in enumerate(epochs, start=1)
    ]
    head = [f"| epoch | {what}: published | here | ten seeds |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])
