"""The sliders that change the digit."""

from tests.ui.visitor import change, press, said, visit_part


def part() -> None:
    import streamlit as st

    from mnist_core.inside.saliency import probabilities_of
    from mnist_core.pictures.own_digits import own_digit
    from ui.shared.digit.choose import LessonDigit
    from ui.shared.inside.answer import reads
    from ui.shared.inside.change import change_digit
    from ui.shared.session.networks import shipped_networks

    network = shipped_networks()["convnet"]
    digit = change_digit(LessonDigit(own_digit(5), "a 5"), network).digit
    st.write(f"Looked at: {digit.says}")
    probabilities = probabilities_of(network.model, digit.image, network.temperature)
    st.write(f"The network {reads(probabilities)}")


def test_a_slider_changes_the_digit_that_all_look_at_and_reset_undoes_it() -> None:
    app = visit_part(part)
    before = said(app)
    assert "Looked at: a 5\n" in before
    change(app, "Turn", 30)
    assert "Looked at: a 5, turned" in said(app)
    change(app, "Attack", 0.3)
    assert "turned, attacked with ε = 0.30" in said(app)
    assert "The network reads **5**" in before
    assert "The network reads **5**" not in said(app)
    press(app, "Reset")
    assert said(app) == before
