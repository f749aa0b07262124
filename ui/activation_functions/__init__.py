"""The parts of the page `activation_functions`."""
