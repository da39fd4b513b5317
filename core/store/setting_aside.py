"""Setting a whole store aside, so that another can take its place."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine

from core.errors import StoreError
from core.months import Clock
from core.store.backup import free_name, stamp
from core.store.dialects import sqlite
from core.store.engine import Store

COMPANIONS = ("-wal", "-shm")


def archive(store: Store) -> Path:
    """Set the whole SQLite file aside under archive/ and leave its place empty.

    The caller opens a new store afterwards. StoreError E_STORE_ARCHIVE where the store is not a
    file; there a new hospital is made beside the old one instead.
    """
    file = sqlite.database_file(store.url) if store.engine.dialect.name == "sqlite" else None
    if file is None:
        raise StoreError("E_STORE_ARCHIVE")
    kept = copy_aside(store.engine, file, store.clock)
    store.close()
    for suffix in ("", *COMPANIONS):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    return kept


def copy_aside(engine: Engine, file: Path, clock: Clock) -> Path:
    """A consistent copy of a healthy SQLite file under archive/."""
    kept = _place(file, clock)
    part = kept.with_name(f"{kept.name}.part")
    with sqlite.copied(engine, part):
        """Nothing more is asked of the copy."""
    part.rename(kept)
    return kept


def copy_damaged_aside(file: Path, clock: Clock) -> Path:
    """A damaged SQLite file as it is, with its journal, under archive/."""
    kept = _place(file, clock, "-damaged")
    for suffix in ("", *COMPANIONS):
        if Path(f"{file}{suffix}").exists():
            shutil.copyfile(f"{file}{suffix}", f"{kept}{suffix}")
    return kept


def _place(file: Path, clock: Clock, mark: str = "") -> Path:
    folder = file.parent / "archive"
    folder.mkdir(exist_ok=True)
    return free_name(folder / f"{file.stem}{mark}-{stamp(clock())}.db")
