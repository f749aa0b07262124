import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from torch import Tensor, nn
from torch.testing import assert_close

from mnist_core.errors import PictureUnusable
from mnist_core.layers.activations import softmax
from mnist_core.models.registry import READERS
from mnist_core.pictures.own_digits import DIGITS, on_canvas
from mnist_core.pictures.preprocessing import Problem, canvas_to_mnist
from mnist_core.reading import (
    CLEAR_LEAD,
    PlainReader,
    Reading,
    Verdict,
    load_reader,
    prepare,
    read_digit,
)
from tests.digits import SCRIBBLE

ROOT = Path(__file__).resolve().parents[2]
DOT = [[(50.0, 50.0), (50.5, 50.5)]]

every_digit = pytest.mark.parametrize("digit", DIGITS)


def inverted(rgba: np.ndarray) -> np.ndarray:
    return np.dstack([255 - rgba[..., :3], rgba[..., 3]])


def as_mnist(digit: int) -> np.ndarray:
    """Our own drawing as MNIST would have it: uint8 (28, 28)."""
    image_01 = canvas_to_mnist(on_canvas(DIGITS[digit])).image[0, 0]
    return (image_01 * 255).round().to(torch.uint8).numpy()


def assert_is_a_distribution(probabilities: np.ndarray) -> None:
    assert probabilities.shape == (10,)
    assert probabilities.dtype == np.float64
    assert (probabilities >= 0).all()
    assert_close(float(probabilities.sum()), 1.0, rtol=0, atol=1e-12)


# What it reads


@every_digit
def test_a_white_digit_on_black_is_read(digit: int) -> None:
    reading = read_digit(on_canvas(DIGITS[digit]))
    assert reading.digit == digit
    assert reading.verdict is Verdict.READ
    assert reading.best_guesses[0] == digit
    assert reading.preprocessed.problem is None
    assert_is_a_distribution(reading.probabilities)


@every_digit
def test_a_black_digit_on_white_is_read(digit: int) -> None:
    assert read_digit(inverted(on_canvas(DIGITS[digit]))).digit == digit


def on_transparency(rgba: np.ndarray) -> np.ndarray:
    return np.dstack([rgba[..., :3], rgba[..., 0]])


def cmyk(rgba: np.ndarray) -> Image.Image:
    return Image.fromarray(inverted(rgba)).convert("RGB").convert("CMYK")


FORMS = {
    "RGBA": lambda rgba: rgba,
    "RGB": lambda rgba: rgba[..., :3],
    "grey": lambda rgba: rgba[..., 0],
    "a view that is not contiguous": lambda rgba: np.asfortranarray(rgba[..., 0]),
    "bool": lambda rgba: rgba[..., 0] > 127,
    "float64 in [0, 1]": lambda rgba: rgba / 255,
    "float32 grey in [0, 1]": lambda rgba: (rgba[..., 0] / 255).astype(np.float32),
    "float16 in [0, 1]": lambda rgba: (rgba / 255).astype(np.float16),
    "a tensor of bytes": torch.from_numpy,
    "a tensor of floats": lambda rgba: torch.from_numpy(rgba[..., 0] / 255),
    "ink on transparency": on_transparency,
    "PIL RGBA": Image.fromarray,
    "PIL RGB": lambda rgba: Image.fromarray(rgba).convert("RGB"),
    "PIL grey": lambda rgba: Image.fromarray(rgba[..., 0]),
    "PIL black and white": lambda rgba: Image.fromarray(rgba[..., 0]).convert("1"),
    "PIL palette": lambda rgba: Image.fromarray(inverted(rgba)).convert("RGB").quantize(8),
    "PIL grey with opacity": lambda rgba: Image.fromarray(rgba).convert("LA"),
    "PIL CMYK": cmyk,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_drawing_is_read_in_every_form(form: str) -> None:
    rgba = on_canvas(DIGITS[4])
    reading, expected = read_digit(FORMS[form](rgba)), read_digit(rgba)
    assert reading.digit == 4
    assert (reading.image - expected.image).abs().mean() < 0.02


def test_a_grey_28x28_picture_is_shown_to_the_network_as_it_is() -> None:
    picture = as_mnist(3)
    reading = read_digit(picture)
    assert reading.digit == 3
    assert reading.preprocessed.stages == ()
    assert reading.image.shape == (1, 1, 28, 28)
    assert_close(reading.image[0, 0], torch.from_numpy(picture) / 255, rtol=0, atol=0)


def test_a_coloured_28x28_picture_is_preprocessed_like_any_other() -> None:
    small = np.full((28, 28, 3), 255, np.uint8)
    small[6:14, 10:12] = 0
    reading = read_digit(small)
    assert reading.preprocessed.stages
    assert_close(reading.image, canvas_to_mnist(small).image, rtol=0, atol=0)


def test_the_picture_that_the_network_was_shown_lies_in_0_to_1() -> None:
    image = read_digit(on_canvas(DIGITS[8])).image
    assert image.dtype == torch.float32
    assert image.min() == 0
    assert 0.9 < image.max() <= 1


# What it does not read


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((280, 280, 4), np.uint8),
        np.full((280, 280, 4), 255, np.uint8),
        np.full((50, 90), 77, np.uint8),
        np.zeros((28, 28), np.uint8),
        np.zeros((60, 60)),
        np.zeros((60, 60), bool),
    ],
    ids=["transparent", "white", "grey", "empty MNIST picture", "float", "bool"],
)
def test_where_there_is_no_ink_there_is_nothing_to_read(picture: np.ndarray) -> None:
    reading = read_digit(picture)
    assert reading.verdict is Verdict.NOTHING
    assert reading.digit is None
    assert reading.digit_score == 0
    assert reading.probabilities.tolist() == [0.1] * 10
    assert reading.image.shape == (1, 1, 28, 28)
    assert not reading.image.any()


