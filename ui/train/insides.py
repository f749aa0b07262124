"""What a training looks like while it runs, and what it looked like before."""

import streamlit as st
from torch import nn

from mnist_core.data.mnist import Digits, to_images_01
from mnist_core.evaluation.expected import expected_course
from mnist_core.evaluation.ten_digits import read_ten, ten_digits
from mnist_core.inside.first_layer import first_layer_filters
from mnist_core.latent.codes import reconstruct
from mnist_core.latent.generate import prior_samples
from mnist_core.layers.activations import to_probabilities
from mnist_core.models.parts import layer_weights
from mnist_core.models.vae import VAE
from mnist_core.reading import prepare
from mnist_core.training.history import TestResult
from mnist_core.training.objectives import SOFTMAX_TWICE_FLOOR
from mnist_core.training.player import Player, Playing, View
from mnist_core.training.timeline import Moment
from mnist_core.words import percent, spaced
from ui.shared.digit.drawing import current_drawing
from ui.shared.figures.charts import LiveChart
from ui.shared.figures.html import figures_row, picture, probability_bars
from ui.shared.figures.tiles import (
    digit_grid,
    image_row,
    pairs_grid,
    signed_tiles,
    titled_signed_tiles,
)
from ui.shared.state import LOG_X, LOG_Y
from ui.train.curves_figures import accuracy_chart, loss_chart, vae_terms_chart
from ui.train.lines_figures import gradient_chart

CURVES_PX = 290
PREPARING = (
    "The frozen backbone looks at each picture once. What it makes of them is kept, and then the "
    "new last layer learns from that."
)
FLOOR_LABEL = f"floor of softmax twice: {SOFTMAX_TWICE_FLOOR:.3f}"
TITLES = {
    Playing.PAUSED: "Paused",
    Playing.PLAYING: "Playing",
    Playing.STOPPING: "Stopping",
    Playing.DONE: "Done",
    Playing.DIVERGED: "Stopped",
    Playing.UNWATCHED: "Paused while nobody looked",
}


def show_chart(chart: LiveChart | None) -> None:
    """A chart that changes in place when its data do."""
    if chart is not None:
        st.vega_lite_chart(chart.with_data(), alt=chart.alt)


def show_progress(view: View, data_name: str) -> None:
    """How far the run is, in one line of figures."""
    progress = view.progress
    if progress.preparing is not None:
        st.progress(progress.preparing, PREPARING)
    cells = {
        "Data": data_name,
        "State": TITLES[view.state],
        "Batches": spaced(progress.step),
        "Digits seen": spaced(progress.samples),
        "Epochs": f"{progress.epochs:.2f}",
        "Seconds": f"{progress.worked_s:.1f}",
        "Digits per second": spaced(round(progress.samples_per_s)),
        "Test": say_test(view),
    }
    st.html(figures_row(cells))


def say_test(view: View) -> str:
    """The last look at the test set, or how far the present one is."""
    last = say_result(view.tests[-1]) if view.tests else ""
    if view.progress.testing is None:
        return last or "not yet"
    return f"{last} · testing {view.progress.testing:.0%}".removeprefix(" · ")


def say_result(test: TestResult) -> str:
    """“loss 2.117, 62.8 % right”, or the two terms of a VAE's loss."""
    if test.accuracy == test.accuracy:
        return f"loss {test.loss:.3f}, {percent(test.accuracy)} right"
    return f"{test.loss:.1f} nats = {test.reconstruction:.1f} + {test.kl:.1f}"


def show_curves(player: Player, view: View) -> None:
    """Loss and accuracy (or a VAE's two terms) side by side, in grey before there are any.

    Their height is that of their frames, which `page.css` makes low enough for a phone.
    """
    run = player.run
    expected = expected_course(run.recipe.loss == "vae", run.trainer.order.epoch_size)
    floor = SOFTMAX_TWICE_FLOOR if run.recipe.softmax_twice else None
    log_x = LOG_X.get()
    losses = loss_chart(
        view, expected, log_x, LOG_Y.get(), floor=floor, floor_label=FLOOR_LABEL,
        holds_out=run.recipe.patience is not None,
    )  # fmt: skip
    charts = (
        losses,
        accuracy_chart(view, expected, log_x) or vae_terms_chart(view, expected, log_x),
    )
    for number, (column, chart) in enumerate(zip(st.columns(2), charts, strict=True)):
        if chart is not None:
            frame = column.container(height=CURVES_PX, border=False, key=f"curve_{number}")
            frame.vega_lite_chart(chart.with_data(), height="stretch", alt=chart.alt)


def show_insides(player: Player, view: View, test: Digits) -> None:
    """First-layer weights, ten test digits, and the gradients of each layer."""
    left, right = st.columns(2, gap="medium")
    model = player.run.model_at(view.now)
    with left:
        st.markdown("**First-layer weights**")
        show_weights(player.run.key, model)
    with right:
        show_ten(model, test)
    left, right = st.columns(2, gap="medium")
    layers = list(layer_weights(player.run.trainer.model))
    with left:
        show_chart(gradient_chart(view, "gradient_norm", layers))
    with right:
        show_chart(gradient_chart(view, "update_ratio", layers))


def show_weights(key: str, model: nn.Module) -> None:
    """The first layer as pictures; blue is negative, white zero, orange positive."""
    filters = first_layer_filters(model)
    if filters is None:
        return
    if key == "softmax_regression":
        st.html(titled_signed_tiles(filters, [str(digit) for digit in range(10)]))
    else:
        st.html(signed_tiles(filters))


def show_ten(model: nn.Module, test: Digits) -> None:
    """Ten fixed test digits, read; for a VAE reconstructed, with ten samples of its prior."""
    digits = ten_digits(test)
    if not isinstance(model, VAE):
        st.markdown("**Ten test digits**, with what the network reads")
        st.html(digit_grid(read_ten(model, digits)))
        return
    st.markdown("**Ten test digits** and their reconstructions")
    images_01 = to_images_01(digits.images)
    st.html(pairs_grid(images_01[:, 0], reconstruct(model, images_01, digits.labels.long())))
    st.markdown("**Ten samples**, decoded from $z \\sim \\mathcal{N}(0, I)$")
    st.html(image_row(prior_samples(model, 10), [""] * 10))


def show_moment(player: Player, moment: Moment, test: Digits) -> None:
    """Weights, ten digits and the visitor's drawing, as of `moment`."""
    model = player.run.model_at(moment)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**First-layer weights** then")
        show_weights(player.run.key, model)
        if not isinstance(model, VAE):
            show_drawing(model)
    with right:
        show_ten(model, test)


def show_drawing(model: nn.Module) -> None:
    """The visitor's own digit, as `model` reads it."""
    st.markdown("**Your drawing**, as the network read it then")
    drawn = current_drawing().picture
    prepared = None if drawn is None else prepare(drawn).image
    if prepared is None or not prepared.any():
        st.caption("There is no drawing yet: draw a digit on the page *Draw a digit*.")
        return
    probabilities = to_probabilities(model(prepared))[0].numpy()
    image, bars = st.columns([1, 2])
    image.html(picture(prepared[0, 0].numpy(), "Your drawing as 28 by 28 pixels", 110))
    bars.html(probability_bars(probabilities, int(probabilities.argmax())))
