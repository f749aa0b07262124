"""The parts of the page `autoencoder`."""
