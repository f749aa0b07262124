"""What holds for every page, also for those that are still to come."""

import os
import subprocess
import sys

import pytest

from tests.ui.visitor import ROOT, visit
from ui.shared.tour import stops

QUESTIONS = {stop.key: stop.question for stop in stops.PAGES}
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))

FIRST_PAGE = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

app = AppTest.from_file(Path("app.py").resolve(), default_timeout=60).run()
assert not app.exception, app.exception
assert app.title, "the page must be there"
for page in OTHERS:
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
assert not {"torchvision", "pandas", "sympy"} & set(sys.modules)
"""
OTHERS = ("through_the_network", "activation_functions", "evaluate")
"""Pages with a table of products, a Vega chart, and Plotly's."""


@pytest.fixture
def without_torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever imports it, or a part of it, gets an ImportError."""
    loaded = [name for name in sys.modules if name.split(".")[0] == "torchvision"]
    for name in {"torchvision", *loaded}:
        monkeypatch.setitem(sys.modules, name, None)


def test_there_is_a_page():
    assert PAGES


@pytest.mark.usefixtures("without_torchvision")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_at_its_own_address_with_all_its_text_and_no_deprecated_calls(
    page, recwarn, caplog
):
    app = visit(page)
    (title,) = app.title
    own_words = (ROOT / "pages" / f"{page}.py").read_text()
    assert title.value == QUESTIONS[page] or f'"{title.value}"' in own_words, "it is this page"
    for part in [*app.markdown, *app.caption]:
        assert "{" not in part.value.replace("\\frac{", "").replace("_{", "").replace("^{", "")
        assert "nan" not in part.value.lower().split()
    spoken = [str(warning.message) for warning in recwarn]
    spoken += [record.getMessage() for record in caplog.records]
    assert not [text for text in spoken if "deprecat" in text.lower()]


def test_pages_load_and_download_nothing_that_they_do_not_need(tmp_path):
    environment = {**os.environ, "MNIST_DIR": str(tmp_path), "no_proxy": "*"}
    done = subprocess.run(
        [sys.executable, "-c", f"OTHERS = {OTHERS}\n{FIRST_PAGE}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert not (ROOT / "data").exists() or any((ROOT / "data").rglob("*.gz"))
