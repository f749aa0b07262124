"""A PostgreSQL server of the test run's own: in a temporary folder, on a free port."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


def program(name: str) -> Path | None:
    """`initdb` or `postgres`, on the path or where Debian puts them."""
    found = shutil.which(name)
    if found:
        return Path(found)
    return max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), default=None)


def who_runs_it() -> str | None:
    """PostgreSQL refuses to run as root: then somebody who may do less. None: as we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


@contextmanager
def a_server() -> Iterator[str]:
    """Its address; the server and its folder are gone afterwards."""
    initdb, postgres = program("initdb"), program("postgres")
    assert initdb is not None
    assert postgres is not None
    user = who_runs_it()
    folder = Path(tempfile.mkdtemp(prefix="lab_pg_"))
    try:
        if user:
            shutil.chown(folder, user)
        subprocess.run(
            [initdb, "-D", folder / "db", "-U", "lab", "-A", "trust", "-E", "UTF8", "-N",
             "--locale=C"],
            user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [postgres, "-D", folder / "db", "-p", str(port), "-k", folder, "-F",
             "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB"],
            user=user, cwd=folder, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if "ready to accept connections" in line:
                    break
            else:
                raise RuntimeError("PostgreSQL did not start")
            yield f"postgresql://lab@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # waits for no client
            server.communicate(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
