"""The networks that read the drawing."""

from functools import partial

from mnist_core.models.registry import READERS
from mnist_core.reading import DigitReader, PlainReader
from ui.shared.lesson import try_or_say
from ui.shared.process import shared_reader
from ui.shared.session.networks import session_networks


def load_readers() -> dict[str, DigitReader]:
    """The shipped networks and the visitor's own; each that cannot be loaded gets a sentence."""
    readers: dict[str, DigitReader] = {}
    for key in READERS:
        reader = try_or_say(partial(shared_reader, key))
        if reader is not None:
            readers[key] = reader
    for key, network in session_networks().items():
        readers[key] = PlainReader(network.model, network.temperature)
    return readers
