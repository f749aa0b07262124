"""The parts of the page `dropout`."""
