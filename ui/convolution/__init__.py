"""The parts of the page `convolution`."""
