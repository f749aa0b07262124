"""Plain reference implementations of layers, each next to its formula and equal to PyTorch's."""
