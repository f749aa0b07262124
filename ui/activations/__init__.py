"""The parts of the page `activations`."""
