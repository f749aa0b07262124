"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.latent.codes import encode, kl_per_dimension, redraw
from ui.autoencoder.terms import KEY
from ui.shared.predict import Answer, predict
from ui.shared.process import shared_autoencoder
from ui.shared.state import DRAW_SEED, NOISE_DIMENSION
from ui.shared.widgets import SEEDS

AS_WIDE = 0.05
"""Up to this difference, a spread counts as that of N(0, 1)."""


def ask_what_changes(image: Tensor) -> None:
    """image: (1, 1, 28, 28), as for all questions."""
    predict(
        "another_draw",
        "Press *Another draw*. Which of the two terms of the loss changes?",
        ["the reconstruction", "the KL", "both"],
        partial(find_what_changes, image),
        lambda: DRAW_SEED.set((DRAW_SEED.get() + 1) % SEEDS),
    )


def find_what_changes(image: Tensor) -> Answer:
    """Between the draw that is shown and the one after it."""
    model, seed = shared_autoencoder(KEY).model, DRAW_SEED.get()
    (_, one), (_, other) = (redraw(model, image, seed=each) for each in (seed, seed + 1))
    pairs = [
        (float(one.reconstruction), float(other.reconstruction)),
        (float(one.kl), float(other.kl)),
    ]
    apart = [abs(before - after) for before, after in pairs]
    right = 2 if min(apart) > 0 else apart.index(max(apart))
    (first, next_one), (kl, next_kl) = pairs
    return right, (
        f"In this draw the reconstruction is {first:.1f} nats and in the next {next_one:.1f}; the "
        f"KL is {kl:.1f} and {next_kl:.1f}. The reconstruction is taken at the place that was "
        "drawn. The KL belongs to the whole cloud, wherever in it the dice fall."
    )


def ask_how_wide_the_cloud_is(image: Tensor) -> None:
    """Of the number that says most about the digit."""
    predict(
        "wide_cloud",
        "Take the number with your digit's tallest bar above. How wide is its cloud, beside that "
        "of all digits, N(0, 1), whose spread is 1?",
        ["narrower", "as wide", "wider"],
        partial(find_how_wide_the_cloud_is, image),
        lambda: NOISE_DIMENSION.set(_by_bar(image)[0] + 1),
    )


def find_how_wide_the_cloud_is(image: Tensor) -> Answer:
    """Beside the number that says least."""
    spreads = encode(shared_autoencoder(KEY).model, image).std[0]
    most, least = _by_bar(image)
    spread = float(spreads[most])
    right = 1 if abs(spread - 1) <= AS_WIDE else 0 if spread < 1 else 2
    return right, (
        f"Its spread is {spread:.2f}: look at z{most + 1} below. The lowest bar is that of "
        f"z{least + 1}, with a spread of {float(spreads[least]):.2f}. A number that says much is "
        "told exactly; one that says nothing has the cloud that all digits have."
    )


def _by_bar(image: Tensor) -> tuple[int, int]:
    """The numbers with the tallest and the lowest bar, from 0."""
    kl = kl_per_dimension(encode(shared_autoencoder(KEY).model, image))
    return int(kl.argmax()), int(kl.argmin())
