"""Uploaded IDX files → digits to train on: two or four files, in any order."""

from collections.abc import Sequence
from pathlib import Path

from mnist_core.data.idx_file import (
    MAX_PICTURES,
    IdxFile,
    open_idx,
    parse_idx_images,
    parse_idx_labels,
)
from mnist_core.data.mnist import Digits, Split, data_checksum, split_held_out
from mnist_core.errors import DataUnavailable, IdxIncomplete, IdxTooMuch, IdxUnusable
from mnist_core.words import presentable, spaced

MIN_PICTURES = 100
MAX_FILES = 4
MAX_BYTES = 56_000_000
"""Of one upload, which is 55 MB with 70 000 pictures unpacked."""
TEST_SHARE = 1 / 6


def digits_from_files(files: Sequence[tuple[str, bytes]]) -> tuple[Digits, Digits]:
    """The digits to train on and those to test on, from uploaded IDX files in any order.

    files: (name, content) each, raw or gzip; either four, of which names tell what is for training
           and what for testing, or one pair, of which a sixth is set aside as the test set
    Raises IdxIncomplete when a file is still missing, IdxTooMuch when these cannot be a set that
    fits here, IdxUnusable when anything else is wrong.
    """
    _check_amount(files)
    pairs = _pairs([open_idx(data, name) for name, data in files])
    _check_total(pairs)
    digits = [
        digits_from_idx(images.data, labels.data, images.name, labels.name)
        for images, labels in pairs
    ]
    return cut_test_set(digits[0]) if len(digits) == 1 else (digits[0], digits[1])


def digits_from_paths(paths: Sequence[str | Path], checksum: str = "") -> tuple[Digits, Digits]:
    """The same from files on this machine.

    checksum: that of the digits that are wanted, as `data_checksum` says it; "" takes any
    Raises DataUnavailable when a file cannot be read or they are other digits, and as above.
    """
    try:
        files = [(Path(path).name, Path(path).read_bytes()) for path in paths]
    except OSError as error:
        raise DataUnavailable(f"{error.filename} cannot be read. Put it there.") from error
    train, test = digits_from_files(files)
    if checksum not in ("", data_checksum(train.images, train.labels, test.images, test.labels)):
        raise DataUnavailable("These files hold other digits than those that are asked for.")
    return train, test


def digits_from_idx(
    images: bytes, labels: bytes, images_name: str = "images", labels_name: str = "labels"
) -> Digits:
    """The labelled pictures in two IDX files, raw or gzip.

    Raises IdxUnusable when either is not what it should be, or when they do not fit together.
    """
    pictures = parse_idx_images(images, images_name)
    answers = parse_idx_labels(labels, labels_name)
    images_name, labels_name = presentable(images_name), presentable(labels_name)
    if len(pictures) != len(answers):
        raise IdxUnusable(
            f"{images_name} holds {spaced(len(pictures))} pictures, but {labels_name} holds "
            f"{spaced(len(answers))} labels, so they do not belong together. Choose the two files "
            "of one set."
        )
    if len(pictures) < MIN_PICTURES:
        raise IdxUnusable(
            f"{images_name} holds only {len(pictures)} pictures, too few to learn from. Choose a "
            f"file with at least {MIN_PICTURES}."
        )
    if pictures.min() == pictures.max():
        raise IdxUnusable(
            f"All pictures in {images_name} are blank, so there is nothing to learn from them. "
            "Choose another file."
        )
    return Digits(pictures, answers)


def cut_test_set(digits: Digits) -> tuple[Digits, Digits]:
    """Digits to train on and digits to test on: a sixth, chosen at random but always the same."""
    rest, chosen = split_held_out(len(digits), int(len(digits) * TEST_SHARE))
    return digits.select(rest), digits.select(chosen)


def _check_amount(files: Sequence[tuple[str, bytes]]) -> None:
    if len(files) > MAX_FILES:
        raise IdxTooMuch(
            f"These are {len(files)} files, and at most four are needed: pictures and labels to "
            "train on, pictures and labels to test on. Choose those."
        )
    total = sum(len(data) for _, data in files)
    if total > MAX_BYTES:
        raise IdxTooMuch(
            f"These files have {total / 1e6:.0f} MB together, more than the "
            f"{MAX_BYTES / 1e6:.0f} MB of {spaced(MAX_PICTURES)} pictures. Choose a smaller set."
        )


def _check_total(pairs: list[tuple[IdxFile, IdxFile]]) -> None:
    total = sum(images.sizes[0] for images, _ in pairs)
    if total > MAX_PICTURES:
        raise IdxUnusable(
            f"These files hold {spaced(total)} pictures together, more than the "
            f"{spaced(MAX_PICTURES)} that fit here. Choose a smaller set, or one pair of them."
        )


def _pairs(files: list[IdxFile]) -> list[tuple[IdxFile, IdxFile]]:
    """(pictures, labels) of the one set there is, or of the training set and the test set."""
    images = _in_order([file for file in files if file.kind == "pictures"])
    labels = _in_order([file for file in files if file.kind == "labels"])
    if not images or len(images) != len(labels):
        raise IdxIncomplete(
            f"So far: {len(images)} × pictures, {len(labels)} × labels. Each file of pictures "
            "needs the file with its labels, so add what is missing."
        )
    pairs = list(zip(images, labels, strict=True))
    for image_file, label_file in pairs:
        if {_split_of(image_file), _split_of(label_file)} == {"train", "test"}:
            raise IdxUnusable(
                f"By their names, {image_file.name} and {label_file.name} are not of one set: one "
                "is for training, the other for testing. Choose the labels that belong to the "
                "pictures."
            )
    return pairs


def _in_order(files: list[IdxFile]) -> list[IdxFile]:
    """Files of one kind: those to train on, then those to test on."""
    if len(files) < 2:
        return files
    by_split = {_split_of(file): file for file in files}
    if len(files) > 2 or set(by_split) != {"train", "test"}:
        raise IdxUnusable(
            f"These files all hold {files[0].kind}: {', '.join(file.name for file in files)}. "
            "Choose one with “train” in its name and one with “t10k” or “test”, or only one."
        )
    return [by_split["train"], by_split["test"]]


def _split_of(file: IdxFile) -> Split | None:
    """What the name says that the file is for: “train”, or “t10k” or “test”."""
    lower = file.name.lower()
    is_train, is_test = "train" in lower, "t10k" in lower or "test" in lower
    if is_train == is_test:
        return None
    return "train" if is_train else "test"
