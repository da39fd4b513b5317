"""A backup while people work: one consistent copy, checked, with a note of what it holds.

FILE appears under its name only when it is whole; FILE.json beside it says which app and schema
wrote it, when, and the control totals that a restore must find again.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.settings import ROOT
from core.store import ledger
from core.store.contents import described
from core.store.engine import Actor, Store

_OWN_NAME = re.compile(r"jingguan-\d{8}T\d{6}Z(-\d+)?\.(db|dump)(\.part)?")
_NO_RECORD = ("E_STORE_READONLY", "E_STORE_FULL")


def back_up(store: Store, file: Path, actor: Actor) -> dict[str, Any]:
    """Copy the whole store into `file`, which must not exist; the note that lies beside it.

    StoreError E_BACKUP_EXISTS, E_BACKUP_TOOL, E_STORE_FULL, E_STORE_DAMAGED.
    """
    note = _copy(store, file)
    return note | {"recorded": _record(store, file, note, actor)}


def _copy(store: Store, file: Path) -> dict[str, Any]:
    """The copy under its name, whole, with its note beside it."""
    if file.exists():
        raise StoreError("E_BACKUP_EXISTS", file=file.name)
    part = file.with_name(f"{file.name}.part")
    at = store.clock()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with store.worded(), store.dialect.copied(store.engine, part) as copy:
            store.dialect.verify(part)
            contents = described(copy)
        note = {"file": file.name, "backend": store.engine.dialect.name, "at": _utc(at)}
        note |= {"app": _app_version(), "bytes": part.stat().st_size, "sha256": sha256_of(part)}
        note |= contents
        _keep(part, file, note)
    except OSError as error:
        raise _worded(error) from error
    except StoreError as error:
        raise (ledger.damage(store.url) if error.code == "E_STORE_DAMAGED" else error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return note


def back_up_by_schedule(store: Store, folder: Path, keep: int, actor: Actor) -> dict[str, Any]:
    """A backup named by the moment, then the oldest such beyond `keep` removed; its note."""
    if keep < 1:
        raise StoreError("E_BACKUP_KEEP", keep=keep)
    suffix = store.dialect.BACKUP_SUFFIX
    file = free_name(folder / f"jingguan-{stamp(store.clock())}{suffix}")
    note = back_up(store, file, actor)
    own = sorted(path for path in folder.iterdir() if _OWN_NAME.fullmatch(path.name))
    whole = [path for path in own if path.suffix == suffix]
    # A part is what a killed run left behind; one being written has the newest name.
    gone = [path for path in own if path.suffix == ".part" and path.name < file.name]
    gone += [path for path in whole if path != file][: max(0, len(whole) - keep)]
    for path in gone:
        path.unlink(missing_ok=True)
        _note_file(path).unlink(missing_ok=True)
    return note | {"removed": [path.name for path in gone]}


def before_migration(store: Store, schema: str) -> Path:
    """A backup beside the store before its schema changes: an older schema takes no audit row."""
    folder = ledger.local_folder(store.url) / "backups"
    name = f"before-{schema}-{stamp(store.clock())}{store.dialect.BACKUP_SUFFIX}"
    file = free_name(folder / name)
    ledger.note_backup(store.url, file, _copy(store, file))
    return file


def read_note(file: Path) -> dict[str, Any] | None:
    """The note beside a backup; None where it is missing. StoreError E_BACKUP_DAMAGED."""
    try:
        note = json.loads(_note_file(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError("E_BACKUP_DAMAGED", file=file.name) from error
    if not isinstance(note, dict) or not {"sha256", "tables", "backend", "at"} <= note.keys():
        raise StoreError("E_BACKUP_DAMAGED", file=file.name)
    return note


def free_name(file: Path) -> Path:
    """`file`, or the first of name-2, name-3 … that is not taken."""
    names = (file, *[file.with_name(f"{file.stem}-{n}{file.suffix}") for n in range(2, 1000)])
    return next(n for n in names if not n.exists() and not n.with_name(f"{n.name}.part").exists())


def stamp(moment: dt.datetime) -> str:
    """20261122T031500Z: sorts, and is a file name everywhere."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _keep(part: Path, file: Path, note: dict[str, Any]) -> None:
    """Note first, then the name: whoever sees FILE sees it whole, with its note."""
    with part.open("r+b") as content:
        os.fsync(content.fileno())
    beside = _note_file(file)
    with beside.open("w", encoding="utf-8") as text:
        json.dump(note, text, ensure_ascii=False, indent=1)
        text.flush()
        os.fsync(text.fileno())
    try:
        if file.exists():
            raise StoreError("E_BACKUP_EXISTS", file=file.name)
        part.rename(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _record(store: Store, file: Path, note: dict[str, Any], actor: Actor) -> bool:
    """In the list beside the store and in its audit; False where neither can be written to."""
    new = {name: note[name] for name in ("at", "schema", "bytes", "sha256", "audit")}
    try:
        ledger.note_backup(store.url, file, note)
        with store.write(actor) as work:
            work.record("backup", file.name, new=new)
    except (OSError, StoreError) as error:
        if isinstance(error, StoreError) and error.code not in _NO_RECORD:
            raise
        return False
    return True


def _worded(error: OSError) -> StoreError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StoreError("E_STORE_FULL" if full else "E_BACKUP_PLACE")


def _note_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def _app_version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
