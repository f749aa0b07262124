"""The parts of the page `evaluate`."""
