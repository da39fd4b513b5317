"""Opening a store: engine, schema, banners. And setting a whole store aside."""

from __future__ import annotations

import shutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.months import Clock, utc_now
from core.store.dialects import dialect_of, sqlite
from core.store.engine import Store, new_engine

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str, clock: Clock = utc_now) -> Store:
    """The store at this URL, made if missing and brought to the newest schema."""
    engine, notes = new_engine(url)
    try:
        migrate(engine)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError):
            raise StoreError(dialect_of(url).reason(error) or "E_STORE_OPEN") from error
        raise
    return Store(url, engine, clock, notes)


def migrate(engine: Engine, scripts: Path = _MIGRATIONS) -> None:
    """Bring the schema to the newest revision, in one transaction.

    StoreError E_STORE_NEWER when the store was written by a newer app.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts))
    script = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        reading = connection.execution_options(reads=True)
        stored = MigrationContext.configure(reading).get_current_revision()
        if stored == script.get_current_head():
            return
        if stored is not None and stored not in {step.revision for step in _steps(script)}:
            raise StoreError("E_STORE_NEWER", stored=stored, known=script.get_current_head())
    with engine.connect() as connection, dialect_of(engine.url).migrating(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def archive(store: Store) -> Path:
    """Set the whole SQLite file aside under archive/ and leave its place empty.

    The caller opens a new store afterwards. StoreError E_STORE_ARCHIVE where the store is not a
    file; there a new hospital is made beside the old one instead.
    """
    file = sqlite.database_file(store.url) if store.engine.dialect.name == "sqlite" else None
    if file is None:
        raise StoreError("E_STORE_ARCHIVE")
    folder = file.parent / "archive"
    folder.mkdir(exist_ok=True)
    kept = folder / f"{file.stem}-{store.clock():%Y%m%dT%H%M%SZ}.db"
    with store.engine.connect() as connection:
        raw = connection.connection
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.cursor().execute("VACUUM INTO ?", (str(kept),))
    store.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    return kept


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
    return usage.free < usage.total * 0.1 and usage.free < 2_000_000_000


def _steps(script: ScriptDirectory) -> list:
    try:
        return list(script.walk_revisions())
    except CommandError as error:
        raise StoreError("E_STORE_OPEN") from error
