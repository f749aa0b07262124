"""The layers as formulas, equal to PyTorch's in value and gradient."""
