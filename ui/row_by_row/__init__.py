"""The parts of the page `row_by_row`."""
