"""The app's migrations, with fewer or with more: what an older and a newer app know."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.store import opening

SCRIPTS = Path(opening.__file__).parent / "migrations"
HEAD = max(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("*.py"))
NEXT = f"{int(HEAD) + 1:04d}"


def scripts_up_to(revision: str, folder: Path) -> Path:
    """The migrations that an older app had."""
    scripts = folder / f"up_to_{revision}"
    shutil.copytree(SCRIPTS, scripts)
    for path in (scripts / "versions").glob("*.py"):
        if path.name.partition("_")[0] > revision:
            path.unlink()
    return scripts


def scripts_with(last: str, folder: Path) -> Path:
    """The migrations with one more."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    (scripts / "versions" / f"{NEXT}_last.py").write_text(last, encoding="utf-8")
    return scripts
