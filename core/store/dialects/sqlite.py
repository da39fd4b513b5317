"""SQLite through pysqlite3, which bundles a version without the WAL-reset fault."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError

READING = {"reads": True}
BACKUP_SUFFIX = ".db"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_SETTINGS = (
    "synchronous=FULL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "cache_size=-65536",
    "mmap_size=1073741824",
    "temp_store=FILE",
    "journal_size_limit=67108864",
    "trusted_schema=OFF",
)


def _driver() -> ModuleType:
    """pysqlite3 where requirements.txt installs it, else the standard library's."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset fault.

    The fault is in 3.7.0 to 3.51.2, mended in 3.51.3 and in 3.44.6 and 3.50.7 of the older lines
    (SQLite release notes, 2026-03-13).
    """
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return True
    return version[:2] in {(3, 44), (3, 50)} and version[2] >= {44: 6, 50: 7}[version[1]]


def create(url: URL) -> Engine:
    """One pooled engine: WAL and FULL, BEGIN IMMEDIATE unless the connection only reads."""
    url = _reachable(url)
    driver = _driver()
    journal = "WAL" if wal_is_safe(driver.sqlite_version_info) else "DELETE"
    settings = _SETTINGS if "mode" in url.query else (f"journal_mode={journal}", *_SETTINGS)
    engine = create_engine(
        url,
        module=driver,
        pool_size=5,
        max_overflow=10,
        pool_timeout=15,
        hide_parameters=True,  # the log is read by people who may not read what was written
        connect_args={"timeout": 10, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not start transactions itself
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails under load however long it waits.
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _reachable(url: URL) -> URL:
    """The URL as it can be opened: for reading only where the folder takes no journal."""
    file = database_file(url)
    if file is None or "mode" in url.query:
        return url
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("E_STORE_OPEN") from error
    if not file.exists() or os.access(file.parent, os.W_OK):
        return url
    # Without a journal nobody can be writing; with one, its index must be there to be read.
    return reading_url(file, still=not has_journal(file))


def reading_url(file: Path, still: bool = True) -> URL:
    """A URL that reads a file and leaves nothing beside it. still: nobody writes to it."""
    query = {"uri": "true", "mode": "ro"} | ({"immutable": "1"} if still else {})
    return URL.create("sqlite", database=file.absolute().as_uri(), query=query)


def has_journal(file: Path) -> bool:
    """Whether commits wait beside the file: others have it open, or somebody was cut off."""
    journal = Path(f"{file}-wal")
    return journal.exists() and journal.stat().st_size > 0


def is_readonly(engine: Engine) -> bool:
    """Whether a save could never succeed."""
    file = database_file(engine.url)
    return "mode" in engine.url.query or (file is not None and not os.access(file, os.W_OK))


@contextmanager
def copied(engine: Engine, part: Path) -> Iterator[Connection]:
    """Copy the store into a new file while others work; a connection that reads the copy.

    StoreError E_STORE_DAMAGED, E_STORE_FULL, E_BACKUP_PLACE.
    """
    driver: Any = engine.dialect.dbapi
    with engine.connect() as connection:
        raw: Any = connection.connection  # SQLAlchemy's own would begin a transaction first
        try:
            raw.execute("VACUUM INTO ?", (str(part),))
        except driver.Error as error:
            code = reason(error)
            if code == "E_STORE_OPEN":
                raise StoreError("E_BACKUP_PLACE") from error
            raise StoreError(code or "E_BACKUP_FAILED", tool="SQLite") from error
    copy = create(reading_url(part))
    try:
        with copy.connect() as connection:
            yield connection.execution_options(**READING)
    finally:
        copy.dispose()


def verify(file: Path) -> None:
    """Read a backup to its last page. StoreError E_BACKUP_DAMAGED."""
    if not is_sound(file):
        raise StoreError("E_BACKUP_DAMAGED", file=file.name)


def is_sound(file: Path) -> bool:
    """Whether every page, index and key of a file that nobody writes to is in order."""
    driver: Any = _driver()
    location = reading_url(file)
    try:
        connection = driver.connect(f"{location.database}?mode=ro&immutable=1", uri=True)
        try:
            return connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        finally:
            connection.close()
    except driver.Error:
        return False


def examine(engine: Engine, every_page: bool) -> bool:
    """Whether the store can be trusted: its schema, each table's ends, or every page."""
    driver: Any = engine.dialect.dbapi
    try:
        with engine.connect() as connection:
            raw: Any = connection.connection
            if every_page:
                return raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            for (table,) in raw.execute(_TABLES).fetchall():
                key = [row[1] for row in raw.execute(f'PRAGMA table_info("{table}")') if row[5]]
                for order in ("", " DESC"):
                    by = ", ".join(f'"{column}"{order}' for column in key or ["rowid"])
                    select = f'SELECT * FROM "{table}" ORDER BY {by} LIMIT 1'  # noqa: S608
                    raw.execute(select).fetchall()
    except (DatabaseError, driver.Error) as error:
        if reason(error) == "E_STORE_DAMAGED":
            return False
        raise StoreError(reason(error) or "E_STORE_OPEN") from error
    return True


