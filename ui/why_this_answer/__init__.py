"""The parts of the page `why_this_answer`."""
