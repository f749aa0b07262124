"""Every piece of state that outlives a rerun: its key, type and default, in one place."""

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

import streamlit as st

from mnist_core.classroom.teach import USUAL_MNIST_SHARE
from mnist_core.experiments.descent.optimisers import BETA
from mnist_core.experiments.descent.surfaces import VALLEY_KAPPA
from mnist_core.experiments.float_equality import FloatName
from mnist_core.experiments.kernels import Kernel
from mnist_core.experiments.pixel_constants import RIGHT, WRONG
from mnist_core.experiments.tensors.products import Along
from mnist_core.models.registry import DEFAULT_MODEL

T = TypeVar("T")
Curve = Literal["training_loss", "test_loss", "test_accuracy"]
MapSize = Literal["strongest", "small", "large"]
Home = Literal["address", "session", "page"]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """The value of one widget: its key (in the address its name) and its default.

    lives_in: where it is kept: by its widget in the page's address (see `ui.shared.address`); in
              the session, so that it is there when the visitor comes back; or in the page, which
              forgets it when the visitor leaves
    """

    key: str
    default: T
    lives_in: Home = "address"

    def get(self) -> T:
        """The value of this session."""
        return cast(T, st.session_state.get(self.key, self.default))

    def set(self, value: T) -> None:
        """Change the value of this session; only before its widget is shown, or in a callback."""
        st.session_state[self.key] = value


GUESS = "guess_"
"""With it begin the keys of all guesses."""
PRESENT = Setting("present", False)
LESSON_MINUTES = Setting("minutes", 45)
ANSWERS_SHOWN = Setting("answers", True)
VISITED: Setting[tuple[str, ...]] = Setting("visited", (), "session")
CHAPTER = Setting("chapter", "")
MODEL = Setting("model", DEFAULT_MODEL)
BRUSH_PX = Setting("brush", 20, "session")
HAND_RESTS = Setting("hand_rests", False, "session")
SOURCE = Setting("source", "Draw")
WHICH_DIGIT = Setting("which_digit", 1, "session")
"""Of a number of several digits, from the left."""
TEST_DIGIT = Setting("digit", 0)
DATA = Setting("data", "MNIST", "session")
EVALUATED = Setting("evaluated", DEFAULT_MODEL)
EVALUATION_STOPPED = Setting("evaluation_stopped", False, "session")
ANY_DIGIT = -1
IS_DIGIT = Setting("is_digit", ANY_DIGIT)
READ_AS = Setting("read_as", ANY_DIGIT)
GALLERY_PAGE = Setting("gallery_page", 1, "session")
AGAINST = Setting("against", "softmax_regression", "session")
COMPARED: Setting[list[str]] = Setting("compared", [], "session")
CHANGED_DIGIT = Setting("changed_digit", 0, "session")
FOLDS_OPEN: Setting[frozenset[str]] = Setting("folds_open", frozenset(), "session")
WHY_ASKED = Setting("why_asked", False, "session")
MEASURING_CURVES = Setting("measuring_curves", False, "session")
TEST_DRAW = Setting("test_draw", 0, "session")
NETWORK = Setting("net", "mlp")
PRESET = Setting("preset", "")
PIXELS_OVER = Setting("pixels_over", RIGHT)
CONSTANTS_OF = Setting("constants_of", WRONG)
SPEED = Setting("speed", 0.0, "session")
LOG_X = Setting("log_x", False)
LOG_Y = Setting("log_y", False)
LOOK_BACK = Setting("look_back", 0, "page")
RACING: Setting[list[int]] = Setting("racing", [], "session")
RACERS = Setting("racers", 0, "session")
RACE_CURVE: Setting[Curve] = Setting("race_curve", "training_loss", "session")


def guess_of(question: str) -> Setting[int | None]:
    """Which answer to a question of the lessons was guessed, from 0."""
    return Setting(f"{GUESS}{question}", None, "session")


