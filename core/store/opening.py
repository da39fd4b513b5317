"""Opening a store: can it be trusted, is its schema ours, which banners does it ask for."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.months import Clock, utc_now
from core.store import ledger
from core.store.backup import before_migration
from core.store.dialects import dialect_of, sqlite
from core.store.engine import Store, new_engine
from core.store.setting_aside import archive

__all__ = ["archive", "free_space_is_low", "migrate", "open_store", "standing", "store_exists"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_UPGRADE = threading.Lock()
_QUICKLY_READ = 200_000_000
"""Bytes of which every page is read at each opening: 0.25 GB a second, so less than one."""


@dataclass(frozen=True)
class Standing:
    """Where a store's schema stands among those this app knows."""

    stored: str | None
    """None where there is no schema yet."""
    known: str

    @property
    def current(self) -> bool:
        return self.stored == self.known


def open_store(
    url: str, clock: Clock = utc_now, scripts: Path = _MIGRATIONS, thorough: bool = False
) -> Store:
    """The store at this URL, made if missing and brought to the newest schema.

    An older schema is backed up first. thorough: read every page of a large file too, if whoever
    had it open last was cut off. StoreError when the store is damaged, newer, or out of reach.
    """
    engine, notes = new_engine(url)
    try:
        every_page = _look_well(url, thorough)
        if not dialect_of(url).examine(engine, every_page):
            raise ledger.damage(url)
        readonly = dialect_of(url).is_readonly(engine)
        notes += ("W_STORE_READONLY",) if readonly else ()
        store = Store(url, engine, clock, notes)
        _bring_up(store, scripts, readonly)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError):
            code = dialect_of(url).reason(error) or "E_STORE_OPEN"
            damaged = code == "E_STORE_DAMAGED"
            raise (ledger.damage(url) if damaged else StoreError(code)) from error
        raise
    return store


def standing(engine: Engine, scripts: Path = _MIGRATIONS) -> Standing:
    """How the stored schema compares. StoreError E_STORE_NEWER when a newer app wrote it."""
    with engine.connect() as connection:
        reading = connection.execution_options(reads=True)
        stored = MigrationContext.configure(reading).get_current_revision()
    return compared(stored, scripts)


def compared(
    stored: str | None, scripts: Path = _MIGRATIONS, code: str = "E_STORE_NEWER"
) -> Standing:
    """How a schema's revision compares. StoreError of this code when the app does not know it."""
    script = ScriptDirectory.from_config(_config(scripts))
    known = script.get_current_head() or ""
    if stored is not None and stored not in {step.revision for step in _steps(script)}:
        raise StoreError(code, stored=stored, known=known)
    return Standing(stored, known)


def migrate(engine: Engine, scripts: Path = _MIGRATIONS) -> None:
    """Bring the schema to the newest revision, in one transaction.

    StoreError E_STORE_NEWER when the store was written by a newer app.
    """
    if standing(engine, scripts).current:
        return
    with engine.connect() as connection, dialect_of(engine.url).migrating(connection):
        upgrade(connection, scripts)


def upgrade(connection: Connection, scripts: Path = _MIGRATIONS) -> None:
    """Run the migrations that are missing, in the connection's transaction."""
    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def store_exists(url: str) -> bool:
    """Whether there is a store to open: of a server, that is for the server to say."""
    file = sqlite.database_file(url) if url.startswith("sqlite") else None
    return file is None or file.exists()


def free_space_is_low(url: str) -> bool:
    """Whether the disk under a SQLite store has less than a tenth left."""
    file = sqlite.database_file(url) if url.startswith("sqlite") else None
    if file is None or not file.parent.exists():
        return False
    usage = shutil.disk_usage(file.parent)
    return usage.free < usage.total * 0.1


def _look_well(url: str, thorough: bool) -> bool:
    """Whether to read every page. StoreError when a store that had backups is empty."""
    file = sqlite.database_file(url) if url.startswith("sqlite") else None
    if file is None or not file.exists():
        return False
    size = file.stat().st_size
    if size == 0 and not sqlite.has_journal(file) and ledger.known_backups(url):
        raise ledger.damage(url)
    return size < _QUICKLY_READ or (thorough and sqlite.has_journal(file))


def _bring_up(store: Store, scripts: Path, readonly: bool) -> None:
    """Migrate what is older, after a backup.

    StoreError E_STORE_MIGRATE when a migration fails: the store is then as it was.
    """
    found = standing(store.engine, scripts)
    if found.current:
        return
    if readonly:
        raise StoreError("E_STORE_OLD", stored=found.stored, known=found.known)
    if found.stored is None:
        migrate(store.engine, scripts)
        return
    with _ONE_UPGRADE:
        _upgrade_after_backup(store, scripts)


def _upgrade_after_backup(store: Store, scripts: Path) -> None:
    found = standing(store.engine, scripts)
    if found.current or found.stored is None:
        return  # somebody else of this process was first
    kept = before_migration(store, found.stored)
    try:
        migrate(store.engine, scripts)
    except (StoreError, DatabaseError) as error:
        if isinstance(error, StoreError) or store.dialect.reason(error):
            raise
        raise _failed(found, kept) from error
    except Exception as error:
        raise _failed(found, kept) from error


def _failed(found: Standing, kept: Path) -> StoreError:
    return StoreError("E_STORE_MIGRATE", stored=found.stored, known=found.known, backup=kept.name)


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return config


def _steps(script: ScriptDirectory) -> list:
    try:
        return list(script.walk_revisions())
    except CommandError as error:
        raise StoreError("E_STORE_OPEN") from error
