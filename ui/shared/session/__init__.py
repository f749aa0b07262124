"""What a visitor has made: networks, runs, data."""
