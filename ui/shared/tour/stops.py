"""All pages that teach, in teaching order: the one list that menu, tour, titles and Next read."""

from dataclasses import dataclass
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
PAGES_FOLDER = Path(__file__).resolve().parents[3] / "pages"


@dataclass(frozen=True)
class Stop:
    """One page of the tour.

    key:      its file in `pages/`, its address and its picture
    title:    in the menu and on the browser's tab
    question: what it answers, its heading
    sentence: what one does there; under the question, on the tour and on the card that leads there
    """

    key: str
    title: str
    question: str
    sentence: str

    @property
    def file(self) -> str:
        """As Streamlit names the page, wherever the main file stands."""
        return str(PAGES_FOLDER / f"{self.key}.py")

    @property
    def picture(self) -> bytes:
        """SVG for its card."""
        return (PICTURES / f"{self.key}.svg").read_bytes()


DRAW = Stop(
    "draw",
    "Draw a digit",
    "Can a machine read your handwriting?",
    "Draw a digit, and a neural network reads it while you draw.",
)
BATCHES = Stop(
    "batches",
    "Batches",
    "How much should a network look at before each step?",
    "Go downhill by all examples, by a few, or by one, and measure how much the slope trembles.",
)
OPTIMISERS = Stop(
    "optimisers",
    "Optimisers",
    "What is the fastest way down a hill in the fog?",
    "Put down a start, and let **optimisers** race to the lowest loss: each sees only the slope.",
)
LOSS_LANDSCAPE = Stop(
    "loss_landscape",
    "Loss landscape",
    "What does a network’s training look like from above?",
    "See a slice of the **loss** of a real network, and the way that its training took over it.",
)
CONVOLUTION = Stop(
    "convolution",
    "Convolution",
    "How does a network see an edge?",
    "A small table of weights, the **kernel**, slides over your digit: one number for each place.",
)
POOLING = Stop(
    "pooling",
    "Pooling",
    "How does a picture get smaller without losing what matters?",
    "A window moves over your digit, and of all that it sees only one number stays.",
)
THROUGH_THE_NETWORK = Stop(
    "through_the_network",
    "Through the network",
    "What happens to your digit inside a network?",
    "Follow it from 28 × 28 pixels to ten probabilities, and see where each number comes from.",
)
WHY_THIS_ANSWER = Stop(
    "why_this_answer",
    "Why this answer?",
    "Which pixels made the network say so?",
    "See what speaks for an answer and what against it, and attack the digit until it falls.",
)
COMPARE_NETWORKS = Stop(
    "compare_networks",
    "Compare networks",
    "Do two networks see the same in your digit?",
    "Send your digit through two of them: what each reads, and which pixels each listens to.",
)
FIRST_LAYER = Stop(
    "first_layer",
    "First-layer weights",
    "What does a network look for in a picture?",
    "Only the weights of its first layer touch the pixels: see them grow out of noise.",
)
TENSORS = Stop(
    "tensors",
    "Tensors",
    "How does a digit lie in a computer's memory?",
    "As one strip of 784 numbers. See which of them an operation reads, and in which order.",
)
LINE = Stop(
    "line",
    "A line",
    "How does a machine find the best line?",
    "Drag points, and walk downhill on the **loss**: step by step, until no line fits better.",
)
YES_OR_NO = Stop(
    "yes_or_no",
    "Yes or no",
    "How does a line become a decision?",
    "Add and drag points of two kinds, and watch the border between yes and no find its place.",
)
BENDING = Stop(
    "bending",
    "Bending a curve",
    "How can a sum of simple bends follow any curve?",
    "Give a network 1 to 16 **hidden units**, and see what each of them adds to its curve.",
)
TRAIN = Stop(
    "train",
    "Train",
    "How does a network learn to read?",
    "Teach one yourself, a few digits at a time, and let two trainings race.",
)
ACTIVATION_FUNCTIONS = Stop(
    "activation_functions",
    "Activation functions",
    "Why does a network need bends?",
    "Choose an **activation function**, and see where its slope lets learning through.",
)
DEEP_STACKS = Stop(
    "deep_stacks",
    "Deep stacks",
    "Why do some networks learn nothing at all?",
    "Send your digit through up to 50 layers, and watch its numbers fade or explode.",
)
BATCH_NORM = Stop(
    "batch_norm",
    "Batch normalisation",
    "How do tiny and huge numbers come to one scale?",
    "See a layer's numbers before and after **batch normalisation**, for your digit among others.",
)
DROPOUT = Stop(
    "dropout",
    "Dropout",
    "Does a network learn better when parts of it fail?",
    "Set numbers to 0 at random, and see whether that helps, and how a network shows its doubts.",
)
EVALUATE = Stop(
    "evaluate",
    "Evaluate",
    "How good is it really?",
    "Let a network read 10 000 digits that it has never seen, and look at its mistakes.",
)
MAP_OF_DIGITS = Stop(
    "map_of_digits",
    "Map of digits",
    "Is there a map of all digits?",
    "Point at any place on it, and a **decoder** draws the digit that lies there.",
)
MAKE_DIGITS = Stop(
    "make_digits",
    "Make digits",
    "Can a machine write the digit that you ask for?",
    "Choose a digit, and a network draws as many as you like that nobody ever wrote.",
)
AUTOENCODER = Stop(
    "autoencoder",
    "How an autoencoder learns",
    "How does a machine learn to draw?",
    "It squeezes your digit into 20 numbers and draws it again; its **loss** says what went wrong.",
)
COMPUTATION_GRAPH = Stop(
    "computation_graph",
    "Computation graph",
    "How does a network know which number to change?",
    "Write an expression, and walk back through it: each node learns its **gradient**.",
)
BACKWARDS = Stop(
    "backwards",
    "Backwards through your digit",
    "How does each layer hear that it was wrong?",
    "Send the right answer back through a network, and take every number of the message apart.",
)
ROW_BY_ROW = Stop(
    "row_by_row",
    "Row by row",
    "Can a network read with nothing but a memory?",
    "Your digit's rows arrive one after another: watch the answer change after each.",
)
GROUPS: dict[str, tuple[Stop, ...]] = {
    "Read a digit": (DRAW,),
    "How learning works": (
        TENSORS, LINE, YES_OR_NO, BENDING, BATCHES, OPTIMISERS, LOSS_LANDSCAPE, COMPUTATION_GRAPH,
        BACKWARDS, ROW_BY_ROW,
    ),
    "Inside the network": (
        CONVOLUTION, POOLING, THROUGH_THE_NETWORK, WHY_THIS_ANSWER, COMPARE_NETWORKS, FIRST_LAYER,
    ),
    "Learning": (TRAIN, ACTIVATION_FUNCTIONS, DEEP_STACKS, BATCH_NORM, DROPOUT, EVALUATE),
    "Digits from numbers": (MAP_OF_DIGITS, MAKE_DIGITS, AUTOENCODER),
}  # fmt: skip
TOUR = tuple(stop for stops in GROUPS.values() for stop in stops)
OVERVIEW = Stop(
    "tour",
    "Tour",
    "Where shall we go?",
    "The pages in the order in which they build on each other. A ✓ stands where you have been.",
)
TEACHERS = Stop(
    "teachers",
    "For teachers",
    "How do I teach a lesson with this?",
    "A plan for 45 or 90 minutes: what to say, what to do, and an answer key computed live.",
)
CLASS_ROOM = Stop(
    "class_room",
    "Class",
    "How well does a network read your class?",
    "Open a **room**: the class's digits arrive on the wall, are read, and taught to a network.",
)
PAGES = (*TOUR, OVERVIEW, TEACHERS, CLASS_ROOM)
"""All that have an address."""


def group_of(stop: Stop) -> str | None:
    """The heading under which it stands in the menu; None for the tour and the teachers' pages."""
    return next((group for group, stops in GROUPS.items() if stop in stops), None)


def after(stop: Stop) -> Stop:
    """Where Next leads: from the last page back to the tour, and from there to the first page."""
    following = dict(zip((OVERVIEW, *TOUR), (*TOUR, OVERVIEW), strict=True))
    return following.get(stop, OVERVIEW)
