"""The parts of the page `tour`."""
