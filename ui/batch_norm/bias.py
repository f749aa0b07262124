"""Why a bias before batch normalisation does nothing."""

import streamlit as st
from torch import Tensor

from mnist_core.errors import LayerImpossible
from mnist_core.inside.batch_norm import Channel, bias_effect, histogram, shared_limit
from ui.batch_norm.channel import chosen_channel
from ui.batch_norm.figures import AFTER, BEFORE, Shown, mean_line, stacked_histograms
from ui.shared.glossary import say
from ui.shared.state import NORM_BIAS
from ui.shared.widgets import slide

GREATEST_BIAS = 5.0
BIAS = """
The layer before could add a constant $b$, its bias, to all values of a channel. But then the mean
grows by $b$, too, and normalisation subtracts it again:
"""
BIAS_RULE = r"(x + b) - (\mu_B + b) = x - \mu_B"
BIAS_SAYS = """
Measured, the greatest change of any value by this bias:

| | greatest change |
|:--|--:|
| before the normalisation | {before:.3f} |
| after it, **in training** | **{in_training:.7f}** |
| after it, in evaluation | {in_evaluation:.3f} |

What is left in training is rounding. So a bias there would be a number to learn that changes
nothing: our networks leave it out wherever a batch normalisation follows, and β does its work. In
evaluation the stored mean does not know about a bias that comes in later, so everything moves. Had
the bias been there in training, it would be in the stored mean, too, and cancel again.
"""


@st.fragment
def bias(image: Tensor) -> None:
    """A constant added before the normalisation."""
    st.subheader("Why the layer before needs no bias", anchor=False)
    words, pictures = st.columns([2, 3], gap="large")
    with words:
        say(BIAS)
        st.latex(BIAS_RULE)
        slide(NORM_BIAS, "Bias b", -GREATEST_BIAS, GREATEST_BIAS, 0.1)
    channel = chosen_channel(image)
    try:
        effect = bias_effect(channel, NORM_BIAS.get())
    except LayerImpossible as error:
        pictures.warning(f"{error}", icon=":material/block:")
        return
    words.markdown(
        BIAS_SAYS.format(
            before=effect.before,
            in_training=effect.in_training,
            in_evaluation=effect.in_evaluation,
        )
    )
    pictures.html(biased_histograms(channel, NORM_BIAS.get()))


def biased_histograms(channel: Channel, value: float) -> str:
    """Before and after in training, on axes that stand still while the bias moves."""
    biased = channel.with_bias(value)
    before, after = biased.values, biased.normalised(True)
    furthest = [channel.with_bias(sign * GREATEST_BIAS).values for sign in (-1, 1)]
    limit = shared_limit(*furthest, after)
    return stacked_histograms(
        [
            Shown(histogram(before, limit), "Before, with the bias", BEFORE, [mean_line(before)]),
            Shown(histogram(after, limit), "After, in training", AFTER, [mean_line(after)]),
        ]
    )
