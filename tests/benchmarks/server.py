"""A real `streamlit run` on a store of its own, and what it costs the processor."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-01-15"


@dataclass(frozen=True)
class Server:
    """Where the app listens, and the number of its process."""

    port: int
    process: int
    begun: float
    """time.perf_counter() when the command was given."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_ms(self) -> float:
        """Processor time of the whole process so far, user and system, in milliseconds."""
        # Linux: the CPU clock of another process, in nanoseconds (/proc/PID/stat ticks at 10 ms)
        return time.clock_gettime_ns(~self.process << 3 | 2) / 1e6


def demo_store(path: Path) -> str:
    """The URL of a store that holds the demo hospital."""
    url = f"sqlite:///{path}"
    command = [sys.executable, "-m", "core", "init", "--demo", "--as-of", AS_OF, "--db", url]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return url


@contextmanager
def serving(url: str, bytecode: Path | None = None) -> Iterator[Server]:
    """The app on this store; it listens when the block begins.

    bytecode: where Python keeps compiled modules, on machines that forbid it elsewhere.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "JINGGUAN_DATABASE_URL": url, "JINGGUAN_AS_OF": AS_OF}
    if bytecode is not None:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            server = Server(port, process.pid, begun)
            _wait(server, process)
            yield server
        finally:
            process.terminate()


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=1):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise SystemExit(f"the app ended with {process.returncode}")
