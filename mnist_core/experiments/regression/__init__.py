"""Regression: a line, yes or no, one of several classes, and a curve from a few hidden units."""
