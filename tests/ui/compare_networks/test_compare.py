"""The same digit through two networks."""

from tests.ui.looked_into import own_network
from tests.ui.visitor import change, said, visit_part


def part() -> None:
    from mnist_core.pictures.own_digits import own_digit
    from ui.compare_networks.compare import choose_two, compare_on, show_answers, show_table
    from ui.shared.inside.answer import is_an_answer
    from ui.shared.session.networks import session_networks, shipped_networks

    pair = choose_two(shipped_networks() | session_networks())
    compared = compare_on(pair, own_digit(5))
    if is_an_answer(*compared.probabilities):
        show_answers(pair, compared)
    show_table(pair)


def test_two_networks_are_compared_and_either_can_be_another() -> None:
    app = visit_part(part)
    assert "They agree" in said(app)
    assert "965 610" in said(app)
    change(app, "Second network", "mlp")
    assert "669 706" in said(app)


def test_a_network_that_has_diverged_has_a_sentence() -> None:
    app = visit_part(part, networks={"0123": own_network(diverged=True)}, first="0123")
    assert "training of this network diverged" in said(app)
