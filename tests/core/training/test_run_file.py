import io
import json
import math
import pickle
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load, save
from torch import Tensor
from torch.testing import assert_close

from mnist_core.data.origin import origin_of
from mnist_core.errors import TrainingDiverged, WeightsUnusable
from mnist_core.files import MAX_FILE_BYTES
from mnist_core.models.recipes import OptimizerName
from mnist_core.models.registry import ARCHITECTURES
from mnist_core.training.run import Change, Run, Stretch
from mnist_core.training.run_file import (
    MAX_CHANGES,
    MAX_HEADER_BYTES,
    load_network,
    network_of,
    open_run,
    pack_run,
    parse_run,
    write_run,
)
from tests.core.trainings import barred_digits, next_losses, quick_recipe, quick_run, weights_of

TRAIN, TEST = barred_digits(40, seed=1), barred_digits(20, seed=2)
IMAGES_01 = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def opened(data: bytes) -> Run:
    return open_run(data, "my run.safetensors", TRAIN, TEST)


def parts_of(data: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    (length,) = struct.unpack("<Q", data[:8])
    return load(data), json.loads(data[8 : 8 + length])["__metadata__"]


def assert_refused(data: bytes, read: Callable[[bytes], object] = opened) -> str:
    """Opening raises WeightsUnusable with a sentence that names the file; returns the sentence."""
    with pytest.raises(WeightsUnusable) as refusal:
        read(data)
    sentence = str(refusal.value)
    assert "my run.safetensors" in sentence
    assert sentence.endswith(".")
    assert len(sentence.split()) >= 5
    return sentence


# There and back


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_a_run_goes_on_bit_for_bit_from_its_file(key: str) -> None:
    run = quick_run(key, shuffle=True, distorted_share=0.5, final_distorted_share=0.5)
    steps = 2 if key == "resnet18_transfer" else 7
    run.advance_to(3)
    run.set_learning_rate(run.trainer.learning_rate / 2)
    run.set_batch_size(3)
    run.advance_to(4)
    data, weights = pack_run(run), weights_of(run.trainer.model)
    expected = next_losses(run.trainer, steps)
    again = opened(data)
    assert_close(weights_of(again.trainer.model), weights, rtol=0, atol=0)
    assert (again.key, again.recipe, again.trainer.recipe) == (key, run.recipe, run.recipe)
    assert again.changes == run.changes
    assert (again.trainer.learning_rate, again.trainer.batch_size) == (
        run.trainer.learning_rate, 3,
    )  # fmt: skip
    assert again.step_count == 4
    assert repr(again.history) == repr(run.history)
    assert next_losses(again.trainer, steps) == expected


@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
@pytest.mark.parametrize("done", [0, 3])
def test_every_optimiser_s_memory_comes_back(optimizer: Any, done: int) -> None:
    run = quick_run("mlp", optimizer=optimizer, ema_decay=0.9, schedule="warm_up_cosine")
    run.advance_to(done)
    data = pack_run(run)
    expected = next_losses(run.trainer, 5)
    again = opened(data)
    assert next_losses(again.trainer, 5) == expected
    averages = [weights_of(r.trainer.averaged_model()) for r in (again, run)]
    assert_close(*averages, rtol=0, atol=0)


def test_the_log_comes_back_and_is_continued() -> None:
    run = quick_run("mlp", train=64)
    run.advance_to(21)
    again = opened(pack_run(run))
    assert repr(again.history) == repr(run.history)
    assert [look.step for look in again.history.looks] == [1, 21]
    again.advance_to(24)
    assert again.history.column("step").tolist() == [*range(1, 25)]


def test_an_opened_run_has_its_present_weights_as_the_first_moment_and_can_go_back_there() -> None:
    run = quick_run("mlp")
    run.advance_to(5)
    again = opened(pack_run(run))
    (first,) = again.timeline.moments
    assert first.step == 5
    expected = next_losses(again.trainer, 2)
    again.go_back()
    assert again.step_count == 5
    assert next_losses(again.trainer, 2) == expected


def test_a_finished_run_is_finished_when_it_is_opened() -> None:
    run = quick_run("mlp", epochs=1)
    run.advance(60.0)
    again = opened(pack_run(run))
    assert again.is_done
    assert again.trainer.epochs_done == 1


@pytest.mark.parametrize("at_step", [3, 5])
def test_a_run_saved_in_the_middle_of_a_test_repeats_that_test(at_step: int) -> None:
    straight = quick_run("mlp", epochs=1)  # 5 steps, tested after 3 and 5
    while straight.step_count < at_step:
        straight.work()
    assert straight.is_testing
    resumed = opened(pack_run(straight))
    assert resumed.is_testing
    assert not resumed.is_done
    for run in (straight, resumed):
        run.advance_to(5)
    assert resumed.is_done
    assert repr(resumed.history.tests) == repr(straight.history.tests)
    assert [test.step for test in resumed.history.tests] == [3, 5]
    assert not opened(pack_run(straight)).is_testing


def test_the_weights_stand_in_the_file_under_their_own_names() -> None:
    run = quick_run("mlp")
    tensors, metadata = parts_of(pack_run(run))
    own = {name: value for name, value in tensors.items() if not name.startswith("run:")}
    assert_close(own, dict(run.trainer.model.state_dict()), rtol=0, atol=0)
    assert metadata["key"] == "mlp"
    assert not any(name.startswith("run:model.") for name in tensors)


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_the_network_in_a_file_is_loaded_for_looking_at(key: str, tmp_path: Path) -> None:
    run = quick_run(key, train=8)
    run.trainer.step()
    path = tmp_path / "new" / "run.safetensors"
    write_run(run, path)
    network = load_network(path)
    assert type(network) is type(run.trainer.model)
    assert_close(weights_of(network), weights_of(run.trainer.model), rtol=0, atol=0)
    assert not any(part.training for part in network.modules())
    assert not any(parameter.requires_grad for parameter in network.parameters())
    with torch.no_grad():
        told = {"labels": torch.arange(len(IMAGES_01))} if key == "cvae" else {}
        assert network(IMAGES_01, **told) is not None


def test_a_file_of_weights_alone_begins_a_run_with_them() -> None:
    run = quick_run("mlp")
    run.advance_to(5)
    tensors, metadata = parts_of(pack_run(run))
    own = {name: value for name, value in tensors.items() if not name.startswith("run:")}
    again = opened(save(own, metadata))
    assert_close(weights_of(again.trainer.model), weights_of(run.trainer.model), rtol=0, atol=0)
    assert again.step_count == 0
    assert all(math.isfinite(loss) for loss in next_losses(again.trainer, 3))


def test_a_run_on_fewer_digits_than_before_goes_on_with_a_new_epoch() -> None:
    run = quick_run("mlp")
    run.advance_to(4)  # 32 of 40
    again = open_run(pack_run(run), "x", barred_digits(24), TEST)
    assert (again.trainer.epochs_done, again.trainer.order.position) == (1, 0)
    assert all(math.isfinite(loss) for loss in next_losses(again.trainer, 4))


def test_a_write_that_fails_leaves_the_file_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError("No space left on device")

    run, path = quick_run("mlp"), tmp_path / "run.safetensors"
    write_run(run, path)
    before = path.read_bytes()
    run.advance_to(1)
    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="No space"):
        write_run(run, path)
    assert path.read_bytes() == before


