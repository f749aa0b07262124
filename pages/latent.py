"""The latent space of a variational autoencoder: a map of it, walks through it, ways out of it."""

from mnist_core.latent.codes import decode, encode, sample_codes
from mnist_core.latent.decoder import planar_decoder
from mnist_core.latent.ways import interpolate_spherical
from mnist_core.layers.vae_loss import kl_to_standard_normal
from ui.latent.between import show_between
from ui.latent.generate import show_generate
from ui.latent.loss import show_loss
from ui.latent.map import show_map
from ui.latent.sliders import show_sliders
from ui.latent.styles import show_styles
from ui.latent.your_code import show_your_code
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import close_lesson, open_lesson
from ui.shared.tour.stops import LATENT

ANSWERS = """
How can a machine draw digits that nobody ever wrote? A **variational autoencoder** (VAE) learns to
squeeze each picture of 784 pixels into a few numbers $z$, the *latent code*, and to draw the
picture again from them; then *any* numbers can be drawn, and their space can be walked through.
"""
EXPERIMENTS = [
    (
        "On the map with *2 numbers*, press in the middle of the 1s (lower left) and move slowly "
        "to the right, to the large 6.",
        "the 1 grows rounder, turns into an 8 half-way, and that into a 6. Between two kinds of "
        "digit there is often a third.",
    ),
    (
        "Press *Random z* a few times. Then move the temperature to 0, roll again, and go up "
        "to 1.5.",
        "at 0 it is the same blurred 8 whatever the dice say: the middle of the space, a mixture "
        "of all digits. The hotter it gets, the more different the digits become; at 1.5 some are "
        "bold and strange.",
    ),
    (
        "In *Between two digits* choose *Random sample* at both ends, and switch from *linear* to "
        "*spherical*.",
        "on the line, the length ‖z‖ falls from 4.2 to 3.1 in the middle; on the arc it stays "
        "between 4.2 and 4.0 all the way.",
    ),
]

open_lesson(LATENT, ANSWERS)
digit = choose_digit()
show_map(digit)
show_sliders(digit)
show_your_code(digit)
show_between(digit)
show_styles(digit)
show_generate()
show_loss(digit)
close_lesson(
    EXPERIMENTS,
    planar_decoder,
    encode,
    decode,
    sample_codes,
    interpolate_spherical,
    kl_to_standard_normal,
)
