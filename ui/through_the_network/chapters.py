"""The chapters of this page, of which only the open one is computed."""

import streamlit as st

from mnist_core.inside.fields import receptive_field
from mnist_core.inside.patches import find_exciting
from mnist_core.inside.stages import (
    PICTURE,
    middle_field,
    most_active,
    stages_of,
)
from mnist_core.inside.trace import Layer, count_parameters, count_units, trace
from mnist_core.inside.units import UnitArithmetic, explain_unit
from mnist_core.words import spaced
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.pixel_maps import Look, captioned, field_mark, grey_map
from ui.shared.glossary import say
from ui.shared.inside.traced import model_of
from ui.shared.lesson import show_code
from ui.shared.session.networks import Network
from ui.through_the_network.questions import ask_what_relu_silences, ask_where_edges_go
from ui.through_the_network.unit import show_formulas
from ui.through_the_network.words import EXPERTS, FIELDS, HOW_TO_READ, IDEA

FIELD_PX = 140


def idea(network: Network, layers: list[Layer], digit: LessonDigit) -> None:
    """What the blocks are for, and how much of the digit each of them sees."""
    say(IDEA)
    say(FIELDS)
    show_picture(captioned(fields(network, layers, digit)), key="fields")
    say(HOW_TO_READ)
    ask_where_edges_go(network, digit.image)


def fields(network: Network, layers: list[Layer], digit: LessonDigit) -> list[tuple[str, str]]:
    """The digit with the field of a unit in the middle of each block; for `captioned`."""
    model, outputs = model_of(network), {layer.name: layer.outputs for layer in layers}
    ink, found = digit.image[0, 0].numpy(), []
    for stage in stages_of(model):
        if stage.name != PICTURE:
            field = middle_field(model, stage, outputs[stage.end])
            size = f"{field.height} × {field.width}"
            look = Look(f"A unit of the block “{stage.name}” sees {size} pixels",
                        [field_mark(field)], FIELD_PX)  # fmt: skip
            found.append((grey_map(ink, look), f"<b>{stage.name}</b>: {size}"))
    return found


def numbers(layers: list[Layer], digit: LessonDigit, done: UnitArithmetic) -> None:
    """The chosen unit with its formulas, and what was learnt."""
    st.subheader("One unit, number by number", anchor=False)
    show_formulas(layers, digit, done)
    st.subheader("How many numbers", anchor=False)
    parameters, units = spaced(count_parameters(layers)), spaced(count_units(layers))
    say(f"{len(layers)} layers with {parameters} parameters made {units} numbers of your digit.")
    ask_what_relu_silences(layers)


def experts() -> None:
    """Conventions, and the code."""
    say(EXPERTS)
    show_code(trace, stages_of, most_active, receptive_field, explain_unit, find_exciting)
