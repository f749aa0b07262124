import hashlib
import json
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save as save_safetensors
from torch import nn
from torch.testing import assert_close

from mnist_core.data.mnist import Digits, data_checksum
from mnist_core.data.origin import MNIST_ORIGIN, MNIST_TRAINING_SHA256, origin_of
from mnist_core.errors import WeightsUnusable
from mnist_core.files import MAX_FILE_BYTES
from mnist_core.models.deep_cnn import DeepCNN
from mnist_core.models.refusal import Refusal
from mnist_core.models.registry import AUTOENCODERS, MODELS, READERS, build_model
from mnist_core.weights import (
    WEIGHTS_DIR,
    Card,
    Described,
    load_autoencoder,
    load_autoencoder_card,
    load_card,
    load_trained,
    save_trained,
)

KEY = "deep_cnn"
FIGURES: dict[str, Any] = {
    "key": KEY,
    "command": "python -m mnist_core.train deep_cnn",
    "seed": 0,
    "epochs": 1,
    "recipe": {"epochs": 1, "seed": 0},
    "epoch": 1,
    "data": {"mnist": "0" * 64},
    "parameter_count": 965_610,
    "held_out_accuracy": 0.9,
    "mnist_test_accuracy": 0.9,
    "judge": {"letters": {"count": 3, "accuracy": None, "refused": 1.0}},
    "temperature": 1.25,
    "refusal": {"threshold": 0.5, "refused_share": 0.008},
    "training_s": 1.5,
    "machine": "this one",
}


@pytest.fixture(scope="module")
def models() -> tuple[DeepCNN, Refusal]:
    torch.manual_seed(5)
    return DeepCNN(0.13, 0.31), Refusal()


@pytest.fixture
def folder(tmp_path: Path, models: tuple[DeepCNN, Refusal]) -> Path:
    """A good file and a good card."""
    save_trained(*models, FIGURES, tmp_path)
    return tmp_path


def weights_file(folder: Path) -> Path:
    return folder / f"{KEY}.safetensors"


def card_file(folder: Path) -> Path:
    return folder / f"{KEY}.json"


def change_card(folder: Path, **values: Any) -> None:
    content = json.loads(card_file(folder).read_text())
    card_file(folder).write_text(json.dumps(content | values))


def write_with_checksum(folder: Path, data: bytes) -> None:
    """Bytes that the card vouches for."""
    weights_file(folder).write_bytes(data)
    change_card(folder, file_sha256=hashlib.sha256(data).hexdigest())


def all_tensors(model: nn.Module, refusal: nn.Module) -> dict[str, torch.Tensor]:
    tensors = dict(model.state_dict())
    tensors |= {f"refusal.{name}": value for name, value in refusal.state_dict().items()}
    return tensors


def assert_refused(folder: Path, name: str) -> str:
    """Loading raises WeightsUnusable with a sentence that names the file; returns the sentence."""
    with pytest.raises(WeightsUnusable) as refusal:
        load_trained(KEY, folder)
    sentence = str(refusal.value)
    assert name in sentence
    assert sentence.endswith((".", ")."))
    assert len(sentence.split()) >= 6
    return sentence


# There and back


def test_what_is_saved_is_loaded_again(tmp_path: Path, models: tuple[DeepCNN, Refusal]) -> None:
    model, refusal = models
    card = save_trained(model, refusal, FIGURES, tmp_path / "new" / "folder")
    trained = load_trained(KEY, tmp_path / "new" / "folder")
    assert trained.card == card
    assert trained.card.temperature == 1.25
    assert_close(dict(trained.model.state_dict()), dict(model.state_dict()), rtol=0, atol=0)
    assert_close(dict(trained.refusal.state_dict()), dict(refusal.state_dict()), rtol=0, atol=0)
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == [f"{KEY}.json", f"{KEY}.safetensors"]


def test_the_checksum_in_the_card_is_that_of_the_file(folder: Path) -> None:
    content = json.loads(card_file(folder).read_text())
    assert content["file_sha256"] == hashlib.sha256(weights_file(folder).read_bytes()).hexdigest()
    assert {k: v for k, v in content.items() if k != "file_sha256"} == FIGURES


def test_a_loaded_network_is_frozen_and_loaded_once(folder: Path) -> None:
    trained = load_trained(KEY, folder)
    assert load_trained(KEY, folder) is trained
    for module in (trained.model, trained.refusal):
        assert not any(part.training for part in module.modules())
        assert not any(parameter.requires_grad for parameter in module.parameters())


@pytest.mark.parametrize(("load", "key"), [(load_trained, KEY), (load_autoencoder, "vae")])
def test_a_first_call_in_inference_mode_leaves_weights_that_gradients_reach(
    load: Any, key: str
) -> None:
    with torch.inference_mode():
        model = load.__wrapped__(key).model
    assert not any(weight.is_inference() for weight in model.parameters())


