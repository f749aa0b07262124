"""What the visitor predicts on this page; each right answer is computed."""

from functools import partial

from torch import Tensor

from mnist_core.inside.first_layer import ranked, responses, squared_norms
from ui.first_layer.moments import ON_A_PAGE, shared_ends
from ui.first_layer.units import NORM
from ui.shared.predict import Answer, predict
from ui.shared.process import shared_reader
from ui.shared.state import (
    AT_THE_END,
    KERNEL_MOMENT,
    KERNELS_OF,
    TEMPLATE_MOMENT,
    TEMPLATES_ONE_SCALE,
    UNITS_BY,
    UNITS_PAGE,
)

SIZES = {"about as large": 0.5, "about a fifth": 0.1, "less than a tenth": 0.0}
"""Each with the least share that it is said of."""
KERNEL, KERNEL_IN = 3, "convnet"
INK, PAPER = 0.5, 0.0


def ask_how_large_they_begin() -> None:
    """About the templates before training."""
    predict(
        "first_templates",
        "Before training the weights are random numbers. How large are they, against those after "
        "training?",
        list(SIZES),
        find_how_large_they_begin,
        _show_first_templates,
    )


def find_how_large_they_begin() -> Answer:
    """Their standard deviations, before and after. Raises WeightsUnusable."""
    before, after = (float(end.weight.std()) for end in shared_ends("softmax_regression"))
    right = next(i for i, least in enumerate(SIZES.values()) if before / after >= least)
    return right, (
        f"Their standard deviation is {before:.3f} before and {after:.3f} after. Switch off *One "
        "scale of colours* and go on step by step to the end: noise, out of which ten digits grow; "
        "after 1000 batches you can read them. The shipped templates look worse but read better: "
        "they have gone on to what tells the digits apart."
    )


def _show_first_templates() -> None:
    TEMPLATE_MOMENT.set(0)
    TEMPLATES_ONE_SCALE.set(True)


def ask_what_the_last_units_are() -> None:
    """About the filters with the smallest weights."""
    predict(
        "last_units",
        f"Sort the 512 filters by *squared norm*. What do the last {ON_A_PAGE} of them look like?",
        ["clear strokes, like the first", "pale noise"],
        find_what_the_last_units_are,
        _show_last_units,
    )


def find_what_the_last_units_are() -> Answer:
    """From how large their weights are, against those of the first page. Raises WeightsUnusable."""
    norms = squared_norms(shared_ends("mlp")[-1].weight)
    order = ranked(norms)
    first, last = (float(norms[part].mean()) for part in (order[:ON_A_PAGE], order[-ON_A_PAGE:]))
    return int(last < first / 2), (
        f"The mean squared norm is {first:.1f} on page 1 and {last:.1f} on the last page. There "
        "the units have hardly found anything to do; compare it with page 1."
    )


def _show_last_units() -> None:
    UNITS_BY.set(NORM)
    UNITS_PAGE.set(AT_THE_END)


def ask_what_it_responds_to(image: Tensor) -> None:
    """About a kernel that is mostly negative. image: (1, 1, 28, 28)."""
    predict(
        "blue_kernel",
        f"Kernel {KERNEL} of the *Small CNN* is mostly blue. Where is its response after ReLU "
        "orange?",
        ["on your digit", "on the paper round it"],
        partial(find_what_it_responds_to, image),
        _show_small_network,
    )


def find_what_it_responds_to(image: Tensor) -> Answer:
    """Its mean response on ink and on paper. Raises WeightsUnusable."""
    model = shared_reader(KERNEL_IN).trained.model
    weight = shared_ends(KERNEL_IN)[-1].weight
    response = responses(model, weight, image)[KERNEL].relu()
    border = (image.shape[-1] - response.shape[-1]) // 2
    seen = image[0, 0, border : border + len(response), border : border + len(response)]
    ink, paper = (float(response[cells].mean()) for cells in (seen > INK, seen == PAPER))
    return int(paper > ink), (
        f"Its mean response is {ink:.2f} on ink and {paper:.2f} on paper. The network sees "
        "standardised pixels: paper is a negative number there, and a negative weight makes a "
        "positive one of it."
    )


def _show_small_network() -> None:
    KERNELS_OF.set(KERNEL_IN)
    KERNEL_MOMENT.set(AT_THE_END)