@pytest.mark.parametrize("strokes", [DOT, SCRIBBLE], ids=["dot", "scribble"])
def test_what_is_no_digit_is_not_called_one(strokes: list) -> None:
    reading = read_digit(on_canvas(strokes))
    assert reading.verdict is Verdict.NOT_SURE
    assert reading.digit is None
    assert_is_a_distribution(reading.probabilities)
    assert reading.image.any()


def test_a_dot_is_refused_however_much_it_looks_like_a_digit() -> None:
    reader = load_reader()
    digit = canvas_to_mnist(on_canvas(DIGITS[1]))
    assert reader.read_prepared(digit).digit == 1
    refused = reader.read_prepared(replace(digit, problem=Problem.DOT))
    assert refused.verdict is Verdict.NOT_SURE
    assert refused.digit is None
    assert refused.best_guesses[0] == 1


def test_the_threshold_of_the_card_decides_what_is_refused() -> None:
    threshold = load_reader().trained.card.refusal["threshold"]
    drawings = [*DIGITS.values(), SCRIBBLE]
    readings = [read_digit(on_canvas(strokes)) for strokes in drawings]
    assert [r.digit is None for r in readings] == [r.digit_score < threshold for r in readings]
    assert [r.digit is None for r in readings] == [False] * 10 + [True]


@given(arrays(np.uint8, (20, 20)), st.sampled_from(sorted(READERS)))
def test_whatever_the_picture_the_reading_is_complete(picture: np.ndarray, model: str) -> None:
    reading = read_digit(picture, model)
    assert_is_a_distribution(reading.probabilities)
    assert 0 <= reading.digit_score <= 1
    assert sorted(reading.best_guesses) == list(range(10))
    assert (reading.digit is not None) == (reading.verdict is Verdict.READ)
    if reading.verdict is Verdict.READ:
        assert reading.digit == reading.best_guesses[0] == int(reading.probabilities.argmax())


@pytest.mark.parametrize(
    ("first", "second", "outstanding"), [(0.8, 0.2, 3), (0.7, 0.3, None), (0.6, 0.05, 3)]
)
def test_a_guess_stands_out_by_its_lead_over_the_second(
    first: float, second: float, outstanding: int | None
) -> None:
    probabilities = np.full(10, (1 - first - second) / 8)
    probabilities[[3, 5]] = first, second
    reading = replace(read_digit(on_canvas(SCRIBBLE)), probabilities=probabilities)
    assert reading.margin == pytest.approx(first - second)
    assert (reading.margin >= CLEAR_LEAD) == (outstanding is not None)
    assert reading.clear_guess == outstanding


def test_best_guesses_are_ordered_by_probability_and_ties_by_digit() -> None:
    weights = np.array([1, 5, 1, 2, 9, 2, 0, 5, 3, 4])
    prepared = prepare(np.zeros((28, 28), np.uint8))
    reading = Reading(4, weights / weights.sum(), Verdict.READ, 1.0, prepared)
    assert reading.best_guesses == [4, 1, 7, 9, 8, 3, 5, 0, 2, 6]


