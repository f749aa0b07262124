import re
from xml.etree import ElementTree

import pytest

from mnist_core.errors import ExpressionUnusable
from ui.computation_graph.figures import BOX_HEIGHT, BOX_WIDTH, _places
from ui.computation_graph.graph import compute, graph_data, step_says

TEXTS = ("u*v + u**2", "sigmoid(w*x + b)", "x*x*x - 2*x", "relu(u) + tanh(-v)/3", "7", "u")


@pytest.mark.parametrize("text", TEXTS)
def test_no_two_nodes_stand_in_one_place_and_arrows_lead_to_the_right(text: str) -> None:
    graph = compute(text, "").graph
    places = _places(graph)
    for at, (x, y) in enumerate(places):
        assert all(abs(x - a) >= BOX_WIDTH or abs(y - b) >= BOX_HEIGHT for a, b in places[:at])
        assert all(places[source][0] + BOX_WIDTH < x for source in graph.nodes[at].inputs)


@pytest.mark.parametrize("text", TEXTS)
def test_the_picture_has_each_value_and_a_hidden_gradient_for_each_step(text: str) -> None:
    computed = compute(text, "")
    data = graph_data(computed)
    root = ElementTree.fromstring(data["svg"])
    groups = [one for one in root.iter() if one.get("class", "").startswith("node")]
    assert len(groups) == len(computed.values)
    steps = [int(one.get("data-step", "")) for one in groups]
    assert sorted(step for step in steps if step >= 0) == list(range(len(data["steps"])))
    assert [leaf["name"] for leaf in data["leaves"]] == list(computed.graph.leaves)


def test_a_step_writes_out_the_sum_over_the_children() -> None:
    computed = compute("u*v + u**2", "u = 2, v = -3")
    said = {step.node: step_says(computed.graph, step) for step in computed.steps}
    of_u = re.sub("<[^>]*>", "", said[computed.graph.leaves["u"]])
    assert of_u == "∂out/∂u = 1 · 4 + 1 · (−3) = 1 (its 2 ways to the output, summed)"
    assert "the output itself" in said[len(computed.values) - 1]


def test_what_a_visitor_writes_is_escaped() -> None:
    with pytest.raises(ExpressionUnusable):
        compute("<b>", "")
    assert "<script" not in graph_data(compute("u", "u = 1"))["svg"]
