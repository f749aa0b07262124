"""The parts of the page `compare_networks`."""
