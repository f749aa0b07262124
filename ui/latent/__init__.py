"""The parts of the page `latent`."""
