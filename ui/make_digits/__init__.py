"""The parts of the page `make_digits`."""