def test_a_card_with_figures_that_are_no_numbers_is_not_written(
    folder: Path, models: tuple[DeepCNN, Refusal]
) -> None:
    before = (weights_file(folder).read_bytes(), card_file(folder).read_bytes())
    with pytest.raises(ValueError, match="JSON"):
        save_trained(*models, FIGURES | {"mnist_test_accuracy": float("nan")}, folder)
    assert (weights_file(folder).read_bytes(), card_file(folder).read_bytes()) == before


# What is refused


def test_an_unknown_key_is_refused_with_the_keys_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(KeyError) as refusal:
        load_trained("resnet", tmp_path)
    assert all(key in str(refusal.value) for key in MODELS)


def test_a_missing_weight_file_is_named(folder: Path) -> None:
    weights_file(folder).unlink()
    assert "missing" in assert_refused(folder, "deep_cnn.safetensors")


def test_a_missing_card_is_named(folder: Path) -> None:
    card_file(folder).unlink()
    assert "missing" in assert_refused(folder, "deep_cnn.json")


def test_a_folder_in_the_place_of_the_file_is_named(folder: Path) -> None:
    weights_file(folder).unlink()
    weights_file(folder).mkdir()
    assert_refused(folder, "deep_cnn.safetensors")


def test_a_mended_file_is_loaded_after_a_refusal(folder: Path) -> None:
    data = weights_file(folder).read_bytes()
    weights_file(folder).write_bytes(data[:-1])
    assert_refused(folder, "deep_cnn.safetensors")
    weights_file(folder).write_bytes(data)
    assert load_trained(KEY, folder).card.key == KEY


def flip_one_bit(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-1000], lambda data: b"", flip_one_bit, lambda data: data + b"\0"],
    ids=["truncated", "empty", "one bit flipped", "longer"],
)
def test_a_file_that_the_card_does_not_vouch_for_is_refused(
    folder: Path, spoil: Callable[[bytes], bytes]
) -> None:
    weights_file(folder).write_bytes(spoil(weights_file(folder).read_bytes()))
    assert "altered" in assert_refused(folder, "deep_cnn.safetensors")


def test_a_card_with_another_checksum_refuses_the_file(folder: Path) -> None:
    change_card(folder, file_sha256="0" * 64)
    assert "altered" in assert_refused(folder, "deep_cnn.safetensors")


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"weights", b"[]", b"3", b"null", b"\xff\xfe\xfa", b"[" * 200_000],
    ids=["empty", "cut", "no JSON", "list", "number", "null", "no text", "endless nesting"],
)
def test_a_card_that_is_no_card_is_refused(folder: Path, text: bytes) -> None:
    card_file(folder).write_bytes(text)
    assert_refused(folder, "deep_cnn.json")


@pytest.mark.parametrize("field", sorted([*FIGURES, "file_sha256"]))
def test_a_card_that_lacks_a_field_is_refused(folder: Path, field: str) -> None:
    content = json.loads(card_file(folder).read_text())
    del content[field]
    card_file(folder).write_text(json.dumps(content))
    assert_refused(folder, "deep_cnn.json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 0},
        {"temperature": float("nan")},
        {"temperature": float("inf")},
        {"temperature": "warm"},
        {"refusal": {}},
        {"refusal": None},
        {"refusal": {"threshold": float("nan")}},
        {"refusal": {"threshold": 7}},
        {"key": "deep_cnn_pen"},
    ],
    ids=str,
)
def test_a_card_whose_settings_no_reader_can_use_is_refused(
    folder: Path, wrong: dict[str, Any]
) -> None:
    change_card(folder, **wrong)
    assert_refused(folder, "deep_cnn.json")


def test_a_network_of_another_architecture_is_refused(
    folder: Path, models: tuple[DeepCNN, Refusal]
) -> None:
    other = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    write_with_checksum(folder, save_safetensors(all_tensors(other, models[1])))
    assert "another network" in assert_refused(folder, "deep_cnn.safetensors")


@pytest.mark.parametrize("name", ["head.bias", "refusal.linear.weight"])
def test_one_tensor_too_few_or_of_another_shape_is_refused(
    folder: Path, models: tuple[DeepCNN, Refusal], name: str
) -> None:
    tensors = all_tensors(*models)
    tensors[name] = tensors[name].flatten()[:-1].clone()
    write_with_checksum(folder, save_safetensors(tensors))
    assert name.removeprefix("refusal.") in assert_refused(folder, "deep_cnn.safetensors")
    del tensors[name]
    write_with_checksum(folder, save_safetensors(tensors))
    assert name.removeprefix("refusal.") in assert_refused(folder, "deep_cnn.safetensors")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(
    folder: Path, models: tuple[DeepCNN, Refusal], value: float
) -> None:
    tensors = {name: tensor.clone() for name, tensor in all_tensors(*models).items()}
    tensors["head.weight"][3, 7] = value
    write_with_checksum(folder, save_safetensors(tensors))
    assert "head.weight" in assert_refused(folder, "deep_cnn.safetensors")


