"""The JavaScript, CSS and HTML of our components, which stand in files beside their Python."""

from pathlib import Path


def read_beside(module_file: str, *names: str) -> str:
    """The files `names` in the folder of `module_file`, one after the other."""
    folder = Path(module_file).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
