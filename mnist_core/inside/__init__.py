"""What goes on inside a trained network while it reads one picture."""
