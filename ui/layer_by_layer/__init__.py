"""The parts of the page `layer_by_layer`."""