def test_noise_of_another_kind_of_device_is_begun_anew_and_the_rest_goes_on() -> None:
    run = quick_run("softmax_regression")  # it has no noise, so that nothing else differs
    run.advance_to(3)
    tensors, metadata = parts_of(pack_run(run))
    tensors["run:random.noise"] = torch.zeros(16, dtype=torch.uint8)  # as CUDA's
    expected = next_losses(run.trainer, 4)
    assert next_losses(opened(save(tensors, metadata)).trainer, 4) == expected


def test_more_changes_than_a_file_may_hold_leave_the_latest() -> None:
    run = quick_run("mlp")
    run.changes = [Change(step, "learning_rate", 0.1) for step in range(MAX_CHANGES + 5)]
    again = opened(pack_run(run))
    assert again.changes == run.changes[5:]


# Hostile files: no safetensors


@cache
def good_file() -> bytes:
    """A run with everything in it: momentum, an average, tests, looks, changes."""
    run = quick_run(
        "softmax_regression", optimizer="adam", ema_decay=0.9, seed=3, train=40
    )  # fmt: skip
    run.advance_to(3)
    run.set_learning_rate(0.02)
    run.advance_to(6)
    return pack_run(run)


@pytest.fixture
def good() -> bytes:
    return good_file()


def test_the_good_file_of_these_tests_is_good(good: bytes) -> None:
    assert opened(good).step_count == 6