# What is no picture


@pytest.mark.parametrize(
    "wrong",
    [
        "seven.png",
        b"\x89PNG",
        None,
        7,
        {"digit": 7},
        [[0, 1], [0]],
        np.array([["0", "1"], ["1", "0"]]),
        np.full((40, 40), np.nan),
        np.full((40, 40), np.inf),
        np.full((40, 40), 255.0),
        np.full((40, 40), -0.1),
        np.full((40, 40), 128, np.int64),
        np.full((40, 40), 1j),
        np.zeros((0, 40), np.uint8),
        np.zeros((0, 0)),
        np.zeros((40, 40, 5), np.uint8),
        np.zeros((40, 40, 2), bool),
        np.zeros(784, np.uint8),
        np.zeros((1, 1, 28, 28), np.uint8),
        torch.zeros(40, 40, requires_grad=True),
        torch.zeros(40, 40, dtype=torch.bfloat16),
    ],
    ids=lambda wrong: (
        f"{type(wrong).__name__} {getattr(wrong, 'dtype', '')}{tuple(getattr(wrong, 'shape', ()))}"
    ),
)
def test_what_is_no_picture_is_refused_with_a_sentence(wrong: object) -> None:
    with pytest.raises(PictureUnusable) as refusal:
        read_digit(wrong)
    sentence = str(refusal.value)
    assert "picture" in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) > 40


