"""What a class takes home can be opened: by our own reader of MNIST's files, and as a picture."""

import io
import zipfile

import numpy as np
import torch
from PIL import Image

from mnist_core.classroom.take_away import GAP_PX, PAIR, idx_files, wall_png, zipped
from mnist_core.classroom.teach import split_writers
from mnist_core.data.idx import cut_test_set, digits_from_files
from mnist_core.data.idx_file import FOUR_FILES
from tests.core.classroom.written import written


def test_four_files_load_as_mnist_s_do_and_no_hand_is_in_both_sets() -> None:
    digits = written(9, 40)
    files = idx_files(digits)
    assert tuple(files) == FOUR_FILES
    train, test = digits_from_files(list(files.items()))
    split = split_writers(digits.writers)
    assert torch.equal(train.images, digits.images[split.taught])
    assert torch.equal(train.labels, digits.labels[split.taught])
    assert torch.equal(test.images, digits.images[split.judged])
    assert torch.equal(test.labels, digits.labels[split.judged])


def test_a_small_class_gets_one_pair_that_loads() -> None:
    digits = written(6, 20)
    files = idx_files(digits)
    assert tuple(files) == PAIR
    train, test = digits_from_files(list(files.items()))
    expected = cut_test_set(digits.digits)
    assert torch.equal(train.images, expected[0].images)
    assert torch.equal(test.labels, expected[1].labels)


def test_the_archive_holds_the_files() -> None:
    files = idx_files(written(6, 20))
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_the_wall_shows_every_picture() -> None:
    images = written(1, 7).images
    wall = np.asarray(Image.open(io.BytesIO(wall_png(images))))
    cell = 28 + GAP_PX
    assert wall.shape == (3 * cell, 3 * cell)
    for number, image in enumerate(images):
        row, column = divmod(number, 3)
        top, left = row * cell + GAP_PX // 2, column * cell + GAP_PX // 2
        assert np.array_equal(wall[top : top + 28, left : left + 28], image.numpy())
    assert wall.sum(dtype=np.int64) == int(images.sum(dtype=torch.int64))