def recipe_key(name: str) -> str:
    """Key, and name in the URL, of the widget for one setting of the recipe."""
    return "unshuffled" if name == "shuffle" else name


def recipe_setting(name: str, default: T) -> Setting[T]:
    """One setting of the recipe; default: the preset's value."""
    return Setting(recipe_key(name), default)


def temperature_of(network_key: str, own: float) -> Setting[float]:
    """The temperature under which a network is looked at; own: the one that came with it."""
    return Setting(f"temperature_of_{network_key}", own, "session")


def fold_of(part: str) -> Setting[bool]:
    """Whether a part of the page is open; FOLDS_OPEN keeps it while another page is there."""
    return Setting(f"open_{part}", False, "page")


def group_page(group: str) -> Setting[int]:
    """The page of one of the galleries of two networks."""
    return Setting(f"page_of_{group}", 1, "session")


INTENT = Setting("intent", "", "session")
NETWORKS_KEPT = Setting("networks_kept", 0, "session")
UPLOAD_ROUND = Setting("upload_round", 0, "session")
# What the lessons inside the network look at

DRAWN, TEST, OWN = "My drawing", "Test digit", "Drawn by the program"
LESSON_SOURCE = Setting("digit_from", DRAWN)
LESSON_OWN_DIGIT = Setting("own_digit", 5)
ASKED_SOURCE = Setting("asked_source", "My drawing", "page")
ASKED_TEST_DIGIT = Setting("asked_test_digit", 0, "page")
ASKED_OWN_DIGIT = Setting("asked_own_digit", 5, "page")
# Batches

BATCH_POINTS = Setting("batch_points", 8)
BATCH_RATE = Setting("batch_rate", 0.2)
BATCH_BY = Setting("batch_by", "Points seen")
BATCH_PLACE = Setting("batch_start", "")
NOISE_OF = Setting("noise_of", "The line")
# Optimisers

RACE_SURFACE = Setting("surface", "valley")
RACE_RATE = Setting("race_rate", 0.03)
RACE_KAPPA = Setting("kappa", VALLEY_KAPPA)
RACE_BETA = Setting("race_beta", BETA)
RACE_START = Setting("race_start", "")
RACING_DOWN = Setting("race", "sgd momentum rmsprop adam")
# Loss landscape

SLICE = Setting("slice", "path")
# Computation graph

EXPRESSION = Setting("expression", "u*v + u**2")
LEAVES = Setting("leaves", "u = 2, v = -3")
BACKWARD_CALLS = Setting("backward_calls", 2, "session")
# Backwards through your digit

RIGHT_ANSWER = Setting("right_answer", -2)
BACK_LAYER = Setting("back_layer", 0)
BACK_UNIT = Setting("back_unit", 5)
LASTING_NETWORK = Setting("lasting_network", DEFAULT_MODEL, "session")
# Row by row

GRU_ROW = Setting("gru_row", 10)
GRU_UNIT = Setting("gru_unit", 7)
# Convolution

KERNEL = Setting("kernel", "Edges")
KERNEL_OF = Setting("kernel_of", "deep_cnn_pen")
KERNEL_NUMBER = Setting("kernel_number", 1)
KERNEL_SIZE = Setting("kernel_size", 3)
KERNEL_PADDING = Setting("kernel_padding", 1)
KERNEL_SAME = Setting("kernel_same", False)
KERNEL_STRIDE = Setting("kernel_stride", 1)
KERNEL_DILATION = Setting("kernel_dilation", 1)
KERNEL_STANDARDISED = Setting("kernel_standardised", True, "session")
KERNEL_EDITED: Setting[Kernel | None] = Setting("kernel_edited", None, "session")
KERNEL_PROBLEM = Setting("kernel_problem", "", "session")
WINDOW = Setting("kernel_window", 294, "page")
WINDOW_MOVES = Setting("kernel_window_moves", False, "session")
CHANNELS_IN = Setting("channels_in", 3)
CHANNELS_OUT = Setting("channels_out", 4)
CHANNEL_BIAS = Setting("channel_bias", 0.0)
SUM_FLOATS: Setting[FloatName] = Setting("sum_floats", "float32")
CHANNEL_CELL = Setting("channel_cell", 294, "session")
STAMP_STRIDE = Setting("stamp_stride", 2)
STAMP_PADDING = Setting("stamp_padding", 1)
STAMP_DILATION = Setting("stamp_dilation", 1)
STAMP_OUTPUT_PADDING = Setting("stamp_output_padding", 0)
STAMP_CELL = Setting("stamp_cell", 23, "session")
# Tensors

