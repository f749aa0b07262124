import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.experiments.tensors.broadcasting import broadcast, expanded_strides

shapes = st.lists(st.sampled_from([1, 1, 2, 3, 28]), max_size=4).map(tuple)


@given(first=shapes, second=shapes)
def test_shapes_go_together_as_in_torch(first, second) -> None:
    found = broadcast(first, second)
    try:
        expected = tuple(torch.broadcast_shapes(first, second))
    except RuntimeError:
        assert found.shape is None
        assert found.problem is not None
        assert "do not go together" in found.problem
        return
    assert found.shape == expected
    assert found.problem is None
    for tensor in (first, second):
        stride = torch.empty(tensor).stride()
        ours = expanded_strides(tensor, stride, expected)
        theirs = torch.empty(tensor).expand(expected).stride()
        for mine, other, size in zip(ours, theirs, expected, strict=True):
            assert mine == other or size == 1  # where there is nothing to step over


@given(first=shapes, second=shapes)
def test_every_dimension_has_its_sentence_from_the_right(first, second) -> None:
    meetings = broadcast(first, second).meetings
    assert [m.dimension for m in meetings] == [-1 - i for i in range(len(meetings))]
    assert len(meetings) == max(len(first), len(second))
    for meeting in meetings:
        assert meeting.says.startswith(f"Dimension {meeting.dimension}: ")
        assert meeting.says.endswith(".")


def test_the_sentences_say_who_is_repeated() -> None:
    says = [meeting.says for meeting in broadcast((28, 1, 3), (2, 3)).meetings]
    assert says == [
        "Dimension -1: both have 3.",
        "Dimension -2: the first has 1, which is repeated 2 times.",
        "Dimension -3: the second has none, so it is repeated 28 times.",
    ]
    problem = broadcast((28, 3), (28,)).problem
    assert problem is not None
    assert problem.startswith("Dimension -1: 3 and 28 do not go together")
