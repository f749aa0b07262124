"""The parts of the page `tensors`."""
