"""What helps a training along: learning-rate schedules, clipped gradients, early stopping."""
