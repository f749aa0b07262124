"""The parts of the page `batch_norm`."""