TENSOR_OPERATION = Setting("operation", "every_other")
TENSOR_FIRST: Setting[tuple[int, ...]] = Setting("first_shape", (64, 10))
TENSOR_SECOND: Setting[tuple[int, ...]] = Setting("second_shape", (10,))
TENSOR_CLASS = Setting("weights_of", 3)
TENSOR_ALONG: Setting[Along] = Setting("along", "sum")
TENSOR_DIMENSION = Setting("dimension", 0)
# A line

Points = tuple[tuple[float, ...], ...]
LINE_POINTS: Setting[Points] = Setting(
    "points", ((0.4, 1.1), (1.0, 0.9), (1.6, 2.2), (2.3, 1.7), (3.0, 3.1), (3.6, 2.7))
)
LINE_START: Setting[Points] = Setting("start", ((-1.0, 4.0),))
LINE_RATE = Setting("line_rate", 0.05)
LINE_STEPS = Setting("line_steps", 12)
# Yes or no

YES_POINTS: Setting[Points] = Setting(
    "kinds",
    (
        (1.0, 1.5, 1), (2.0, 0.5, 1), (2.5, 2.5, 1), (0.5, 3.0, 1), (3.0, 1.0, 1), (1.5, -0.5, 1),
        (-1.0, -0.5, 0), (-2.0, 1.0, 0), (-0.5, -2.0, 0), (-2.5, -1.5, 0), (-1.5, 2.0, 0),
        (0.5, -3.0, 0),
    ),
)  # fmt: skip
YES_INPUTS: Setting[Literal[1, 2]] = Setting("inputs", 2)
YES_LOSS = Setting("yes_loss", "cross_entropy")
YES_STEPS = Setting("yes_steps", 3)
YES_DIGIT = Setting("yes_digit", 0)
# Bending a curve

BEND_POINTS: Setting[Points] = Setting(
    "curve",
    (
        (-3.0, 1.4), (-2.5, 1.1), (-2.0, 0.1), (-1.5, -1.0), (-1.0, -1.4), (-0.5, -1.1),
        (0.0, -0.1), (0.5, 1.0), (1.0, 1.4), (1.5, 1.0), (2.0, 0.0), (2.5, -1.0), (3.0, -1.4),
    ),
)  # fmt: skip
BEND_UNITS = Setting("units", 4)
BEND_ACTIVATION = Setting("bend", "relu")
BEND_STEPS = Setting("bend_steps", 200)
# Pooling

POOL_KERNEL = Setting("pool_kernel", 2)
POOL_STRIDE = Setting("pool_stride", 2)
POOL_DILATION = Setting("pool_dilation", 1)
POOL_PADDING = Setting("pool_padding", 0)
POOL_CEIL = Setting("pool_ceil", False)
POOL_COUNTS_PADDING = Setting("pool_counts_padding", True)
POOL_POSITION = Setting("pool_position", 64, "page")
POOL_PLAYING = Setting("pool_playing", False, "session")
SHIFT_RIGHT = Setting("shift_right", 1)
SHIFT_DOWN = Setting("shift_down", 0)
SHIFT_CHANNEL = Setting("shift_channel", 25, "session")
SHIFT_KERNEL = Setting("shift_kernel", 2, "session")
# Dropout

