"""The rules of the house: rooms import only downwards, and none hides it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("mnist_core", "ui", "pages")
CORE_LINES = (
    {"errors", "words"},
    {"files", "layers", "pictures"},
    {"data", "models", "experiments"},
    {"training", "evaluation", "weights"},
    {"reading", "latent", "inside"},
    {"number", "classroom"},
    {"shipping"},
    {"train"},
)
"""The rooms of `mnist_core` from the ground up; those in one line know nothing of each other."""
MOST_LINES, MOST_FILES = 90, 16

Import = tuple[Path, str, bool]


def sources(*places: str) -> list[Path]:
    found = (
        [ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py")
        for place in places
    )
    return sorted(path for paths in found for path in paths)


def imports(*places: str) -> Iterator[Import]:
    """(file, module that it imports, whether inside of a function)."""
    for path in sources(*places):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            for module in _modules(node):
                yield path, module, id(node) in inside


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "modules are named in full"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def room_of(module: str) -> str:
    """“mnist_core.data.mnist.Digits” → “data”."""
    return module.split(".")[1]


def broken(found: Iterator[str]) -> None:
    lines = sorted(set(found))
    assert not lines, "\n".join(lines)


def test_a_floor_uses_only_those_below_it() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for height, floor in enumerate(FLOORS)
        for path, module, _ in imports(floor)
        if module.split(".")[0] in FLOORS[height + 1 :]
    )


def test_no_page_s_room_knows_another_s() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("ui")
        if module.startswith("ui.")
        and room_of(module) not in ("shared", path.relative_to(ROOT).parts[1])
    )


def test_a_page_uses_its_own_room_and_what_pages_share() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("pages")
        if module.startswith("ui.") and room_of(module) not in ("shared", path.stem)
    )


def test_every_page_has_its_room() -> None:
    rooms = {path.name for path in (ROOT / "ui").iterdir() if path.is_dir()} - {"__pycache__"}
    assert rooms == {path.stem for path in sources("pages")} | {"shared"}


def test_a_room_of_core_uses_only_rooms_of_lower_lines() -> None:
    height = {room: line for line, rooms in enumerate(CORE_LINES) for room in rooms}
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("mnist_core")
        if path.parent != ROOT / "mnist_core" or path.stem != "__init__"
        if module.startswith("mnist_core.")
        for own in [path.relative_to(ROOT / "mnist_core").with_suffix("").parts[0]]
        if own != room_of(module) and height[own] <= height[room_of(module)]
    )


def test_core_knows_no_app() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("mnist_core")
        if module.split(".")[0] in ("streamlit", "plotly", "streamlit_drawable_canvas")
    )


def test_figures_know_no_session() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("ui")
        if "figures" in path.stem or "figures" in path.parent.name
        if module.split(".")[0] == "streamlit" or module.startswith("ui.shared.state.")
    )


def test_the_app_never_imports_what_makes_the_weights() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in imports("app.py", "ui", "pages")
        if module.startswith("mnist_core.") and room_of(module) in ("shipping", "train")
    )


def test_only_the_download_and_the_resnet_load_torchvision_and_when_asked() -> None:
    found = {
        (str(path.relative_to(ROOT)), inside)
        for path, module, inside in imports(*FLOORS, "app.py")
        if module.split(".")[0] == "torchvision"
    }
    files = ("mnist_core/data/mnist.py", "mnist_core/models/resnet18_transfer.py")
    assert found == {(file, True) for file in files}


def test_a_place_is_unravelled_by_numpy_since_torch_s_own_loads_sympy() -> None:
    places = [path for path in sources(*FLOORS) if "torch.unravel_index" in path.read_text("utf-8")]
    assert not places


def test_no_import_hides_in_a_function() -> None:
    broken(
        f"{path.relative_to(ROOT)} imports {module} in a function"
        for path, module, inside in imports(*FLOORS, "app.py", "benchmarks")
        if inside and module.split(".")[0] in (*FLOORS, "benchmarks")
    )


@pytest.mark.parametrize("place", ["mnist_core", "ui"])
def test_no_file_imports_itself_on_a_way_round(place: str) -> None:
    graph: dict[str, set[str]] = {}
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources(place)
    }
    for path, module, _ in imports(place):
        if path != ROOT / "mnist_core" / "__init__.py":
            own = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found = {name for name in (module, module.rpartition(".")[0]) if name in names}
            graph.setdefault(own, set()).update(found)
    TopologicalSorter(graph).prepare()


def test_pages_are_short_and_folders_can_be_taken_in() -> None:
    broken(
        f"{path.relative_to(ROOT)} has more than {MOST_LINES} lines"
        for path in sources("pages")
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    )
    folders = {path.parent for path in sources(*FLOORS)} - {ROOT / "pages"}  # as many as there are
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder in folders
        if (count := len([p for p in folder.glob("*.py") if p.stem != "__init__"])) > MOST_FILES
    }
    assert not crowded
