"""`python -m benchmarks`: print every figure of the README, as measured now on this machine."""

import argparse
import os
import platform
import sys

import torch

from benchmarks.latent import latent_rows
from benchmarks.lessons import lesson_rows
from benchmarks.loading import loading_rows
from benchmarks.memory import memory_rows
from benchmarks.page import page_rows
from benchmarks.playing import TABS, playing_rows, tabs_rows
from benchmarks.reading import forward_rows, mnist_rows, pen_rows
from benchmarks.report import Row, print_table
from benchmarks.sessions import sessions_rows
from benchmarks.training import training_rows
from mnist_core.errors import MnistLabError


def main() -> int:
    """Run the parts asked for; the exit status is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = "forward page memory mnist pen training loading playing tabs sessions lessons latent"
    parser.add_argument("parts", nargs="*", help=f"any of: {names} (default: all)")
    parser.add_argument("--every", type=int, default=1, help="only each n-th pen digit")
    options = parser.parse_args()
    parts = {
        "forward": ("One forward pass", forward_rows),
        "page": ("The Draw page in Chromium", page_rows),
        "memory": ("Memory", memory_rows),
        "mnist": ("MNIST", mnist_rows),
        "pen": ("Pen strokes drawn on a canvas", lambda: pen_rows(options.every)),
        "training": ("The source's trainings", training_rows),
        "loading": ("Batches from memory against a DataLoader, one thread", loading_rows),
        "playing": ("Training in the page in Chromium, one thread", playing_rows),
        "tabs": (f"{TABS} visitors who train at once", tabs_rows),
        "lessons": ("Sliders of the lessons in Chromium", lesson_rows),
        "latent": ("Autoencoders", latent_rows),
        "sessions": ("Memory after visitors who trained and left", sessions_rows),
    }
    print(f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}")
    rows: list[Row] = []
    for name in options.parts or parts:
        title, measure = parts[name]
        load = os.getloadavg()[0]
        try:
            measured = measure()
        except MnistLabError as error:
            print(f"\n## {title}\n\nNot measured: {error}")
            continue
        print_table(f"{title} (load average {load:.1f})", measured)
        rows += measured
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
