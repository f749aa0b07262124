"""The networks: their layers, how each is known to train, and their parts."""
