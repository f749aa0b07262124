"""Where a digit comes from: canvas, files, test digits, our own."""
