import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.expression import (
    LEAF,
    LONGEST_NAME,
    MOST_DEPTH,
    MOST_LETTERS,
    MOST_NODES,
    NUMBER,
    Graph,
    read,
)
from mnist_core.experiments.graph.operations import OPERATIONS
from tests.core.experiments.graph.texts import LETTERS, texts


@given(texts)
def test_precedence_is_python_s(text: str) -> None:
    try:
        graph = read(text)
    except ExpressionUnusable:
        assert text.count("-") + text.count("(") > 5  # too deep, and nothing else
        return
    written = graph.nodes[-1].text
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(text))


@given(texts)
def test_nodes_stand_after_what_they_are_made_of_and_every_leaf_is_one(text: str) -> None:
    try:
        nodes = read(text).nodes
    except ExpressionUnusable:
        return
    for i, node in enumerate(nodes):
        assert all(j < i for j in node.inputs)
        assert node.operation in OPERATIONS or (node.operation in (LEAF, NUMBER)) > bool(
            node.inputs
        )
    names = [node.text for node in nodes if node.operation == LEAF]
    assert len(names) == len(set(names))
    used = {j for node in nodes for j in node.inputs}
    assert used == set(range(len(nodes) - 1))  # nothing hangs loose, and the last is the whole


@settings(max_examples=300)
@given(st.text(LETTERS, max_size=40))
def test_any_text_is_a_graph_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(read(text), Graph)
    except ExpressionUnusable as error:
        sentence = str(error)
        assert sentence[0].isupper() or sentence[0] == "“"
        assert sentence.endswith((".", ")."))


@given(texts, st.integers(0, 150), st.sampled_from(LETTERS))
def test_an_expression_with_a_letter_changed_is_one_or_a_sentence(text, place, letter) -> None:
    place = min(place, len(text))
    changed = text[:place] + letter + text[place + 1 :]
    try:
        assert isinstance(read(changed), Graph)
    except ExpressionUnusable:
        return


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no expression yet"),
        ("   ", "There is no expression yet"),
        ("u +", "ends too early"),
        ("u * / v", "Something is missing before “/” .character 5."),
        ("(u + v", "opens at character 1 is never closed"),
        ("u + v)", "closes none that is open"),
        ("2u", "Before “u” .character 2. an operator is missing"),
        ("u v", "an operator is missing"),
        ("(u + v)(w)", "Before “.” .character 8. an operator is missing"),
        ("u^2", r"A power is written \*\*"),
        ("u % v", "means nothing here"),
        ("sin u", "After sin a bracket is missing"),
        ("foo(u)", "There is no function “foo”"),
        ("__import__('os')", "means nothing here"),
        ("u.real", "means nothing here"),
        ("sin()", "Something is missing before “.”"),
        ("1e999", "too large"),
        ("u" * (LONGEST_NAME + 1), "too long"),
        ("u" + "+u" * MOST_LETTERS, f"at most {MOST_LETTERS}"),
        ("1" + "+1" * MOST_NODES, f"more than {MOST_NODES} nodes"),
        ("(" * MOST_DEPTH + "u" + ")" * MOST_DEPTH, "inside each other"),
        ("-" * (MOST_DEPTH + 1) + "u", "inside each other"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    with pytest.raises(ExpressionUnusable, match=says):
        read(text)


def test_signs_as_people_write_them_are_understood() -> None:
    assert read("u × v − w · 2 ÷ u") == read("u * v - w * 2 / u")


def test_it_names_its_leaves_in_their_order() -> None:
    assert list(read("sigmoid(w*x + b) * x").leaves) == ["w", "x", "b"]
