"""The page of the optimisers, as a visitor without a browser sees it."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core.experiments.descent.convergence import best_heavy_ball, predicted_rate
from mnist_core.experiments.descent.optimisers import OPTIMISERS, path
from mnist_core.experiments.descent.race import STEPS, arrival, surface_of
from mnist_core.experiments.descent.surfaces import SURFACES
from tests.ui.visitor import change, html_parts, said, sent, subheaders, visit
from ui.optimisers import race
from ui.optimisers.questions import ASKED, find_who_is_first
from ui.optimisers.race import FITTING_RATES, TITLES


@pytest.fixture
def app() -> AppTest:
    return visit("optimisers")


def test_the_race_is_sent_as_the_page_says(app: AppTest) -> None:
    data = sent(app, "race_map")
    assert (data["surface"], data["rate"], data["steps"]) == ("valley", 0.03, STEPS)
    assert data["start"] == SURFACES["valley"].start.tolist()
    assert data["shown"] == ["sgd", "momentum", "rmsprop", "adam"]
    assert [one["key"] for one in data["paths"]] == list(TITLES)


@pytest.mark.parametrize("key", SURFACES)
def test_each_surface_begins_with_its_own_start_and_a_rate_that_fits(
    app: AppTest, key: str
) -> None:
    change(app, "Surface", key)
    data = sent(app, "race_map")
    surface = surface_of(key, data["kappa"])
    assert data["start"] == surface.start.tolist()
    assert data["rate"] == FITTING_RATES[key]
    (newton,) = data["fixed"]
    assert newton["losses"][-1] <= surface.value(surface.minima).max() + 1e-6


def test_an_address_brings_start_racers_and_kappa() -> None:
    app = visit("optimisers", race_start="1 -0.5", race="adam lbfgs", kappa="100")
    data = sent(app, "race_map")
    assert (data["start"], data["shown"], data["kappa"]) == ([1, -0.5], ["adam", "lbfgs"], 100)
    assert "the address" not in said(app).lower()


@pytest.mark.parametrize(
    "asked",
    [{"race_start": "somewhere"}, {"race_start": "1"}, {"race_start": "nan 1"},
     {"race_start": "99 0"}, {"race": "adam lion"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(asked: dict[str, str]) -> None:
    app = visit("optimisers", **asked)
    assert "The address says" in said(app)
    assert sent(app, "race_map")["start"] == SURFACES["valley"].start.tolist()


def test_a_moved_start_and_its_racers_stand_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    move = race.Moved(0.5, -1.25, ("sgd", "nesterov"))
    monkeypatch.setattr(race, "begin_anew", lambda: race.take_move(move))
    app = visit("optimisers")
    change(app, "Surface", "saddle")
    assert app.query_params["race_start"] == "0.5 -1.25"
    assert app.query_params["race"] == "sgd nesterov"
    again = sent(visit("optimisers", **app.query_params), "race_map")
    assert (again["start"], again["shown"]) == ([0.5, -1.25], ["sgd", "nesterov"])


def test_the_question_is_answered_by_the_paths_that_the_page_shows(app: AppTest) -> None:
    change(app, "guess_first_down", 0)
    data = sent(app, "race_map")
    surface = surface_of(data["surface"], data["kappa"])
    start = torch.tensor(data["start"], dtype=torch.float64)
    steps = {}
    for key in ASKED:
        states = path(OPTIMISERS[key].at(data["rate"]), surface.gradient, start, STEPS)
        steps[key] = arrival([state.weights for state in states], surface)
    first = min(ASKED, key=lambda key: STEPS + 1 if steps[key] is None else steps[key])
    (revealed,) = [part for part in html_parts(app) if "guessed" in part and "<span" in part]
    assert f"{TITLES[first]} ✓" in revealed
    assert f"{TITLES[first]} after {steps[first]} steps" in said(app)


def test_another_valley_has_another_winner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.optimisers.questions.arrivals", dict.fromkeys)
    assert find_who_is_first()[0] == len(ASKED)
    late = {key: 90 - number for number, key in enumerate(TITLES)}
    monkeypatch.setattr("ui.optimisers.questions.arrivals", lambda keys: late)
    assert find_who_is_first()[0] == ASKED.index("rmsprop")


def test_the_table_has_the_best_rate_and_follows_kappa() -> None:
    app = visit("optimisers", chapter="numbers", kappa="100")
    best = best_heavy_ball(1, 100)
    assert f"| {best.rate:.3g} | {best.beta:.3g} |" in said(app)
    assert f"| {predicted_rate(1, 100, best):.4f} / " in said(app)
    assert "✗ diverges" in said(app), "0.03 is more than 2/100"


def test_the_chapters_have_their_parts(app: AppTest) -> None:
    parts = {
        "idea": ["What helps on the way"],
        "numbers": ["One step", "How fast, and how fast at best"],
        "experts": ["Three things called momentum", "Corrected, and looked ahead"],
    }
    for chapter, headings in parts.items():
        change(app, "Read on", chapter)
        assert subheaders(app) == headings
    assert "3.2 times" in said(app)


def test_the_three_velocities_part_when_the_rate_falls_and_the_mean_keeps_to_the_first() -> None:
    app = visit("optimisers", chapter="experts")
    first, second, mean = (one["places"] for one in sent(app, "parting")["fixed"])
    for ours, theirs in zip(second[:11], first[:11], strict=True):
        assert ours == pytest.approx(theirs)
    assert second[11] != pytest.approx(first[11], abs=1e-3)
    for ours, theirs in zip(mean, first, strict=True):
        assert ours == pytest.approx(theirs)


def test_the_looks_of_l_bfgs_are_counted_until_it_is_down() -> None:
    assert "down for good after" in said(visit("optimisers", chapter="experts"))
    app = visit("optimisers", chapter="experts", surface="hollows", race_start="3 3")
    assert "does not come to the lowest point" in said(app)


def test_clipping_saves_what_diverges_and_decay_ends_elsewhere() -> None:
    app = visit("optimisers", chapter="idea", surface="rosenbrock", race_rate="0.01")
    plain, decay, clipped = sent(app, "helps")["fixed"]
    assert plain["lost"]
    assert not clipped["lost"]
    app = visit("optimisers", chapter="idea", surface="saddle", race_rate="0.1")
    plain, decay, clipped = sent(app, "helps")["fixed"]
    assert plain["places"][-1] == pytest.approx([0, 1], abs=1e-3)
    assert decay["places"][-1] == pytest.approx([0, 0.7**0.5], abs=1e-3)
