"""How a trained network learnt: the message that goes back through it, and the loss around it."""
