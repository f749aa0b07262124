"""The parts of the page `batches`."""
