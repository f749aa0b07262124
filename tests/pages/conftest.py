"""Each test of the app meets a server that has just started."""

from tests.ui.visitor import (  # noqa: F401
    a_server_that_has_just_started,
    a_server_that_knows_its_menu_and_components,
    digits_that_are_read_and_drawn_once,
    without_mnist,
)
