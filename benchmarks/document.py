"""`docs/figures.md`: one section for each part, replaced when that part is measured anew."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
import torch

FIGURES = Path(__file__).resolve().parent.parent / "docs" / "figures.md"
HEADING = "## "
BEGINS = """# Figures

Written by `python -m benchmarks PART…` (all parts: `make bench`), never by hand. Each section says
when, where and with which command it was measured. A bar is what a figure has to reach.
"""


def conditions(command: str) -> str:
    """When, on what machine, beside how much other work, and with which command: one line."""
    cuda = torch.cuda.is_available()
    parts = [
        datetime.now(UTC).date().isoformat(),
        f"{os.cpu_count()} cores ({platform.machine()})",
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        f"GPU: {torch.cuda.get_device_name()}" if cuda else "no GPU",
        f"torch {torch.__version__}",
        f"load average {os.getloadavg()[0]:.1f} at the start",
        f"`{command}`",
    ]
    return " · ".join(parts)


def sections_of(text: str) -> dict[str, str]:
    """Title → what stands below it."""
    parts = f"\n{text}".split(f"\n{HEADING}")[1:]
    titles_and_bodies = (part.partition("\n") for part in parts)
    return {title: body.strip() for title, _, body in titles_and_bodies}


def with_section(text: str, title: str, body: str, titles: Sequence[str]) -> str:
    """`text` with this section new or replaced; in the order of `titles`, others are dropped."""
    sections = sections_of(text) | {title: body.strip()}
    listed = [f"{HEADING}{name}\n\n{sections[name]}\n" for name in titles if name in sections]
    return "\n".join([BEGINS, *listed])


def write_section(title: str, body: str, titles: Sequence[str]) -> None:
    """Put the section into docs/figures.md."""
    text = FIGURES.read_text(encoding="utf-8") if FIGURES.exists() else ""
    FIGURES.write_text(with_section(text, title, body, titles), encoding="utf-8")
