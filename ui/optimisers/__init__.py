"""The parts of the page `optimisers`."""
