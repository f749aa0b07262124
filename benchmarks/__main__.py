"""`python -m benchmarks PART…`: measure on this machine, and write docs/figures.md anew."""

import argparse
import sys
from collections.abc import Callable

from benchmarks.challenge import measure_challenge
from benchmarks.class_hand_in import measure_hand_in
from benchmarks.classroom import measure_class
from benchmarks.document import conditions, write_section
from benchmarks.dragging import measure_dragging
from benchmarks.following import measure_following
from benchmarks.handwriting import measure_handwriting
from benchmarks.latent import measure_autoencoders
from benchmarks.lessons import measure_how_learning_works, measure_lessons
from benchmarks.loading import measure_loading
from benchmarks.memory import measure_every_page, measure_memory
from benchmarks.numbers import measure_numbers
from benchmarks.page import measure_page
from benchmarks.playing import TABS, measure_first_seconds, measure_playing, measure_tabs
from benchmarks.reading import measure_coarse, measure_forward, measure_mnist, measure_pen
from benchmarks.report import Found
from benchmarks.sessions import measure_an_hour, measure_sessions
from benchmarks.share import measure_links
from benchmarks.training import measure_training, measure_transfer
from benchmarks.visit import measure_visits
from benchmarks.weights import list_weights
from mnist_core.errors import MnistLabError

THINNED = ("pen", "numbers", "share")
"""The parts that `--every` makes shorter."""


def all_parts(every: int) -> dict[str, tuple[str, Callable[[], Found]]]:
    """Name of each part → its title in docs/figures.md, and what measures it."""
    return {
        "weights": ("Shipped weights", list_weights),
        "mnist": ("MNIST", measure_mnist),
        "pen": ("Pen strokes drawn on a canvas", lambda: measure_pen(every)),
        "coarse": ("Uploads of few grey cells", lambda: measure_coarse(every)),
        "numbers": ("Numbers of several digits", lambda: measure_numbers(every)),
        "share": ("Drawings in links", lambda: measure_links(every)),
        "latent": ("Autoencoders", measure_autoencoders),
        "training": ("Training with the published recipes", measure_training),
        "challenge": ("The 99 % challenge", measure_challenge),
        "handwriting": ("A class teaches its handwriting", measure_handwriting),
        "transfer": ("The transferred ResNet-18, to its first test accuracy", measure_transfer),
        "forward": ("One forward pass", measure_forward),
        "loading": ("Batches from memory against a DataLoader, one thread", measure_loading),
        "page": ("The Draw page in Chromium", measure_page),
        "visit": ("What a first visit fetches", measure_visits),
        "playing": ("Training in the page in Chromium, one thread", measure_playing),
        "first_seconds": ("Train as it opens", measure_first_seconds),
        "tabs": (f"{TABS} visitors who train at once", measure_tabs),
        "dragging": ("Points dragged in Chromium", measure_dragging),
        "lessons": ("Sliders of the lessons in Chromium", measure_lessons),
        "learning": ("Sliders of How learning works in Chromium", measure_how_learning_works),
        "memory": ("Memory", measure_memory),
        "every_page": ("Memory after every page", measure_every_page),
        "class": ("A whole class at once", measure_class),
        "class_hand_in": ("A whole class hands in its digits", measure_hand_in),
        "following": ("The answer follows the pen", measure_following),
        "hour": ("Memory after an hour of visits to every page", measure_an_hour),
        "sessions": ("Memory after visitors who trained and left", measure_sessions),
    }


def main() -> int:
    """Measure the parts asked for; the exit status is 1 when a bar is missed."""
    names = list(all_parts(1))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"any of: {' '.join(names)} (default: all)"
    )
    parser.add_argument("--every", type=int, default=1, help="only each n-th pen digit")
    parser.add_argument("--print", action="store_true", help="print only, and write nothing")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(names):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = all_parts(options.every)
    titles = [title for title, _ in parts.values()]
    all_hold = True
    for name in options.parts or names:
        title, measure = parts[name]
        thinned = name in THINNED and options.every > 1
        where = conditions(
            f"python -m benchmarks {name}{f' --every {options.every}' if thinned else ''}"
        )
        try:
            outcome = measure()
        except MnistLabError as error:
            print(f"\n## {title}\n\nNot measured: {error}", flush=True)
            continue
        print(f"\n## {title}\n\n{where}\n\n{outcome.text}", flush=True)
        if not options.print:
            write_section(title, f"{where}\n\n{outcome.text}", titles)
        all_hold &= outcome.holds
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
