"""The parts of the page `first_layer`."""
