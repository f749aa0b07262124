"""Parts of pictures that excite a unit."""

import numpy as np

from mnist_core.data.mnist import SIDE
from mnist_core.inside.fields import Field
from ui.shared.figures.patches import PatchLook, patch_grid


def test_a_patch_is_cut_out_of_its_picture_and_marked_in_it() -> None:
    image = np.zeros((SIDE, SIDE), np.float32)
    look = PatchLook(image, Field(-2, 20, 10, 12), "2.50", "test digit 4, activation 2.50")
    html = patch_grid([look] * 9)
    assert html.count('viewBox="20 -2 12 10"') == 9
    assert html.count('<rect x="20" y="-2" width="12" height="10"') == 9
    assert html.count('aria-label="test digit 4, activation 2.50"') == 9
