"""What the template promises of each lesson in it."""

import re

import pytest

from tests.ui.visitor import change, visit
from ui.shared.chapters import TITLES
from ui.shared.glossary import GLOSSES
from ui.shared.tour.stops import TOUR, Stop

IN_TEMPLATE = (
    "convolution", "pooling", "first_layer", "activation_functions", "deep_stacks", "batch_norm",
    "dropout", "through_the_network", "why_this_answer", "compare_networks", "map_of_digits",
    "make_digits", "autoencoder", "tensors", "line", "yes_or_no", "bending", "batches",
    "optimisers", "loss_landscape", "computation_graph", "backwards", "row_by_row",
)  # fmt: skip
LEFT_OUT = re.compile(r"\$[^$]*\$|`[^`]*`|<abbr[^>]*>?|</abbr>")
STOPS = [stop for stop in TOUR if stop.key in IN_TEMPLATE]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
def test_a_lesson_opens_with_its_question_and_one_to_guess_and_its_chapters_are_closed(
    stop: Stop,
) -> None:
    app = visit(stop.key)
    assert [title.value for title in app.title] == [stop.question]
    assert [one.value for one in app.header] == []
    assert len([pills for pills in app.button_group if pills.key.startswith("guess_")]) == 1
    for chapter, title in TITLES.items():
        change(app, "Read on", chapter)
        assert [one.value for one in app.header] == [title]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
@pytest.mark.parametrize("chapter", TITLES)
def test_each_term_of_the_glossary_is_glossed_at_its_first_place(stop: Stop, chapter: str) -> None:
    app = visit(stop.key, chapter=chapter)
    text = "\n".join(part.value for part in app.markdown)
    for term in GLOSSES:
        first = text.find(f">{term}</abbr>")
        assert not is_said(term, text if first < 0 else text[:first]), term
        assert text.count(f">{term}</abbr>") <= 1


def is_said(term: str, text: str) -> bool:
    """Whether it stands there in words, and not as a part of a longer term."""
    words = LEFT_OUT.sub("", text)
    for longer in GLOSSES:
        words = words.replace(longer, "") if term != longer and term in longer else words
    return re.search(rf"(?<![\w-]){re.escape(term)}(?![\w-])", words) is not None


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
def test_the_idea_has_no_formula(stop: Stop) -> None:
    app = visit(stop.key, chapter="idea")
    assert not app.get("latex")
