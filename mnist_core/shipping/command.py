"""What the small programs that make one file for each network have in common."""

import argparse
import sys
from collections.abc import Callable, Collection

from mnist_core.errors import MnistLabError


def run_for_keys(
    program: str,
    describes: str | None,
    possible: Collection[str],
    work: Callable[[str], object],
    arguments: list[str],
) -> int:
    """Do `work` for each key of the command line, and print what it returns.

    Returns the exit status: 1 after a MnistLabError, which is one line on standard error.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=describes)
    parser.add_argument("keys", nargs="+", choices=list(possible), metavar="KEY")
    try:
        for key in parser.parse_args(arguments).keys:
            print(work(key))
    except MnistLabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
