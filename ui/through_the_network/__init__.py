"""The parts of the page `through_the_network`."""