def test_a_damaged_pil_image_is_refused_with_a_sentence(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    Image.fromarray(on_canvas(DIGITS[2])).save(whole)
    cut = tmp_path / "cut.png"
    cut.write_bytes(whole.read_bytes()[:900])
    with Image.open(cut) as image, pytest.raises(PictureUnusable, match="damaged"):
        read_digit(image)


@pytest.mark.parametrize("key", ["resnet", "", "../weights/deep_cnn"])
def test_an_unknown_model_is_refused_with_the_keys_that_there_are(key: str) -> None:
    with pytest.raises(KeyError) as refusal:
        read_digit(on_canvas(DIGITS[2]), key)
    assert all(known in str(refusal.value) for known in READERS)


# One network for everybody


@pytest.mark.parametrize("key", READERS)
def test_a_reading_does_not_depend_on_the_readings_before(key: str) -> None:
    seven, others = on_canvas(DIGITS[7]), [DIGITS[0], SCRIBBLE, DOT]
    first = read_digit(seven, key)
    for strokes in others:
        read_digit(on_canvas(strokes), key)
    second = read_digit(seven, key)
    assert first.probabilities.tolist() == second.probabilities.tolist()
    assert first.digit_score == second.digit_score
    assert torch.equal(first.image, second.image)


@pytest.mark.parametrize("key", READERS)
def test_a_reading_is_the_same_as_one_of_a_batch(key: str) -> None:
    readings = [read_digit(on_canvas(strokes), key) for strokes in [*DIGITS.values(), SCRIBBLE]]
    batch = load_reader(key).probabilities(torch.cat([r.image for r in readings]))
    assert batch.shape == (11, 10)
    assert_close(batch, np.stack([r.probabilities for r in readings]), rtol=0, atol=1e-5)


def test_the_probabilities_are_the_softmax_of_the_logits_over_the_cards_temperature() -> None:
    trained = load_reader().trained
    reading = read_digit(on_canvas(SCRIBBLE))
    with torch.no_grad():
        scaled = trained.model(reading.image).double() / trained.card.temperature
    assert trained.card.temperature != 1
    assert_close(reading.probabilities, scaled.softmax(dim=1)[0].numpy(), rtol=0, atol=1e-6)


def test_reading_leaves_the_picture_as_it_is() -> None:
    for picture in (on_canvas(DIGITS[5]), as_mnist(5), on_canvas(DIGITS[5]) / 255):
        before = picture.copy()
        assert read_digit(picture).digit == 5
        assert np.array_equal(picture, before)


@pytest.mark.parametrize("key", READERS)
def test_the_shared_network_is_frozen_and_reading_leaves_it_as_it_is(key: str) -> None:
    reader = load_reader(key)
    modules = (reader.trained.model, reader.trained.refusal)
    before = [{k: v.clone() for k, v in module.state_dict().items()} for module in modules]
    for strokes in DIGITS.values():
        read_digit(on_canvas(strokes), key)
    for module, values in zip(modules, before, strict=True):
        assert not any(part.training for part in module.modules())
        assert not any(p.requires_grad or p.grad is not None for p in module.parameters())
        assert_close(dict(module.state_dict()), values, rtol=0, atol=0)
        assert not any(part._forward_hooks for part in module.modules())


def test_all_callers_share_one_reader() -> None:
    assert load_reader("deep_cnn") is load_reader("deep_cnn")


LOADED_ON_FIRST_USE = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import mnist_core
assert "torch" not in sys.modules
import mnist_core.data.mnist, mnist_core.models.registry, mnist_core.models.resnet18_transfer
from mnist_core import read_digit
from mnist_core.reading import load_reader
import numpy as np
assert load_reader.cache_info().currsize == 0
read_digit(np.eye(40))
assert load_reader.cache_info().misses == 1
read_digit(np.eye(50))
assert load_reader.cache_info().misses == 1
assert not {name.split(".")[0] for name in sys.modules} & {"streamlit", "plotly", "torchvision"}
assert len(opened) > 10
assert not any("ubyte" in name for name in opened)
print("as promised")
"""


def test_torch_networks_data_and_torchvision_are_loaded_on_first_use_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_ON_FIRST_USE],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "as promised\n"


def test_the_package_has_no_other_front_doors() -> None:
    import mnist_core

    assert set(mnist_core.__all__) == {
        "Number", "Reading", "Recipe", "Run", "Verdict", "digits_from_paths", "generate_digits",
        "generate_sets", "load_mnist", "read_digit", "read_number",
    }  # fmt: skip
    for name in mnist_core.__all__:
        assert getattr(mnist_core, name).__name__ == name
    with pytest.raises(AttributeError, match="read_letter"):
        _ = mnist_core.read_letter


# Softmax

logits_of_any_size = arrays(np.float64, (3, 10), elements=st.floats(-300, 300))


@given(logits_of_any_size)
def test_at_temperature_1_softmax_is_torchs(logits: np.ndarray) -> None:
    z = torch.from_numpy(logits)
    assert_close(softmax(z, 1.0), torch.softmax(z, dim=-1))


@given(logits_of_any_size, st.floats(0.05, 20))
def test_a_temperature_divides_the_logits(logits: np.ndarray, temperature: float) -> None:
    z = torch.from_numpy(logits)
    assert_close(softmax(z, temperature), torch.softmax(z / temperature, dim=-1))


@given(logits_of_any_size, st.floats(-1e3, 1e3), st.floats(0.1, 10))
def test_adding_a_constant_to_all_logits_changes_nothing(
    logits: np.ndarray, shift: float, temperature: float
) -> None:
    z = torch.from_numpy(logits)
    assert_close(softmax(z + shift, temperature), softmax(z, temperature), rtol=1e-9, atol=1e-12)


@given(logits_of_any_size, st.floats(0.1, 10), st.floats(1.1, 10))
def test_a_higher_temperature_flattens(
    logits: np.ndarray, temperature: float, factor: float
) -> None:
    z = torch.from_numpy(logits)
    sharp, flat = softmax(z, temperature), softmax(z, temperature * factor)
    assert (flat.amax(dim=-1) <= sharp.amax(dim=-1) + 1e-12).all()
    assert_close(softmax(z, 1e9), torch.full_like(z, 0.1), rtol=0, atol=1e-6)


@given(
    arrays(np.float64, 10, elements=st.floats(allow_nan=False, allow_infinity=False)),
    st.floats(0.01, 100),
)
def test_no_finite_logits_overflow(logits: np.ndarray, temperature: float) -> None:
    z = torch.from_numpy(logits)
    probabilities = softmax(z, temperature)
    assert_close(probabilities.sum().item(), 1.0)
    assert math.isclose(probabilities.max().item(), probabilities[z.argmax()].item())


def test_a_network_that_computes_no_numbers_for_a_picture_has_no_answer() -> None:
    reader = PlainReader(OnlyLight())
    light, dark = (np.full((28, 28), ink, np.uint8) for ink in (10, 250))
    assert reader.read(light).verdict is Verdict.READ
    found = reader.read(dark)
    assert found.verdict is Verdict.NO_NUMBERS
    assert found.digit is None
    assert np.isfinite(found.probabilities).all()
    assert not found.is_answer


class OnlyLight(nn.Module):
    """Infinite where there is much ink."""

    def forward(self, images_01: Tensor) -> Tensor:
        return (100 * images_01.mean(dim=(1, 2))[:, :10]).exp()
