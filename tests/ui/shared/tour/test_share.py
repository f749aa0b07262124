"""The link that a QR code holds."""

import pytest

from mnist_core.pictures.stroke_text import MAX_CHARS
from ui.shared.tour.share import MOST_BYTES, PhoneLink, for_phone, qr_code

PAGE = "http://192.168.1.20:8501/pooling"


def with_drawing(bytes_in_all: int, page: str = f"{PAGE}?pool_kernel=3") -> str:
    return f"{page}&strokes=".ljust(bytes_in_all, "A")


def test_a_phone_gets_the_page_without_present() -> None:
    link = f"{PAGE}?pool_kernel=3&present=true&strokes=AAA"
    assert for_phone(link) == PhoneLink(f"{PAGE}?pool_kernel=3&strokes=AAA", left_out=False)
    assert for_phone(f"{PAGE}?present=true") == PhoneLink(PAGE, left_out=False)


def test_what_fits_into_the_bytes_is_kept_whole_and_one_more_costs_the_drawing() -> None:
    fits, too_long = with_drawing(MOST_BYTES), with_drawing(MOST_BYTES + 1)
    assert for_phone(fits) == PhoneLink(fits, left_out=False)
    assert for_phone(too_long) == PhoneLink(f"{PAGE}?pool_kernel=3", left_out=True)


def test_bytes_are_counted_and_not_letters() -> None:
    letters = f"{PAGE}?chapter={'é' * 120}"
    assert len(letters) < MOST_BYTES
    assert for_phone(letters).link is None


def test_settings_that_are_too_many_leave_no_link() -> None:
    page = f"{PAGE}?z={'1_' * MOST_BYTES}"
    assert for_phone(page) == PhoneLink(None, left_out=False)
    assert for_phone(with_drawing(MAX_CHARS, page)).link is None


@pytest.mark.parametrize("bytes_in_all", [40, 200, MOST_BYTES])
def test_a_code_is_black_on_white_and_of_this_link(bytes_in_all: int) -> None:
    link = with_drawing(bytes_in_all)
    code = qr_code(link)
    assert b"<svg" in code
    assert b"#fff" in code
    assert code != qr_code(link[:-1] + "B")