DROPPED_SEED = Setting("dropped_seed", 0, "session")
MAPS_SEED = Setting("maps_seed", 0, "session")
MODES_SEED = Setting("modes_seed", 0, "session")
MEAN_SEED = Setting("mean_seed", 0, "session")
MAPS_NETWORK = Setting("maps_of", "convnet")
MAPS_RATE = Setting("maps_rate", 0.5)
MODES_RATE = Setting("modes_rate", 0.5)
MEAN_RATE = Setting("mean_rate", 0.5)
MEAN_OVER = Setting("mean_over", 10)
SPREAD_NETWORK = Setting("spread_of", "convnet")
SPREAD_AS_TRAINED = Setting("spread_as_trained", True)
SPREAD_RATE = Setting("spread_rate", 0.5)
SPREAD_SEED = Setting("spread_seed", 0, "session")
ALL_IN_TRAINING = Setting("all_in_training", False, "session")
# Batch normalisation

NORM_LAYER = Setting("norm_layer", 1)
NORM_CHANNEL = Setting("norm_channel", 27, "session")
NORM_BATCH = Setting("norm_batch", 32)
NORM_MODE = Setting("norm_mode", "train")
NORM_GAMMA = Setting("norm_gamma", 1.0, "session")
NORM_BETA = Setting("norm_beta", 0.0, "session")
NORM_BIAS = Setting("norm_bias", 2.0, "session")
NORM_MOMENTUM = Setting("norm_momentum", 0.1, "session")
# Activation functions

CURVE_OF = Setting("curve_of", "sigmoid")
CURVE_AT = Setting("curve_at", 1.0)
LEAK = Setting("leak", 0.01)
ELU_ALPHA = Setting("elu_alpha", 1.0)
FIRST_SLOPE = Setting("first_slope", -0.5)
FIRST_HEIGHT = Setting("first_height", 0.0)
SECOND_SLOPE = Setting("second_slope", 1.0)
SECOND_HEIGHT = Setting("second_height", 0.0)
SOFTMAX_OF = Setting("softmax_of", "convnet")
SOFTMAX_TEMPERATURE = Setting("softmax_temperature", 4.0)
SOFTMAX_SHIFT = Setting("softmax_shift", 0)
# Deep stacks

STACK_DEPTH = Setting("stack_depth", 20)
STACK_WIDTH = Setting("stack_width", 100)
STACK_ACTIVATION = Setting("stack_activation", "sigmoid")
STACK_START = Setting("stack_start", "default")
STACK_SEED = Setting("stack_seed", 0, "session")
PAIR = Setting("complex_pair", False)
FIRST_EIGENVALUE = Setting("first_eigenvalue", 1.1)
SECOND_EIGENVALUE = Setting("second_eigenvalue", 0.7)
EIGEN_ANGLE = Setting("eigen_angle", 60)
PAIR_SIZE = Setting("pair_size", 0.95)
PAIR_ANGLE = Setting("pair_angle", 20)
EIGEN_TIMES = Setting("eigen_times", 3)
SPECTRUM_START = Setting("spectrum_start", "xavier")
SPECTRUM_TIMES = Setting("spectrum_times", 5)
EQUAL_STEP = Setting("equal_step", 100, "page")
EQUAL_PLAYING = Setting("equal_playing", False, "session")
# Through the network

TRACED = Setting("traced", DEFAULT_MODEL)
MAP_SIZE: Setting[MapSize] = Setting("maps", "strongest")
UNIT_LAYER = Setting("unit_layer", "")
UNIT_CHANNEL = Setting("unit_channel", 4)
UNIT_ROW = Setting("unit_row", 9)
UNIT_COLUMN = Setting("unit_column", 13)
INPUT_RANK = Setting("input_rank", 1, "session")
UNIT_OPEN = Setting("unit_open", False, "session")
# First-layer weights

