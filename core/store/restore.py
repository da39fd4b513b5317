"""A backup becomes the store again: checked before, compared after, everything or nothing.

A file: the backup is made ready beside the store, then takes its place in one step; a running app
sees the new rows at its next read. A server: the old schema is renamed and the backup played in
one transaction. Either way what was there is kept aside, and an audit row tells of the restore.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from core.errors import StoreError
from core.months import Clock, utc_now
from core.store import chain, ledger
from core.store.backup import read_note, sha256_of, stamp
from core.store.contents import compare, revision, totals
from core.store.dialects import dialect_of, sqlite
from core.store.engine import Actor, Store, Work, new_engine
from core.store.opening import compared, migrate, upgrade
from core.store.setting_aside import COMPANIONS, copy_aside, copy_damaged_aside
from core.store.tables import Audit

Note = dict[str, Any]
_PATIENCE = 10.0


def restore(
    url: str, file: Path, actor: Actor, yes: bool = False, clock: Clock = utc_now
) -> dict[str, Any]:
    """Make the backup the store of this URL; what was done, for people to read.

    yes: also over a store that holds something, or is damaged; it is set aside first. StoreError
    E_BACKUP_MISSING, E_BACKUP_DAMAGED, E_BACKUP_TOTALS, E_BACKUP_NEWER, E_RESTORE_FILLED.
    """
    if not file.is_file():
        raise StoreError("E_BACKUP_MISSING", file=file.name)
    dialect, note = dialect_of(url), read_note(file)
    if note is not None and sha256_of(file) != note["sha256"]:
        raise StoreError("E_BACKUP_DAMAGED", file=file.name)
    if note is not None and note["backend"] != dialect_of(url).__name__.rpartition(".")[2]:
        raise StoreError("E_BACKUP_BACKEND", file=file.name)
    if note is not None:
        compared(note["schema"], code="E_BACKUP_NEWER")
    dialect.verify(file)
    into = _into_file if dialect is sqlite else _into_server
    try:
        found = into(_Task(url, file, note, actor, yes, clock))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError("E_STORE_FULL" if full else "E_STORE_OPEN") from error
    at = note["at"] if note else None
    checked = "equal" if note else "not noted"
    return {"restored": file.name, "written_at": at, "control_totals": checked} | found


@dataclass(frozen=True)
class _Task:
    """One restore: from where, into what, and who asked."""

    url: str
    file: Path
    note: Note | None
    actor: Actor
    yes: bool
    clock: Clock

    def ask(self, what: str) -> None:
        """StoreError E_RESTORE_FILLED, E_RESTORE_DAMAGED unless the person said yes."""
        if not self.yes:
            raise StoreError(what, file=self.file.name)

    def check_totals(self, connection: Connection) -> None:
        if self.note is not None:
            compare(self.note["tables"], totals(connection))

    def tell(self, work: Work, after: int, aside: str) -> None:
        """The audit row: it comes after every row of the trail that this one replaces."""
        work.after = max(after, *ledger.noted_heads(self.url), 0)
        at = self.note["at"] if self.note else ""
        work.record(chain.RESTORED, self.file.name, new={"written_at": at, "aside": aside})


# A SQLite file ---------------------------------------------------------------------------------


def _into_file(task: _Task) -> dict[str, Any]:
    target = sqlite.database_file(task.url)
    if target is None:
        raise StoreError("E_STORE_OPEN")
    target.parent.mkdir(parents=True, exist_ok=True)
    state = _found_in(target)
    if state in ("filled", "damaged"):
        task.ask("E_RESTORE_FILLED" if state == "filled" else "E_RESTORE_DAMAGED")
    ready = target.with_name(f"{target.name}.restoring")
    try:
        _remove(ready)
        shutil.copyfile(task.file, ready)
        audit = _make_ready(task, ready)
        if state in ("filled", "empty"):
            with _nobody_writes(target):
                last_id, aside = _aside(target, task.clock)
                _sign_file(task, ready, last_id, aside)
            _pour(ready, target)
        else:
            aside = copy_damaged_aside(target, task.clock).name if state == "damaged" else ""
            _sign_file(task, ready, 0, aside)
            for suffix in COMPANIONS:  # the journal of another file
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            os.replace(ready, target)
    finally:
        _remove(ready)
    return {"aside": aside, "audit": audit}


def _found_in(file: Path) -> str:
    """What is in the store's place: missing, empty, filled or damaged."""
    if not file.exists() or (file.stat().st_size == 0 and not sqlite.has_journal(file)):
        return "missing"
    try:
        with _engine(file) as (engine, _):
            if not sqlite.examine(engine, every_page=True):
                return "damaged"
            return "empty" if _last_audit(engine) is None else "filled"
    except (DatabaseError, StoreError) as error:
        code = error.code if isinstance(error, StoreError) else sqlite.reason(error)
        if code != "E_STORE_DAMAGED":
            raise StoreError(code or "E_STORE_OPEN") from error
        return "damaged"


