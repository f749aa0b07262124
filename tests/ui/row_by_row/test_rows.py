import torch

from mnist_core.inside.rows import read_rows
from mnist_core.models.rnn import RNN
from mnist_core.pictures.own_digits import own_digit
from ui.row_by_row.rows import COLUMNS, rows_data


def test_the_browser_gets_what_was_read_within_half_a_step_of_rounding() -> None:
    torch.manual_seed(0)
    image = own_digit(3)
    read = read_rows(RNN().eval(), image)
    data = rows_data(image, read)
    assert (torch.tensor(data["states"]) / 100 - read.states).abs().max() <= 0.0051
    assert (torch.tensor(data["probabilities"]) - read.probabilities).abs().max() <= 1e-5
    assert len(data["states"][0]) % COLUMNS == 0
    assert data["pixels"] == (image * 255).round().int().flatten().tolist()