def with_header(header: bytes, payload: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + payload


def pickled() -> bytes:
    file = io.BytesIO()
    torch.save({"head.weight": torch.zeros(10, 784)}, file)
    return file.getvalue()


NO_SAFETENSORS: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\x00",
    "a length alone": struct.pack("<Q", 10),
    "a header of 1 GB": with_header(b"{}", length=2**30),
    "a header of 2**64 - 1 bytes": with_header(b"{}", length=2**64 - 1),
    "a pickle": pickle.dumps({"head.weight": [0.0] * 7840}),
    "a PyTorch file": pickled(),
    "text": b"These are not weights at all.",
    "no JSON": with_header(b"{]"),
    "a list": with_header(b"[]"),
    "deeply nested": with_header(b"[" * 100_000),
    "no tensors": with_header(b"{}"),
    "no metadata": with_header(b'{"__metadata__":null}'),
    "metadata of numbers": with_header(b'{"__metadata__":{"key":1}}'),
    "metadata twice": with_header(b'{"__metadata__":{"key":"mlp"},"__metadata__":{"key":[]}}'),
    "a tensor behind the end": with_header(
        b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    ),
    "a tensor of a negative size": with_header(
        b'{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}', bytes(16)
    ),
    "a tensor of a hundred dimensions": with_header(
        json.dumps({"a": {"dtype": "F32", "shape": [1] * 100, "data_offsets": [0, 4]}}).encode(),
        bytes(4),
    ),
    "a tensor of an unknown kind": with_header(
        b'{"a":{"dtype":"F1","shape":[4],"data_offsets":[0,16]}}', bytes(16)
    ),
    "a header longer than ours ever are": with_header(
        b'{"__metadata__":{"key":"mlp","x":"' + b"x" * MAX_HEADER_BYTES + b'"}}'
    ),
    "no memory of ours": bytes(MAX_FILE_BYTES + 1),
}


@pytest.mark.parametrize("name", NO_SAFETENSORS)
def test_what_is_no_run_file_is_refused_with_a_sentence(name: str) -> None:
    assert_refused(NO_SAFETENSORS[name])


