"""Drawings have a name, or are not there for those who cannot see them."""

from ui.shared.figures.svg import svg


def test_a_drawing_without_words_of_its_own_is_passed_over() -> None:
    assert 'role="img" aria-label="a &lt;b&gt;"' in svg("a <b>", "0 0 1 1", "", "")
    silent = svg("", "0 0 1 1", "", "")
    assert 'aria-hidden="true"' in silent
    assert "role" not in silent
