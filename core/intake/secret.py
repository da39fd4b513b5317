"""The key of hashed columns: given by the environment, or a file beside the store.

Whoever loses it gets other keys for the same patients: it belongs into every backup.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from core.errors import DataError
from core.intake.hashing import SHORTEST_SECRET
from core.store.engine import Store
from core.store.ledger import local_folder

FILE = "hash.key"
_BYTES = 32


def throwaway() -> bytes:
    """A key for a check that stores nothing."""
    return secrets.token_bytes(_BYTES)


def hash_key(store: Store, data_folder: Path, given: bytes = b"") -> bytes:
    """The key of this store, made at first need; `given` (of the environment) goes before it.

    The file lies beside a SQLite file, else in local/ of the data folder. DataError E_HASH_KEY
    when it is too short, cannot be read or cannot be written.
    """
    key = given or _from_file(_place(store, data_folder))
    if len(key) < SHORTEST_SECRET:
        raise DataError("E_HASH_KEY")
    return key


def _place(store: Store, data_folder: Path) -> Path:
    beside = store.url.startswith("sqlite")
    return (local_folder(store.url) if beside else data_folder / "local") / FILE


def _from_file(path: Path) -> bytes:
    try:
        if not path.exists():
            _write(path)
        return path.read_bytes()
    except OSError as error:
        raise DataError("E_HASH_KEY") from error


def _write(path: Path) -> None:
    """Whole or not at all; whoever comes second keeps the first one's key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