class LeavesAFile:
    """Unpickling this makes a file: what a hostile pickle could do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("vouched_for", [True, False])
def test_a_pickle_is_refused_and_never_unpickled(
    folder: Path, tmp_path: Path, vouched_for: bool
) -> None:
    trace = tmp_path / "hacked"
    hostile = pickle.dumps(LeavesAFile(trace))
    if vouched_for:
        write_with_checksum(folder, hostile)
    else:
        weights_file(folder).write_bytes(hostile)
    assert_refused(folder, "deep_cnn.safetensors")
    assert not trace.exists()
    pickle.loads(hostile)
    assert trace.exists(), "the pickle is not hostile, so the test proves nothing"


def test_a_torch_checkpoint_under_a_false_name_is_refused(
    folder: Path, models: tuple[DeepCNN, Refusal]
) -> None:
    torch.save(all_tensors(*models), weights_file(folder))
    write_with_checksum(folder, weights_file(folder).read_bytes())
    assert "safetensors" in assert_refused(folder, "deep_cnn.safetensors")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        struct.pack("<Q", 1 << 30),
        struct.pack("<Q", 1 << 30) + b"{}" * 500,
        struct.pack("<Q", 2**64 - 1) + b"{}",
        struct.pack("<Q", 4) + b"none",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 1000) + b"[" * 1000,
    ],
    ids=[
        "no bytes", "short", "header of 1 GB", "header of 1 GB and some", "header of 2⁶⁴",
        "no JSON", "no tensors", "nested",
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_even_when_the_card_vouches_for_it(
    folder: Path, data: bytes
) -> None:
    write_with_checksum(folder, data)
    assert_refused(folder, "deep_cnn.safetensors")


@pytest.mark.parametrize("name", ["deep_cnn.safetensors", "deep_cnn.json"])
def test_a_file_of_gigabytes_is_refused_unread(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with (folder / name).open("r+b") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    read: list[str] = []
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or whole(path))
    assert "larger" in assert_refused(folder, name)
    assert name not in read


# What is shipped


def strict_json(path: Path) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(path.read_text(), parse_constant=refuse)


@pytest.mark.parametrize("key", MODELS)
def test_the_shipped_weights_of_every_key_load_and_are_frozen(key: str) -> None:
    trained = load_trained(key)
    assert trained.card.key == key
    assert (trained.refusal is not None) == (key in READERS)
    for module in filter(None, (trained.model, trained.refusal)):
        assert not any(part.training for part in module.modules())
        assert not any(parameter.requires_grad for parameter in module.parameters())


@pytest.mark.parametrize("key", MODELS)
def test_the_card_of_every_key_is_strict_json_with_exactly_the_known_fields(key: str) -> None:
    content = strict_json(WEIGHTS_DIR / f"{key}.json")
    assert set(content) == set(Card.__dataclass_fields__)


@pytest.mark.parametrize("key", MODELS)
def test_the_card_counts_the_parameters_of_its_network(key: str) -> None:
    counted = sum(parameter.numel() for parameter in build_model(key).parameters())
    assert load_trained(key).card.parameter_count == counted


def test_every_key_has_weights_and_no_weights_are_without_a_card() -> None:
    weights, cards = ({path.stem for path in WEIGHTS_DIR.glob(f"*.{kind}")}
                      for kind in ("safetensors", "json"))  # fmt: skip
    assert set(MODELS) <= weights
    assert weights == cards


@pytest.mark.parametrize("key", [*MODELS, *AUTOENCODERS])
def test_every_shipped_card_names_its_data_as_a_run_file_does(key: str) -> None:
    card: Described = (load_card if key in MODELS else load_autoencoder_card)(key)
    assert card.origin == MNIST_ORIGIN
    assert ("pen pictures" in card.seen_besides) is (key == "deep_cnn_pen")
    assert ("non-digits" in card.seen_besides) is (key in READERS)


def test_a_card_of_other_digits_does_not_call_them_mnist(folder: Path) -> None:
    assert load_trained(KEY, folder).card.origin is None


@pytest.mark.mnist
def test_mnist_s_origin_is_that_of_the_official_files(
    mnist_training_digits: Digits, mnist_test_digits: Digits
) -> None:
    train, test = mnist_training_digits, mnist_test_digits
    assert origin_of("mnist", train, test) == MNIST_ORIGIN
    assert data_checksum(train.images, train.labels) == MNIST_TRAINING_SHA256