AT_THE_END = 1000
TEMPLATE_MOMENT = Setting("template_moment", AT_THE_END, "page")
TEMPLATES_PLAY = Setting("templates_play", False, "session")
TEMPLATES_ONE_SCALE = Setting("templates_one_scale", True)
UNIT_MOMENT = Setting("unit_moment", AT_THE_END, "page")
UNITS_PLAY = Setting("units_play", False, "session")
UNITS_BY = Setting("units_by", "use for this digit")
UNITS_PAGE = Setting("units_page", 1, "page")
KERNELS_OF = Setting("kernels_of", "convnet")
KERNEL_MOMENT = Setting("kernel_moment", AT_THE_END, "page")
KERNELS_PLAY = Setting("kernels_play", False, "session")
COLUMNS_OF = Setting("columns_of", "", "page")
COLUMNS_PAGE = Setting("columns_page", 1, "page")
# Why this answer

TURNED_DEG = Setting("turned", 0)
RIGHT_PX = Setting("right", 0)
DOWN_PX = Setting("down", 0)
THICKER_PX = Setting("thicker", 0.0)
NOISE_SD = Setting("noisy", 0.0)
EPSILON = Setting("epsilon", 0.0)
ATTACK_MANY = Setting("attack_many", False)
EXPLAINED = Setting("why", "its answer")
GRADIENT_SHOWN = Setting("gradient", "signed")
WINDOW_PX = Setting("window", 5)
WINDOW_STEP_PX = Setting("window_step", 3)

# Class

ROOM = Setting("room", "")
WALL_NETWORK = Setting("wall_network", "deep_cnn", "session")
WALL_PAUSED = Setting("wall_paused", False, "session")
MNIST_SHARE = Setting("mnist_share", round(100 * USUAL_MNIST_SHARE), "session")

# Compare networks

FIRST_COMPARED = Setting("first", DEFAULT_MODEL)
SECOND_COMPARED = Setting("second", "softmax_regression")


def cam_layer_of(network_key: str, default: T) -> Setting[T]:
    """Grad-CAM's layer: each network has its own layers."""
    return Setting(f"cam_layer_of_{network_key}", default, "session")


# Map of digits

MAP_OF = Setting("map_of", "2 numbers")
LATENT = Setting("z", "")
LATENT_SEED = Setting("z_seed", 0, "session")


@dataclass(frozen=True)
class WayEnd:
    """One end of a way between two digits: of which kind, and which of that kind."""

    kind: Setting[str]
    test_digit: Setting[int]
    sample_seed: Setting[int]
    mean_of: Setting[int]

    @property
    def settings(self) -> tuple[Setting[Any], ...]:
        """All of them."""
        return self.kind, self.test_digit, self.sample_seed, self.mean_of


def _way_end(name: str, kind: str, test_digit: int, seed: int, mean_of: int) -> WayEnd:
    return WayEnd(
        Setting(f"way_{name}", kind),
        Setting(f"way_{name}_test", test_digit),
        Setting(f"way_{name}_seed", seed),
        Setting(f"way_{name}_mean", mean_of),
    )


CODE_SEED = Setting("code_seed", 0, "session")
WAY_FROM = _way_end("from", "The digit above", 0, 1, 3)
WAY_TO = _way_end("to", "Mean of a digit", 1, 2, 0)
WAY_KIND = Setting("way", "linear")
WAY_STEPS = Setting("way_steps", 10)
# Make digits

AS_READ = "as read"
TAKEN_CLASS = Setting("minus", AS_READ)
GIVEN_CLASS = Setting("plus", 8)
STYLE_OF = Setting("style_of", AS_READ)
PRIOR_SEED = Setting("prior_seed", 0)
ASKED_DIGIT = Setting("asked_digit", 3)
ASKED_COUNT = Setting("asked_count", 20)
ASKED_TEMPERATURE = Setting("asked_temperature", 1.0)
ASKED_SEED = Setting("asked_seed", 0)
# How an autoencoder learns

DRAW_SEED = Setting("draw_seed", 0, "session")
NOISE_DIMENSION = Setting("noise_dimension", 5)
NOISE = Setting("noise", 1.0)
