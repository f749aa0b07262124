"""What our JavaScript computes, asked of node, which knows no page."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")


def in_node(files: Sequence[Path], expression: str, given: Any) -> Any:
    """The value of `expression`, which may use `given` and all that the files define.

    All numbers come as float, for JavaScript knows no others.
    """
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    asks = f"const given = {json.dumps(given)};\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(
        ["node", "--input-type=module"],
        input=f"{source}\n{asks}",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout, parse_int=float)