def notes(engine: Engine) -> tuple[str, ...]:
    """Banners this engine asks for."""
    version = engine.dialect.dbapi.sqlite_version_info if engine.dialect.dbapi else (0,)
    return () if wal_is_safe(version) else ("W_STORE_JOURNAL",)


def bulk_insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert typed tuples in the connection's transaction."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" for _ in columns)
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608 names are ours
    connection.exec_driver_sql(statement, list(rows))


def divide(connection: Connection) -> None:
    """One file holds every month in the order of its key already."""


def make_room(engine: Engine, name: str, months: Sequence[int]) -> None:
    """Months need no room of their own."""


def analyse(connection: Connection, name: str) -> None:
    """Keys lead every query; there is nothing to weigh."""


def order_commits(connection: Connection) -> None:
    """BEGIN IMMEDIATE has done it."""


def append_only(table: str) -> list[str]:
    """Triggers that refuse to change or remove a row."""
    return [
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append only'); END"
        for action in ("UPDATE", "DELETE")
    ]


def open_to_change(table: str) -> list[str]:
    """Take the triggers of `append_only` away, for a migration that writes them anew."""
    return [f"DROP TRIGGER IF EXISTS {table}_no_{action}" for action in ("update", "delete")]


def only_forward(table: str, column: str) -> list[str]:
    """Triggers that let the one row of a table change only if the column grows."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'append only'); END"
    return [
        f"CREATE TRIGGER {table}_forward BEFORE UPDATE ON {table} "
        f"WHEN NEW.{column} <= OLD.{column} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def number_by_hand(table: str) -> list[str]:
    """A row's id is its place here: there is no sequence that could lag behind."""
    return []


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Rebuild tables safely: foreign keys off before BEGIN, triggers kept, references checked.

    With foreign keys on, dropping the old copy of a rebuilt table deletes its child rows; and a
    rebuilt table loses its triggers.
    """
    raw: Any = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            before = _triggers(connection)
            yield
            after, tables = _triggers(connection), _tables(connection)
            for name, (table, statement) in before.items():
                if name not in after and table in tables:
                    connection.exec_driver_sql(statement)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                names = ", ".join(sorted({row[0] for row in broken}))
                raise StoreError("E_STORE_REFERENCES", tables=names, rows=len(broken))
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def references_off(connection: Connection) -> Iterator[None]:
    """For rows that go or come together: references are not followed one by one.

    Without an index on the referring column, each deleted row would cost a scan of every table.
    """
    raw: Any = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _triggers(connection: Connection) -> dict[str, tuple[str, str]]:
    """Trigger -> its table and the statement that makes it."""
    rows = connection.exec_driver_sql(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _tables(connection: Connection) -> set[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row[0] for row in rows}


def reason(error: Exception) -> str:
    """The code of a fault that a person can act on; '' for others."""
    text = str(getattr(error, "orig", error)).lower()  # not the statement and its values
    for sign, code in (
        ("locked", "E_STORE_BUSY"),
        ("disk is full", "E_STORE_FULL"),
        ("readonly", "E_STORE_READONLY"),
        ("malformed", "E_STORE_DAMAGED"),
        ("not a database", "E_STORE_DAMAGED"),
        ("unable to open", "E_STORE_OPEN"),
    ):
        if sign in text:
            return code
    return ""


def database_file(url: str | URL) -> Path | None:
    """The file behind a SQLite URL, also one written file:PATH; None for a store in memory."""
    name = make_url(url).database
    if not name or name == ":memory:":
        return None
    return Path(url2pathname(urlsplit(name).path)) if name.startswith("file:") else Path(name)
