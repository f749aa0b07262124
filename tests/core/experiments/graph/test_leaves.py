import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.leaves import MOST, numbers_for, read_leaves, write_leaves

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@given(st.dictionaries(names, st.floats(-MOST, MOST), max_size=5))
def test_what_is_written_is_read_again(leaves: dict[str, float]) -> None:
    assert read_leaves(write_leaves(leaves)) == leaves


@pytest.mark.parametrize("text", ["u", "u = x", "u = 1e7", "= 3", "2 = 3", "u = nan", "u: 2"])
def test_what_is_no_number_gets_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionUnusable, match="gives no leaf a number"):
        read_leaves(text)


def test_a_leaf_without_a_number_has_its_usual_one() -> None:
    assert numbers_for(["u", "z"], {"u": 5.0}) == {"u": 5.0, "z": 1.0}
    assert read_leaves("u = −2 ,") == {"u": -2.0}
