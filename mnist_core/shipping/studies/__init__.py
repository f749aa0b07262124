"""What was measured or chosen once, with many trainings: each module is a command."""
