"""The parts of the page `pooling`."""
