"""SQLite through pysqlite3, which bundles a version without the WAL-reset fault."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from core.errors import StoreError

READING = {"reads": True}
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
    """pysqlite3 where it is installed (it has no Windows build), else the standard library's."""
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
    file = database_file(url)
    if file is not None and "mode" not in url.query:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("E_STORE_OPEN") from error
    driver = _driver()
    journal = "WAL" if wal_is_safe(driver.sqlite_version_info) else "DELETE"
    engine = create_engine(
        url,
        module=driver,
        pool_size=5,
        max_overflow=10,
        pool_timeout=15,
        connect_args={"timeout": 10, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not start transactions itself
        for setting in (f"journal_mode={journal}", *_SETTINGS):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails under load however long it waits.
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


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


def order_commits(connection: Connection) -> None:
    """BEGIN IMMEDIATE has done it."""


def append_only(table: str) -> list[str]:
    """Triggers that refuse to change or remove a row."""
    return [
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append only'); END"
        for action in ("UPDATE", "DELETE")
    ]


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
    return Path(name.removeprefix("file:")) if name and name != ":memory:" else None
