import torch
from torch.testing import assert_close

from mnist_core.inside.rows import RowsRead, read_rows, step_at
from mnist_core.models.rnn import RNN


def untrained() -> RNN:
    torch.manual_seed(0)
    return RNN(0.13, 0.31).eval()


def pictures(seed: int) -> torch.Tensor:
    return torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def test_after_the_last_row_it_says_what_the_network_says() -> None:
    model, image = untrained(), pictures(0)
    read = read_rows(model, image, 1.7)
    expected = torch.softmax(model(image)[0].double() / 1.7, dim=0)
    assert_close(read.probabilities[-1], expected, rtol=1e-6, atol=1e-9)
    assert read.states.shape == (29, model.head.in_features)
    assert not read.states[0].any()
    assert_close(read.probabilities.sum(dim=1), torch.ones(29).double())


def test_no_row_is_known_before_it_is_read() -> None:
    model, image, other = untrained(), pictures(0), pictures(1)
    other[:, :, :12] = image[:, :, :12]
    first, second = read_rows(model, image), read_rows(model, other)
    assert_close(first.states[:13], second.states[:13])
    assert not torch.allclose(first.states[13], second.states[13])


def test_a_step_by_the_formula_is_a_row_of_the_network() -> None:
    model, image = untrained(), pictures(2)
    read = read_rows(model, image)
    for row in (0, 11, 27):
        before, step = step_at(model, image, row)
        assert_close(before, read.states[row], rtol=1e-4, atol=1e-5)
        assert_close(step.memory, read.states[row + 1], rtol=1e-4, atol=1e-5)


def test_it_has_decided_where_its_last_answer_stays() -> None:
    best = [3, 5, 3, 8, 8, 5, 8, 8]
    chances = torch.nn.functional.one_hot(torch.tensor(best), 10).double()
    assert RowsRead(torch.zeros(8, 1), chances).decided_after == 6
    assert RowsRead(torch.zeros(8, 1), chances[6:]).decided_after == 0
