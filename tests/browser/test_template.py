"""What the template promises of each lesson in it: its figure is in the first screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import (
    box_of,
    come_to_rest,
    nothing_scrolls_sideways,
    part,
    wait_for_lesson,
)

pytestmark = [pytest.mark.browser]
FIGURES = {
    "computation_graph": ".graph-picture",
    "backwards": ".st-key-back_maps svg",
    "row_by_row": ".rows-digit",
    "convolution": ".st-key-kernel_slide svg",
    "pooling": ".st-key-pool_walk svg",
    "activation_functions": '[data-testid="stVegaLiteChart"]',
    "deep_stacks": '[data-testid="stVegaLiteChart"]',
    "first_layer": ".st-key-templates",
    "dropout": ".st-key-sparse_row svg",
    "batch_norm": '[aria-label^="Histogram: Before"]',
    "through_the_network": ".stages",
    "why_this_answer": ".st-key-explained svg",
    "compare_networks": '[aria-label^="Probability of each digit in the first"]',
    "map_of_digits": ".pad-plot",
    "make_digits": ".st-key-asked_sheet img",
    "autoencoder": ".st-key-loss_terms",
    "tensors": ".strip-maps",
    "line": ".line-points",
    "yes_or_no": ".yes-points",
    "bending": ".bend-points",
    "batches": ".descent-plot",
    "optimisers": ".descent-plot",
    "loss_landscape": ".descent-plot",
}
"""By page: its main figure, of which the first part must be seen whole."""
SCREENS_OF_A_PHONE = 4
SCREENS = {"desktop": (1280, 800), "phone": (390, 664)}


@pytest.mark.walk
@pytest.mark.parametrize("lesson_name", FIGURES)
def test_the_main_figure_is_in_the_first_screen_and_the_folded_page_is_short(
    page: Page, address: str, lesson_name: str
):
    page.goto(f"{address}/{lesson_name}")
    wait_for_lesson(page)
    for name, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        nothing_scrolls_sideways(page)
        figure = page.locator(FIGURES[lesson_name]).first
        expect(figure).to_be_visible()
        box = box_of(figure)
        assert box["y"] + box["height"] <= height, f"on a {name}"
    tall: int = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    assert tall <= SCREENS_OF_A_PHONE * height


def test_the_chapters_stay_in_sight_and_a_gloss_is_shown_to_a_finger(page: Page, address: str):
    page.goto(f"{address}/pooling?chapter=idea")
    wait_for_lesson(page)
    term = page.locator("abbr").first
    term.scroll_into_view_if_needed()
    expect(part(page, "chapters")).to_be_in_viewport()
    term.click()
    come_to_rest(page)
    shown = term.evaluate("one => getComputedStyle(one, '::after').content")
    assert term.get_attribute("title") in shown
