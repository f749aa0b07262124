"""The JavaScript of our components, in files beside this one."""

from pathlib import Path

FOLDER = Path(__file__).parent


def script(*names: str) -> str:
    """The files `<name>.js` one after the other, as one module."""
    return "\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in names)
