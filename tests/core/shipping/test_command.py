"""The programs that make one file for each network."""

import pytest

from mnist_core.errors import WeightsUnusable
from mnist_core.shipping.command import run_for_keys


def run(arguments: list[str]) -> int:
    def work(key: str) -> str:
        if key == "b":
            raise WeightsUnusable("b is torn.")
        return f"{key} is done"

    return run_for_keys("makes.files", "Makes files.", {"a": 1, "b": 2}, work, arguments)


def test_each_key_is_done_in_its_turn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a", "a"]) == 0
    assert capsys.readouterr().out == "a is done\na is done\n"


def test_an_error_is_one_line_and_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["b", "a"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "b is torn.\n")


def test_an_unknown_key_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(["c"])
    assert "invalid choice: 'c'" in capsys.readouterr().err
