"""The parts of the page `bending`."""
