"""What a newcomer reads is true: no figure is typed, and whatever is named exists."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mnist_core
from benchmarks.__main__ import all_parts
from benchmarks.document import BEGINS, FIGURES, sections_of, with_section
from benchmarks.weights import list_weights

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
QUOTED = "<!-- quoted from docs/figures.md -->\n"
NOT_IN_THE_REPOSITORY = ("data/", "runs/", "screenshots/", ".venv/", "canvas.py")
NUMBER = re.compile(r"\d(?:[\d .,]*\d)?(?: %)?")
MEASURED = re.compile(r"\d ?(?:%|ms\b|[MG]iB\b|nats\b|digits/s)")
FILE = re.compile(r"[\w.*-]+/[\w./*-]*|[\w*-]+\.(?:py|md|txt|toml|png|json)")
MODULE = re.compile(r" -m ([a-z][\w.]+)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_in(text: str) -> Iterator[str]:
    """Inline code and the lines of fenced blocks, comments included."""
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M))


def files_named(text: str) -> set[str]:
    """Paths in code, as they are written; * for a placeholder like <page>."""
    pieces = (re.sub(r"<\w+>", "*", piece) for piece in code_in(text))
    words = (word for piece in pieces for word in re.split(r"[\s,;:()“”\"'=]+", piece))
    return {word for word in words if FILE.fullmatch(word)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_module_that_is_named_exists(path: Path) -> None:
    text = read(path)
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    missing = [link for link in links if not (path.parent / link).exists()]
    missing += [
        name
        for name in files_named(text)
        if not name.startswith(NOT_IN_THE_REPOSITORY) and not exists(name)
    ]
    missing += [name for name in set(MODULE.findall(text)) if not is_module(name)]
    assert not missing


def exists(name: str) -> bool:
    """From the root, or in the README's list of what is in `mnist_core/`; * stands for any."""
    return any(any(folder.glob(name)) for folder in (ROOT, ROOT / "mnist_core"))


def is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    own = path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
    return own or name in ("venv", "pytest")


@pytest.mark.parametrize(("name", "most"), [("README.md", 130), ("CONTRIBUTING.md", 60)])
def test_what_is_read_first_is_short(name: str, most: int) -> None:
    assert len(read(ROOT / name).splitlines()) <= most


def test_the_readme_quotes_its_figures_and_types_none() -> None:
    begins, *others = read(ROOT / "README.md").split(QUOTED)
    quotes = [other.partition("\n\n")[0] for other in others]
    numbers = [number for quote in quotes for number in NUMBER.findall(quote)]
    assert numbers
    assert [number for number in numbers if number not in read(FIGURES)] == []
    besides = [begins, *(other.partition("\n\n")[2] for other in others)]
    assert not MEASURED.search("".join(besides))


def test_the_notebook_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", read(ROOT / "README.md"), re.S | re.M)
    digits = mnist_core.generate_digits(200)
    monkeypatch.setattr(mnist_core, "load_mnist", lambda split: digits, raising=False)
    names: dict[str, Any] = {"picture": digits.images[0].numpy()}
    exec(example, names)
    assert names["reading"].digit == digits.labels[0]
    assert names["run"].is_done
    assert 0 < names["run"].history.tests[-1].accuracy <= 1


def test_figures_hold_only_what_the_benchmark_writes() -> None:
    text = read(FIGURES)
    titles = [title for title, _ in all_parts(1).values()]
    assert text.startswith(BEGINS)
    assert [title for title in titles if title in sections_of(text)] == list(sections_of(text))
    assert all("`python -m benchmarks " in body for body in sections_of(text).values())


def test_the_estimate_of_a_network_that_is_told_the_digit_has_a_column_of_its_own() -> None:
    (head,) = [line for line in list_weights().text.splitlines() if "| log p(x) |" in line]
    names = [name.strip() for name in re.split(r"(?<!\\)\|", head)]
    told = names.index(r"log p(x \| digit)")
    lines = {
        line.split("`")[1]: [cell.strip() for cell in line.split("|")]
        for line in list_weights().text.splitlines()
        if line.startswith("| `")
    }
    assert lines["cvae"][told].startswith("−")
    assert lines["cvae"][names.index("log p(x)")] == "–"
    assert lines["vae"][told] == "–"


def test_a_part_that_is_measured_anew_replaces_its_own_section_alone() -> None:
    titles = ["A", "B", "C"]
    text = with_section("", "C", "three", titles)
    text = with_section(text, "A", "one", titles)
    assert sections_of(text) == {"A": "one", "C": "three"}
    text = with_section(text, "C", "| new |\n\nand said", titles)
    assert sections_of(text) == {"A": "one", "C": "| new |\n\nand said"}
    assert list(sections_of(with_section(text, "B", "two", titles))) == titles
    assert sections_of(with_section(text, "A", "one", ["A"])) == {"A": "one"}, "a title that went"
