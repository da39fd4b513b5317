"""Everything a change must pass: python -m tests [arguments for pytest].

Lint, format, types and import rules first; then the tests, whose summary is the last line. The
first step that fails ends the run with its exit code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))

STEPS = {
    "lint": [sys.executable, "-m", "ruff", "check"],
    "format": [sys.executable, "-m", "ruff", "format", "--check"],
    "types": [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
    "imports": [str(SCRIPTS / "lint-imports"), "--no-logo"],
    # A file's tests stay together, so that what they share (a server, a demo store) starts once.
    "tests": [
        sys.executable,
        "-m",
        "pytest",
        "-n=auto",
        "--dist=loadfile",
        "--verbosity=0",
        "-rfEs",
    ],
}


def main(arguments: list[str]) -> int:
    """Run every step; 0, or the exit code of the first that failed."""
    for name, command in STEPS.items():
        print(f"== {name}", flush=True)
        extra = arguments if name == "tests" else []
        # pyright would ask the network whether there is a newer one
        quiet = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
        failed = subprocess.run([*command, *extra], cwd=ROOT, env=quiet, check=False).returncode
        if failed:
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
