"""The parts of the page `backwards`."""
