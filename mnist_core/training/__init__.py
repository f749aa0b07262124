"""Training: single steps, whole runs, what is kept of them, files, programs."""
