"""`python -m benchmarks`: print every figure of the README, as measured now on this machine."""

import argparse
import os
import platform
import sys

import torch

from benchmarks.memory import memory_rows
from benchmarks.page import page_rows
from benchmarks.reading import forward_rows, mnist_rows, pen_rows
from benchmarks.report import Row, print_table
from mnist_core.errors import MnistLabError


def main() -> int:
    """Run the parts asked for; the exit status is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="any of: forward page memory mnist pen (default: all)"
    )
    parser.add_argument("--every", type=int, default=1, help="only each n-th pen digit")
    options = parser.parse_args()
    parts = {
        "forward": ("One forward pass", forward_rows),
        "page": ("The Draw page in Chromium", page_rows),
        "memory": ("Memory", memory_rows),
        "mnist": ("MNIST", mnist_rows),
        "pen": ("Pen strokes drawn on a canvas", lambda: pen_rows(options.every)),
    }
    print(f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}")
    rows: list[Row] = []
    for name in options.parts or parts:
        title, measure = parts[name]
        try:
            measured = measure()
        except MnistLabError as error:
            print(f"\n## {title}\n\nNot measured: {error}")
            continue
        print_table(title, measured)
        rows += measured
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
