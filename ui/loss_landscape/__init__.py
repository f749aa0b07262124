"""The parts of the page `loss_landscape`."""
