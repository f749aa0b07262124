"""A computation graph: an expression as nodes, their values, and gradients back through them."""
