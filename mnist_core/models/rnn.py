"""A recurrent network: it reads the rows of the picture one after another."""

from torch import Tensor, nn

from mnist_core.models.classifier import FeatureClassifier

ROWS, HIDDEN = 28, 128


class RowReader(nn.Module):
    """A GRU whose inputs are the rows of a picture, from the top; what it then remembers.

    Source: Cho et al. 2014, “Learning phrase representations using RNN encoder-decoder”, in the
    form that torch documents for `nn.GRU`.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRU(ROWS, hidden, batch_first=True)

    def states(self, pictures: Tensor) -> Tensor:
        """(B, 1, 28, 28) → what it remembers after each row, (B, 28, hidden) in [−1, 1]."""
        states: Tensor = self.gru(pictures[:, 0])[0]
        return states

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 1, 28, 28) → what it remembers after the last row, (B, hidden)."""
        return self.states(pictures)[:, -1]


class RNN(FeatureClassifier):
    """A GRU that remembers 128 numbers while it reads row by row, and one linear layer on them."""

    features: RowReader

    def __init__(self, pixel_mean: float = 0.0, pixel_std: float = 1.0) -> None:
        super().__init__(RowReader(HIDDEN), HIDDEN, pixel_mean, pixel_std)
