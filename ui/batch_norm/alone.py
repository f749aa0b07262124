"""A batch of one picture, where there is nothing to normalise with."""

import streamlit as st
from torch import Tensor

from mnist_core.inside.batch_norm import Channel, Company, compare_company
from mnist_core.words import spaced
from ui.batch_norm.channel import chosen_channel, chosen_layer
from ui.batch_norm.figures import company_maps, plain
from ui.shared.components.pictures import show_picture
from ui.shared.glossary import say
from ui.shared.state import NORM_BATCH

ALONE = """
In training, what comes out for a picture depends on the other pictures in the batch. Here is what
this channel makes of your digit (with the γ and β that the network has learned): among the others,
alone as a batch of one, and in evaluation.
"""
PLACES = """
Even alone, the digit has {count} places in this channel, so it has a mean and a spread: its own.
The greatest difference that the company makes here is {difference:.2f}. In evaluation nobody else
counts. Choose the fifth or sixth normalisation to see a batch of one go wrong: after a linear layer
each picture has one number per channel.
"""
ONE_NUMBER = """
| | x | y |
|:--|--:|--:|
| in training, in this batch of {count} | {x} | {in_batch} |
| in training, alone, by the formula | {x} | **{alone}** (this is β) |
| in evaluation | {x} | {in_evaluation} |

A single number is its own mean: $x - \\mu_B = 0$ and $\\sigma^2_B = 0$, so $y = \\beta$, **whatever
the digit**. All that the layers before have found out would be lost, and so PyTorch refuses it:
“Expected more than 1 value per channel when training”.
"""


@st.fragment
def alone(image: Tensor) -> None:
    """What the company does to a digit, and what happens to it in a batch of one."""
    st.subheader("Your digit among others, and alone", anchor=False)
    say(ALONE)
    channel = chosen_channel(image)
    company = compare_company(channel)
    if not chosen_layer().has_places:
        say(one_number(channel, company))
        return
    others = NORM_BATCH.get() - 1
    titles = (f"in training, with {others} others", "in training, alone", "in evaluation")
    show_picture(company_maps(company, titles), "norm_company")
    say(PLACES.format(count=spaced(channel.alone().batch.count), difference=company.difference))


def one_number(channel: Channel, company: Company) -> str:
    """A table of the three companies, after a linear layer."""
    in_batch = "refused" if company.in_batch is None else plain(float(company.in_batch))
    return ONE_NUMBER.format(
        count=len(channel.values),
        x=plain(float(channel.values[0])),
        in_batch=in_batch,
        alone=plain(float(company.alone)),
        in_evaluation=plain(float(company.in_evaluation)),
    )