@given(data=st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    assert_refused(data)
    assert_refused(with_header(data))


@given(data=st.data())
def test_a_file_that_was_cut_short_or_altered_is_refused_or_as_good_as_before(
    data: st.DataObject,
) -> None:
    good = good_file()
    cut = data.draw(st.integers(0, len(good) - 1))
    assert_refused(good[:cut])
    header = 8 + struct.unpack("<Q", good[:8])[0]
    place = data.draw(st.integers(0, header - 1) | st.integers(0, len(good) - 1))
    altered = bytearray(good)
    altered[place] = data.draw(st.integers(0, 255))
    try:
        run = opened(bytes(altered))
    except WeightsUnusable:
        return
    assert all(value.isfinite().all() for value in run.trainer.model.state_dict().values())


# Hostile files: whole, but not what they say


def changed_tensors(good: bytes, **changes: Tensor | None) -> bytes:
    tensors, metadata = parts_of(good)
    kept = {name: value for name, value in {**tensors, **changes}.items() if value is not None}
    return save(kept, metadata)


def changed_metadata(good: bytes, **changes: str | None) -> bytes:
    tensors, metadata = parts_of(good)
    kept = {name: value for name, value in {**metadata, **changes}.items() if value is not None}
    return save(tensors, kept)


def changed_recipe(good: bytes, **changes: object) -> bytes:
    recipe = json.loads(parts_of(good)[1]["recipe"])
    return changed_metadata(good, recipe=json.dumps({**recipe, **changes}))


def doubled(*shape: int) -> Tensor:
    return torch.zeros(*shape, dtype=torch.float64)


WEIGHTS: list[tuple[str, Tensor | None]] = [
    ("head.weight", None),
    ("head.weight", torch.zeros(784, 10)),
    ("head.weight", torch.zeros(10, 783)),
    ("head.weight", torch.full((10, 784), math.nan)),
    ("head.weight", torch.full((10, 784), math.inf)),
    ("head.weight", doubled(10, 784)),
    ("head.weight", torch.full((10, 784), 1e300, dtype=torch.float64)),
    ("head.weight", torch.zeros(10, 784, dtype=torch.float16)),
    ("head.weight", torch.zeros(10, 784, dtype=torch.int64)),
    ("head.weight", torch.zeros(10, 784, dtype=torch.complex64)),
    ("head.weight", torch.zeros(10, 784, dtype=torch.float8_e4m3fn)),
    ("head.bias", torch.zeros(())),
    ("standardise.std", torch.ones(1)),
    ("one.more", torch.zeros(1)),
]


@pytest.mark.parametrize(("name", "value"), WEIGHTS)
def test_weights_that_do_not_fit_are_refused(
    name: str, value: Tensor | None, good: bytes, tmp_path: Path
) -> None:
    data = changed_tensors(good, **{name: value})
    assert_refused(data)

    def looked_at(data: bytes) -> object:
        return network_of(parse_run(data, "my run.safetensors"), "my run.safetensors")

    assert_refused(data, looked_at)


@pytest.mark.parametrize("key", [k for k in ARCHITECTURES if k != "softmax_regression"])
def test_the_right_tensors_under_another_network_s_name_are_refused(key: str, good: bytes) -> None:
    loss = ARCHITECTURES[key].source_recipe.loss
    assert_refused(changed_metadata(changed_recipe(good, loss=loss), key=key))


METADATA: list[tuple[str, str | None]] = [
    ("key", None), ("key", ""), ("key", "lenet"), ("key", "deep_cnn_pen"), ("recipe", None),
    ("recipe", ""), ("recipe", "{"), ("recipe", "[]"), ("recipe", "null"), ("recipe", "{}"),
    ("recipe", "[" * 100_000), ("changes", None), ("changes", "3"), ("changes", "null"),
    ("changes", "[3]"), ("changes", "[{}]"), ("changes", '{"step": 1}'),
    ("changes", '[{"step": 1, "setting": "seed", "value": 1}]'),
    ("changes", '[{"step": 1, "setting": ["seed"], "value": 1}]'),
    ("changes", '[{"step": "1", "setting": "batch_size", "value": 1}]'),
    ("changes", '[{"step": true, "setting": "batch_size", "value": 1}]'),
    ("changes", '[{"step": -1, "setting": "batch_size", "value": 1}]'),
    ("changes", '[{"step": 1, "setting": "batch_size", "value": "8"}]'),
    ("changes", '[{"step": 1, "setting": "batch_size", "value": 1e30}]'),
    ("changes", '[{"step": 1, "setting": "learning_rate", "value": NaN}]'),
    ("changes", '[{"step": 1, "setting": "learning_rate", "value": Infinity}]'),
    ("changes", '[{"step": 1, "setting": "learning_rate", "value": null}]'),
    ("changes", f'[{{"step": 1{"0" * 400}, "setting": "batch_size", "value": 8}}]'),
    ("changes", f'[{{"step": 1{"0" * 9000}, "setting": "batch_size", "value": 8}}]'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), METADATA)
def test_metadata_that_say_nothing_sensible_are_refused(
    name: str, value: str | None, good: bytes
) -> None:
    assert_refused(changed_metadata(good, **{name: value}))


RECIPES: list[tuple[str, object]] = [
    ("momentum", 0.9), ("loss", "vae"), ("loss", "hinge"), ("optimizer", "lion"),
    ("batch_size", 0), ("batch_size", 50_000), ("batch_size", 10**12), ("batch_size", "8"),
    ("batch_size", None), ("epochs", -1), ("learning_rate", "fast"), ("learning_rate", -1),
    ("learning_rate", 1e999), ("learning_rate", math.nan), ("seed", 10**400),
    ("training_digits", 0), ("precision", "float8"), ("distortion", {"shear": "much"}),
    ("distortion", {"shift_px": math.inf}), ("ema_decay", 2), ("shuffle", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), RECIPES)
def test_a_recipe_that_cannot_be_is_refused(name: str, value: object, good: bytes) -> None:
    assert_refused(changed_recipe(good, **{name: value}))


def test_a_recipe_whose_optimiser_remembers_other_things_begins_anew(good: bytes) -> None:
    for optimizer in set(get_args(OptimizerName)) - {"adam", "adamw"}:
        assert_begins_anew(changed_recipe(good, optimizer=optimizer), good)


def test_a_recipe_without_the_average_that_the_file_holds_just_drops_it(good: bytes) -> None:
    assert opened(changed_recipe(good, ema_decay=None)).trainer.average is None


def test_a_recipe_with_an_average_that_the_file_does_not_hold_begins_anew(good: bytes) -> None:
    tensors, _ = parts_of(good)
    averages = {name: None for name in tensors if name.startswith("run:average.")}
    assert averages
    assert_begins_anew(changed_tensors(good, **averages), good)


ADAM, RNG = "run:optimizer.0.", torch.Generator().get_state()
STATES: list[tuple[str, Tensor | None]] = [
    *((f"run:{name}", None) for name in (
        "step_count", "settings", "order.place", "order.generator", "random.noise",
        "random.augmentation", "history.steps", "history.tests", "history.looks", "history.every",
        "optimizer.0.exp_avg", "optimizer.0.step", "optimizer.1.exp_avg_sq", "average.n_averaged",
    )),
    (f"{ADAM}exp_avg", torch.zeros(784, 10)), (f"{ADAM}exp_avg", torch.zeros(())),
    (f"{ADAM}exp_avg", doubled(10, 784)), (f"{ADAM}exp_avg", torch.full((10, 784), math.nan)),
    (f"{ADAM}exp_avg_sq", torch.full((10, 784), -1.0)), (f"{ADAM}step", torch.tensor(-1.0)),
    (f"{ADAM}step", torch.zeros(10, 784)), (f"{ADAM}momentum_buffer", torch.zeros(10, 784)),
    ("run:optimizer.7.exp_avg", torch.zeros(10)), ("run:optimizer.-1.exp_avg", torch.zeros(10)),
    ("run:optimizer.x.exp_avg", torch.zeros(10)), ("run:optimizer.0", torch.zeros(10)),
    ("run:average.module.head.weight", torch.zeros(3)),
    ("run:order.place", torch.tensor([-1, 0])), ("run:order.place", torch.tensor([0, -8])),
    ("run:order.place", torch.tensor([2**62, 2**62])), ("run:order.place", torch.tensor(3)),
    ("run:order.place", torch.tensor([1])), ("run:order.place", torch.tensor([1, 2, 3])),
    ("run:order.place", torch.tensor([1e300, 0.0], dtype=torch.float64)),
    ("run:order.place", torch.tensor([0.0, 1e300], dtype=torch.float64)),
    *((f"run:{name}", value) for name in (
        "order.generator", "random.noise", "random.augmentation",
    ) for value in (RNG[:100], torch.cat([RNG, RNG]), torch.zeros_like(RNG), RNG.long(),
                    torch.full_like(RNG, 255), torch.zeros(0, dtype=torch.uint8))),
    ("run:random.augmentation", torch.zeros(16, dtype=torch.uint8)),
    ("run:step_count", torch.tensor(-1)), ("run:step_count", torch.tensor([1, 2])),
    ("run:step_count", torch.tensor(2**62)), ("run:step_count", torch.tensor([])),
    ("run:settings", torch.tensor([])), ("run:settings", torch.tensor([0.1])),
    ("run:settings", torch.tensor([-0.1, 8])), ("run:settings", torch.tensor([1e30, 8])),
    ("run:settings", torch.tensor([0.1, 0])), ("run:settings", torch.tensor([0.1, 50_000])),
    ("run:settings", torch.tensor([0.1, 1e300], dtype=torch.float64)),
    ("run:settings", torch.tensor([math.nan, 8])), ("run:settings", torch.tensor(8.0)),
    ("run:history.steps", doubled(7, 3)), ("run:history.steps", doubled(8, 3)),
    ("run:history.steps", torch.arange(400_008.0, dtype=torch.float64).view(8, -1)),
    ("run:history.steps", torch.full((8, 1), math.nan, dtype=torch.float64)),
    ("run:history.steps", torch.zeros(())), ("run:history.tests", doubled(1, 8)),
    ("run:history.tests", torch.zeros(())), ("run:history.looks", doubled(1, 2)),
    ("run:history.looks", doubled(1, 9)), ("run:history.every", torch.tensor([math.nan])),
    ("run:history.every", torch.tensor(2.0)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STATES)
def test_a_training_state_that_does_not_fit_leaves_the_good_weights_and_says_so(
    name: str, value: Tensor | None, good: bytes
) -> None:
    assert_begins_anew(changed_tensors(good, **{name: value}), good)


def assert_begins_anew(data: bytes, good: bytes) -> None:
    run, whole = opened(data), opened(good)
    assert "training state" in run.notice
    assert whole.notice == ""
    assert run.step_count == 0
    assert len(run.history.column("loss")) == 0
    assert run.changes == []
    assert_close(weights_of(run.trainer.model), weights_of(whole.trainer.model), rtol=0, atol=0)
    assert math.isfinite(run.trainer.step().loss)


def test_a_batch_of_one_is_refused_where_batch_norm_has_to_train_on_it() -> None:
    data = pack_run(quick_run("deep_cnn"))
    assert_refused(changed_recipe(data, batch_size=1))
    assert_refused(changed_recipe(data, training_digits=1))
    assert opened(changed_tensors(data, **{"run:settings": torch.tensor([0.1, 1])})).notice


@pytest.mark.parametrize("key", ARCHITECTURES)
def test_batches_larger_than_a_network_s_may_be_are_refused(key: str) -> None:
    data, greatest = pack_run(quick_run(key)), ARCHITECTURES[key].greatest_batch
    assert str(greatest) in assert_refused(changed_recipe(data, batch_size=greatest + 1))
    settings = torch.tensor([0.1, greatest + 1], dtype=torch.float64)
    assert opened(changed_tensors(data, **{"run:settings": settings})).notice
    settings[1] = greatest
    assert opened(changed_tensors(data, **{"run:settings": settings})).trainer.batch_size


@given(data=st.data())
def test_whatever_stands_in_place_of_a_tensor_is_refused_or_trained_on(
    data: st.DataObject,
) -> None:
    good = good_file()
    tensors, _ = parts_of(good)
    name = data.draw(st.sampled_from(sorted(tensors)))
    shape = data.draw(st.lists(st.integers(0, 4), max_size=3) | st.just([*tensors[name].shape]))
    kind = data.draw(
        st.sampled_from([tensors[name].dtype, torch.float32, torch.int64, torch.uint8, torch.bool])
    )
    number = data.draw(st.sampled_from([0, 1, -1, 3, 200, 1e30, 2**40]))
    value = torch.full(shape, number, dtype=torch.float64).to(kind)
    try:
        run = opened(changed_tensors(good, **{name: value}))
    except WeightsUnusable:
        return
    run.history.to_csv()
    run.go_back()
    run.set_learning_rate(1e-3)
    pack_run(run)
    with suppress(TrainingDiverged):
        assert len(next_losses(run.trainer, 2)) == 2


def test_a_file_says_of_a_recipe_what_is_wrong_with_it(good: bytes) -> None:
    sentence = assert_refused(changed_recipe(good, epochs=0))
    assert sentence.endswith("Epochs must be between 1 and 10000, not 0.")


def test_a_run_s_recipe_stands_readable_in_its_file(good: bytes) -> None:
    recipe = json.loads(parts_of(good)[1]["recipe"])
    made = quick_recipe("softmax_regression", optimizer="adam", ema_decay=0.9, seed=3)
    assert recipe == json.loads(json.dumps(asdict(made)))


# The data


def test_a_file_says_on_which_data_it_was_trained_and_another_set_is_noted() -> None:
    train, test = barred_digits(40, seed=1), barred_digits(20, seed=2)
    mnist, files = (origin_of(kind, train, test) for kind in ("mnist", "files"))
    run = Run("softmax_regression", quick_recipe("softmax_regression"), train, test, origin=mnist)
    run.advance_to(3)
    data = pack_run(run)
    same = open_run(data, "my run", train, test, origin=mnist)
    assert same.stretches == [Stretch(0, mnist)]
    other = open_run(data, "my run", train, test, origin=files)
    assert other.stretches == [Stretch(0, mnist), Stretch(3, files)]
    assert parse_run(pack_run(other), "my run").stretches == tuple(other.stretches)


def test_an_older_file_says_nothing_of_its_data(good: bytes) -> None:
    file = parse_run(changed_metadata(good, data=None), "my run")
    assert file.stretches == (Stretch(0, None),)


ORIGIN = {"kind": "mnist", "counts": [1, 1], "checksum": "0" * 64, "seeds": None, "names": []}
DATA: list[str] = [
    "3", "null", "{}", "[3]", "[{}]", "[" * 100_000,
    *(
        json.dumps([{"step": 0, "origin": {**ORIGIN, **change}}])
        for change in (
            {"kind": "fashion"}, {"kind": ["mnist"]}, {"counts": [1]}, {"counts": [1, -1]},
            {"counts": [1, 10**9]}, {"counts": [True, 1]}, {"checksum": "x"}, {"checksum": 3},
            {"seeds": 3}, {"names": "a"}, {"names": ["a"] * 5}, {"more": 1},
        )
    ),
    json.dumps([{"step": -1, "origin": ORIGIN}]), json.dumps([{"step": "0", "origin": ORIGIN}]),
    json.dumps([{"step": 0, "origin": ORIGIN}] * 101),
]  # fmt: skip


@pytest.mark.parametrize("text", DATA, ids=range(len(DATA)))
def test_data_that_cannot_be_are_refused(text: str, good: bytes) -> None:
    assert_refused(changed_metadata(good, data=text))


def test_names_of_files_are_fit_to_be_shown(good: bytes) -> None:
    origin = {**ORIGIN, "kind": "files", "names": ["<b>`a`</b>/../" + "x" * 999]}
    data = changed_metadata(good, data=json.dumps([{"step": 0, "origin": origin}]))
    shown = parse_run(data, "my run").stretches[0].origin
    assert shown is not None
    assert len(shown.names[0]) <= 60
    assert not set(shown.names[0]) & set("<>`/")


def test_a_network_whose_answers_are_no_numbers_is_refused(tmp_path: Path) -> None:
    run = quick_run("deep_cnn")
    data = pack_run(run)
    name = next(name for name in parts_of(data)[0] if name.endswith("running_var"))
    bad = changed_tensors(data, **{name: torch.full_like(parts_of(data)[0][name], -1.0)})
    assert "no numbers" in assert_refused(bad)
    (tmp_path / "bad.safetensors").write_bytes(bad)
    with pytest.raises(WeightsUnusable, match="no numbers"):
        load_network(tmp_path / "bad.safetensors")
