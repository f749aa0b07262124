"""The list of pages."""

from xml.etree import ElementTree

import pytest

from tests.ui.visitor import ROOT
from ui.shared.tour.stops import GROUPS, OVERVIEW, PAGES, TEACHERS, TOUR, Stop, after, group_of

LONGEST = 100


def test_the_tour_has_every_page_once() -> None:
    keys = [stop.key for stop in PAGES]
    assert sorted(keys) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


def test_next_leads_through_all_pages_and_back() -> None:
    walked = [OVERVIEW]
    while (onward := after(walked[-1])) is not OVERVIEW:
        walked.append(onward)
    assert walked[1:] == list(TOUR)


@pytest.mark.parametrize("stop", PAGES, ids=lambda stop: stop.key)
def test_a_stop_asks_a_question_and_has_a_short_sentence_and_a_picture(stop: Stop) -> None:
    assert stop.question.endswith("?")
    assert len(stop.question) <= LONGEST
    assert stop.sentence.endswith(".")
    assert len(stop.sentence) <= LONGEST
    root = ElementTree.fromstring(stop.picture)
    assert root.tag.endswith("svg")
    assert len(root) > 0


def test_each_stop_stands_in_one_group_and_the_tour_in_none() -> None:
    assert {group_of(stop) for stop in TOUR} == set(GROUPS)
    assert group_of(OVERVIEW) is None
    assert group_of(TEACHERS) is None


def test_the_teachers_page_leads_to_the_tour() -> None:
    assert after(TEACHERS) is OVERVIEW
