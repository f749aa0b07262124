"""nginx from Debian, with the configuration of `deploy/`."""

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import ROOT, free_port

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
COPIES, LISTENS = ("first:8501", "second:8501"), "listen 8080;"


def nginx_path() -> str | None:
    """On the path, or where Debian puts it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def configuration_for(ports: Sequence[int], listens: int) -> str:
    """That of `deploy/`, with other names and ports and with nothing else."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    places = {copy: f"127.0.0.1:{port}" for copy, port in zip(COPIES, ports, strict=True)}
    places[LISTENS] = f"listen 127.0.0.1:{listens};"
    for name, place in places.items():
        assert text.count(name) == 1
        text = text.replace(name, place)
    return text


@contextmanager
def running_nginx(ports: Sequence[int], folder: Path) -> Iterator[str]:
    """In front of these copies of the app; yields its address, ends it afterwards."""
    nginx, port = nginx_path(), free_port()
    assert nginx is not None
    file = folder / "nginx.conf"
    file.write_text(configuration_for(ports, port), encoding="utf-8")
    process = subprocess.Popen(
        [nginx, "-c", file, "-e", "stderr", "-g", f"daemon off; pid {folder / 'nginx.pid'};"]
    )
    try:
        wait_until_it_listens(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_it_listens(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, "nginx ended"
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nginx does not answer at {address}")
