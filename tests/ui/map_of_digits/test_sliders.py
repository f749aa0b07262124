"""The numbers of the sliders, as buttons and pictures set them."""

import torch

from mnist_core.latent.code_text import random_code
from tests.ui.visitor import press, visit_part


def part() -> None:
    import streamlit as st

    from ui.map_of_digits.place import get_latent
    from ui.map_of_digits.sliders import roll, take_code

    st.button("roll", on_click=roll, args=(0.5,))
    st.button("rubbish", on_click=take_code, args=("1_2_x" * 999,))
    st.session_state["seen"] = get_latent()


def test_a_roll_puts_random_numbers_into_the_sliders_and_rubbish_changes_nothing() -> None:
    app = visit_part(part)
    press(app, "roll")
    rolled = app.session_state["seen"]
    expected = random_code(20, seed=1, temperature=0.5)
    torch.testing.assert_close(torch.tensor(rolled), expected, rtol=0, atol=0.0251)
    press(app, "rubbish")
    assert app.session_state["seen"] == rolled
