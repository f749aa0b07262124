"""How the shipped weights are made; the app never imports this."""
