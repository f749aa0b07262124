"""Settings of a layer that slides a window."""

from hypothesis import strategies as st

from mnist_core.layers.convolution import Sliding

slidings = st.builds(
    Sliding, st.integers(0, 4).map(lambda p: (p, p)), st.integers(1, 4), st.integers(1, 3)
)
