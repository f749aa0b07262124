"""The same digit through two networks."""

from tests.ui.layer_by_layer.networks import own_network
from tests.ui.visitor import change, said, visit_part


def part() -> None:
    from mnist_core.pictures.own_digits import own_digit
    from ui.layer_by_layer.compare import show_comparison
    from ui.shared.digit.choose import LessonDigit
    from ui.shared.session.networks import session_networks, shipped_networks

    show_comparison(shipped_networks() | session_networks(), LessonDigit(own_digit(5), "a 5"))


def test_two_networks_are_compared_and_either_can_be_another() -> None:
    app = visit_part(part)
    assert "They agree" in said(app)
    assert "965 610" in said(app)
    change(app, "Second network", "mlp")
    assert "669 706" in said(app)


def test_a_network_that_has_diverged_has_a_sentence() -> None:
    app = visit_part(part, networks={"0123": own_network(diverged=True)}, first="0123")
    assert "training of this network diverged" in said(app)
