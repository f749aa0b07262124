"""A class's own handwriting: kept, measured, taught to a network, and taken along."""