@contextmanager
def _engine(file: Path) -> Iterator[tuple[Engine, tuple[str, ...]]]:
    engine, notes = new_engine(f"sqlite:///{file.absolute().as_posix()}")
    try:
        yield engine, notes
    finally:
        engine.dispose()


def _last_audit(engine: Engine) -> int | None:
    """The last audit row; None where the store holds nothing: every write leaves a row."""
    with engine.connect() as connection:
        reading = connection.execution_options(**dialect_of(engine.url).READING)
        if not inspect(reading).has_table("audit"):
            return None
        return reading.execute(select(func.max(col(Audit.id)))).scalar()


@contextmanager
def _nobody_writes(target: Path) -> Iterator[None]:
    """Others wait with their saves; what they saved before is what is set aside."""
    driver: Any = sqlite._driver()
    lock = driver.connect(str(target), timeout=_PATIENCE, isolation_level=None)
    try:
        lock.execute("BEGIN IMMEDIATE")
        yield
    except driver.Error as error:
        raise StoreError(sqlite.reason(error) or "E_STORE_OPEN") from error
    finally:
        lock.close()


def _aside(target: Path, clock: Clock) -> tuple[int, str]:
    """Keep what is there; its last audit row, and its name under archive/ ('' when empty)."""
    with _engine(target) as (engine, _):
        last_id = _last_audit(engine)
        return (last_id, copy_aside(engine, target, clock).name) if last_id else (0, "")


def _make_ready(task: _Task, ready: Path) -> str:
    """Compare and migrate the copy; what its audit chain is worth."""
    with _engine(ready) as (engine, _):
        with engine.connect() as connection:
            reading = connection.execution_options(**sqlite.READING)
            compared(revision(reading), code="E_BACKUP_NEWER")
            task.check_totals(reading)
        migrate(engine)
        with engine.connect() as connection:
            return _worth(connection.execution_options(**sqlite.READING))


def _worth(connection: Connection) -> str:
    verdict = chain.verify(connection)
    return "whole" if verdict.row is None else f"broken at row {verdict.row}"


def _sign_file(task: _Task, ready: Path, last_id: int, aside: str) -> None:
    """The audit row of the restore, and the whole of it in one file."""
    with _engine(ready) as (engine, notes):
        store = Store(f"sqlite:///{ready.absolute().as_posix()}", engine, task.clock, notes)
        with store.write(task.actor) as work:
            task.tell(work, last_id, aside)


def _pour(ready: Path, target: Path) -> None:
    """Replace every page of a store that others may have open, in one transaction.

    StoreError E_STORE_BUSY when somebody keeps writing.
    """
    driver: Any = sqlite._driver()
    begun = time.monotonic()

    def impatient(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() - begun > _PATIENCE:
            raise StoreError("E_STORE_BUSY")

    source, live = driver.connect(str(ready)), driver.connect(str(target), timeout=_PATIENCE)
    try:
        source.backup(live, pages=-1, progress=impatient, sleep=0.05)
        live.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except driver.Error as error:
        raise StoreError(sqlite.reason(error) or "E_STORE_OPEN") from error
    finally:
        source.close()
        live.close()


def _remove(ready: Path) -> None:
    for suffix in ("", *COMPANIONS):
        Path(f"{ready}{suffix}").unlink(missing_ok=True)


# A server --------------------------------------------------------------------------------------


def _into_server(task: _Task) -> dict[str, Any]:
    dialect = dialect_of(task.url)
    engine, notes = new_engine(task.url)
    store = Store(task.url, engine, task.clock, notes)
    try:
        with store.worded():
            last_id = _last_audit(engine)
            if last_id is not None:
                task.ask("E_RESTORE_FILLED")
            with engine.connect() as connection, connection.begin():
                connection.execute(text("SET LOCAL lock_timeout = '10s'"))
                aside = f"aside_{stamp(task.clock()).lower()}"
                dialect.set_aside(connection, aside)
                dialect.play(connection, task.file)
                compared(revision(connection), code="E_BACKUP_NEWER")
                task.check_totals(connection)
                upgrade(connection)
                audit = _worth(connection)
                _sign(task, connection, last_id or 0, aside)
    finally:
        engine.dispose()
    return {"aside": aside if last_id is not None else "", "audit": audit}


def _sign(task: _Task, connection: Connection, after: int, aside: str) -> None:
    """The audit row of the restore, in its own transaction."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        work = Work(session, task.actor, task.clock)
        task.tell(work, after, aside)
        chain.append(connection, work.trail, work.after)
        session.add_all(work.trail)
        session.flush()
