"""The app as a hospital starts it: a server process on a free port, with its own store."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.stores import AS_OF, url_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60


@contextmanager
def serve(store: Path) -> Iterator[str]:
    """The address of an app on this store; made, with the demo, where it does not exist."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"JINGGUAN_DATABASE_URL": url_of(store), "JINGGUAN_AS_OF": AS_OF}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log
        )
        try:
            _wait(process, f"{address}/_stcore/health", log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait(process: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
    last = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last:
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(log.read().decode(errors="replace"))
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 our own server
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
