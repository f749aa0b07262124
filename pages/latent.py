"""The latent space of a variational autoencoder."""

from ui.lesson import choose_digit, open_lesson

open_lesson("Latent space", "")
choose_digit()
