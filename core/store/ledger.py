"""What is known of backups without opening the store: backups.json beside it.

So a damaged store can be refused with the name of the last good backup. File names are for
people, folders stay in the file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.months import LOCAL
from core.settings import Settings
from core.store.dialects import sqlite

FILE = "backups.json"
_MOST = 200
_ONE_WRITER = threading.Lock()
Entry = dict[str, Any]


def local_folder(url: str) -> Path:
    """Where a store's companions lie: beside a SQLite file, else in local/ of the data folder."""
    file = sqlite.database_file(url) if url.startswith("sqlite") else None
    return file.parent if file is not None else Settings().data_folder / "local"


def store_name(url: str) -> str:
    """What tells the stores of one folder apart."""
    file = sqlite.database_file(url) if url.startswith("sqlite") else None
    return file.name if file is not None else "server"


def known_backups(url: str) -> list[Entry]:
    """Backups of this store, oldest first; none where the list is missing or cannot be read."""
    return [entry for entry in _entries(local_folder(url)) if entry["store"] == store_name(url)]


def note_backup(url: str, file: Path, note: Entry) -> None:
    """Remember a backup that was verified."""
    folder = local_folder(url)
    entry = {
        "store": store_name(url),
        "file": file.name,
        "folder": str(file.absolute().parent),
        **{name: note[name] for name in ("at", "app", "schema", "bytes", "audit")},
    }
    with _ONE_WRITER:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{FILE}.{os.getpid()}.part"
        kept = [*_entries(folder), entry][-_MOST:]
        part.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / FILE)


def last_good(url: str) -> Entry | None:
    """The newest backup whose file is still there, whole; None when there is none."""
    return next((entry for entry in reversed(known_backups(url)) if _is_there(entry)), None)


def noted_heads(url: str) -> dict[int, str]:
    """Hash by audit row, as backups noted the ends of this store's trail."""
    heads = [entry["audit"] for entry in known_backups(url) if entry["audit"]]
    return {head["last_id"]: head["hash"] for head in heads if head["last_id"]}


def damage(url: str) -> StoreError:
    """What a person is told of a damaged store: the last good backup by name, if there is one."""
    good = last_good(url)
    if good is None:
        return StoreError("E_STORE_DAMAGED")
    at = dt.datetime.fromisoformat(good["at"]).astimezone(LOCAL)
    return StoreError("E_STORE_DAMAGED_KEPT", backup=good["file"], at=f"{at:%Y-%m-%d %H:%M}")


def _entries(folder: Path) -> list[Entry]:
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    needed = {"store", "file", "folder", "at", "bytes", "audit"}
    listed = found if isinstance(found, list) else []
    return [entry for entry in listed if isinstance(entry, dict) and needed <= entry.keys()]


def _is_there(entry: Entry) -> bool:
    try:
        return (Path(entry["folder"]) / entry["file"]).stat().st_size == entry["bytes"]
    except OSError:
        return False
