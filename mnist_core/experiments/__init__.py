"""What lessons compute without any trained network."""
