"""What pages share that look into a trained network."""
