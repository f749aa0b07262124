"""The parts of the page `map_of_digits`."""
