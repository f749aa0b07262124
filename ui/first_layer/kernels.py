"""The kernels of the convolutional networks."""

from torch import Tensor

from mnist_core.inside.first_layer import passed_on, responses
from ui.first_layer.figures import Looking, kernel_cards, maps_row
from ui.first_layer.moments import TRAINED_AGAIN, choose_moment, moments_of
from ui.shared.components.pictures import show_picture
from ui.shared.digit.choose import LessonDigit
from ui.shared.figures.tiles import scale_bar, scale_limit
from ui.shared.glossary import say
from ui.shared.process import shared_reader
from ui.shared.state import KERNEL_MOMENT, KERNELS_OF, KERNELS_PLAY
from ui.shared.walk import Walk
from ui.shared.widgets import choose_shipped

KERNELS = """
In a **convolutional network** the first weights are tiny *kernels* of 3 × 3 that slide over the
picture. Each is shown with its **response** to your digit at every place (orange where what is
there looks like the kernel) and with what **ReLU** leaves of that: the positive part. No bias is
added here.
"""
RESPONSE_SAYS = "The response $r_k$ of kernel $w_k$ to the picture $x$, and what ReLU leaves of it:"
RESPONSE_RULE = r"r_k = w_k \star x \qquad \text{ReLU}(r) = \max(0, r)"
ANOTHER_TRAINING = """
Nobody kept moments of the training that made this network. So what you see before the end is a
second training by the same recipe, from the same random numbers. It went a slightly other way.
"""
CONVOLUTIONAL = ["convnet", "deep_cnn", "deep_cnn_pen"]
kernels_walk = Walk(KERNEL_MOMENT, KERNELS_PLAY)


def kernels(digit: LessonDigit) -> None:
    """The kernels of a convolutional network, and what they respond to."""
    key = choose_shipped(KERNELS_OF, "Network", CONVOLUTIONAL)
    moments = moments_of(key)
    moment = choose_moment(kernels_walk, moments)
    if key in TRAINED_AGAIN:
        say(ANOTHER_TRAINING, small=True)
    model = shared_reader(key).trained.model
    answers = responses(model, moment.weight, digit.image)
    kernel_limit = scale_limit(moments[-1].weight.numpy())
    response_limit = scale_limit(responses(model, moments[-1].weight, digit.image).numpy())
    cards = [
        Looking(kernel[0].numpy(), answer.numpy(), answer.relu().numpy())
        for kernel, answer in zip(moment.weight, answers, strict=True)
    ]
    show_picture(
        kernel_cards(cards, kernel_limit, response_limit)
        + scale_bar(kernel_limit, "kernels, at all moments")
        + scale_bar(response_limit, "responses, before and after ReLU, at all moments"),
        "kernels",
    )
    if moment.step is None:
        in_the_network(passed_on(model, digit.image))


def in_the_network(maps: Tensor) -> None:
    """What really goes on to the next layer."""
    say(
        "**In the shipped network** the bias (or batch norm) comes before ReLU, so this is what "
        "really goes on to the next layer:"
    )
    limit = scale_limit(maps.numpy())
    names = [f"kernel {k}" for k in range(len(maps))]
    show_picture(
        maps_row(maps.numpy(), limit, names, "map of kernel") + scale_bar(limit, "one scale"),
        "passed_on",
    )
