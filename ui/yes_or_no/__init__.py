"""The parts of the page `yes_or_no`."""
