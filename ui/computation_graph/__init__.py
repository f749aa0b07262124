"""The parts of the page `computation_graph`."""
