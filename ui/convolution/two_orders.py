"""Why nobody compares floating-point numbers with ==."""

import streamlit as st

from mnist_core.experiments.float_equality import FLOATS, TwoOrders, add_in_two_orders
from mnist_core.words import in_percent, power_of_ten
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, captioned, grey_map, signed_map
from ui.shared.glossary import say
from ui.shared.lesson import section
from ui.shared.state import SUM_FLOATS
from ui.shared.widgets import segmented

SAYS = """
Is our convolution the same as PyTorch's? A course asks that with `==`, and so it can say *no* to
two right answers. Here each cell is the mean of nine pixels. Both pictures add the same nine
products, one from first to last, the other from last to first. On paper the order of a sum is all
the same; a computer rounds after each addition.
"""


@section
def two_orders(digit: LessonDigit) -> None:
    """The same sums added in two orders, and where they differ."""
    st.subheader("The same sum in two orders", anchor=False)
    say(SAYS)
    name = segmented(SUM_FLOATS, "Kind of numbers", list(FLOATS))
    orders = add_in_two_orders(digit.image, name)
    difference = orders.difference.numpy()
    look = "a blurred digit, added from"
    pictures = [
        (grey_map(orders.forwards.float().numpy(), Look(f"{look} first to last", width_px=200)),
         "from first to last"),
        (grey_map(orders.backwards.float().numpy(), Look(f"{look} last to first", width_px=200)),
         "from last to first"),
        (signed_map(difference, orders.greatest or 1.0,
                    Look("the difference of both", width_px=200)),
         f"their difference, at most {say_greatest(orders)}"),
    ]  # fmt: skip
    show_picture(captioned(pictures), "two_orders")
    close = "are" if orders.are_close(name) else "are **not**"
    say(
        f"`==` holds in **{in_percent(orders.equal_share)}** of the cells. For "
        f"`torch.testing.assert_close`, which allows for rounding, both pictures {close} the same."
    )


def say_greatest(orders: TwoOrders) -> str:
    """“1.2 · 10⁻⁷”, or “0”."""
    return power_of_ten(orders.greatest) if orders.greatest else "0"
