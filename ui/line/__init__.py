"""The parts of the page `line`."""
