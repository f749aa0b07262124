"""How an autoencoder learns: your digit drawn again, the loss, and where its noise comes from."""

from mnist_core.latent.codes import kl_per_dimension, loss_terms, redraw
from mnist_core.latent.ways import draw_one_number
from mnist_core.layers.vae_loss import bernoulli_reconstruction, kl_to_standard_normal
from mnist_core.models.vae import VAE
from ui.autoencoder.beta import show_beta
from ui.autoencoder.noise import show_trick
from ui.autoencoder.questions import ask_how_wide_the_cloud_is, ask_what_changes
from ui.autoencoder.terms import explain_terms, show_kl, show_loss
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import LessonDigit, choose_digit
from ui.shared.lesson import open_lesson, show_code
from ui.shared.state import NOISE, NOISE_DIMENSION
from ui.shared.tour.stops import AUTOENCODER


def numbers(digit: LessonDigit) -> None:
    """The loss as a formula, each latent number's share of it, and the noise in one of them."""
    show_kl(digit)
    ask_how_wide_the_cloud_is(digit.image)
    show_trick(digit)


def experts() -> None:
    """The weight of the KL term, and the code."""
    show_beta()
    show_code(
        redraw, loss_terms, bernoulli_reconstruction, kl_to_standard_normal, kl_per_dimension,
        VAE.reparameterise, draw_one_number,
    )  # fmt: skip


open_lesson(AUTOENCODER)
shown = choose_digit()
show_loss(shown)
ask_what_changes(shown.image)
chapters(
    Chapter(explain_terms),
    Chapter(lambda: numbers(shown), [NOISE_DIMENSION, NOISE]),
    Chapter(experts),
)
