"""PostgreSQL through psycopg 3."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from core.errors import StoreError
from core.store.dialects.partitions import analyse, divide, make_room

__all__ = ["analyse", "divide", "make_room"]

BACKUP_SUFFIX = ".dump"
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_REASONS = (
    ("55P03", "E_STORE_BUSY"),  # lock timeout
    ("40", "E_STORE_BUSY"),  # deadlock, serialization
    ("53100", "E_STORE_FULL"),
    ("53300", "E_STORE_BUSY"),  # too many connections
    ("25006", "E_STORE_READONLY"),
    ("XX001", "E_STORE_DAMAGED"),
    ("XX002", "E_STORE_DAMAGED"),
    ("08", "E_STORE_OPEN"),
    ("57P", "E_STORE_OPEN"),  # server shuts down or starts
    ("28", "E_STORE_OPEN"),
    ("3D", "E_STORE_OPEN"),
)


def create(url: URL) -> Engine:
    """One pooled engine; connections are checked before use."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=10,
        pool_timeout=15,
        pool_pre_ping=True,
        hide_parameters=True,  # as with SQLite
        connect_args={"options": "-c timezone=utc -c lock_timeout=10s", "connect_timeout": 10},
    )


def notes(engine: Engine) -> tuple[str, ...]:
    """Banners this engine asks for: none."""
    return ()


def is_readonly(engine: Engine) -> bool:
    """Whether a save could never succeed: a standby server, or one set to reading."""
    with engine.connect() as connection:
        return connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"


def examine(engine: Engine, every_page: bool) -> bool:
    """A server looks after its own pages."""
    return True


@contextmanager
def copied(engine: Engine, part: Path) -> Iterator[Connection]:
    """Dump the store into a file while others work; a connection that reads the same state.

    StoreError E_BACKUP_TOOL, E_BACKUP_FAILED, E_STORE_FULL.
    """
    with engine.connect() as connection:
        reading = connection.execution_options(**READING)
        snapshot = reading.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        schema = reading.exec_driver_sql("SELECT current_schema()").scalar_one()
        options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
        options += [f"--schema={schema}", f"--snapshot={snapshot}", f"--file={part}"]
        run_tool("pg_dump", [*options, f"--dbname={_conninfo(engine.url)}"], engine.url.password)
        yield reading


def verify(file: Path) -> None:
    """Read the list of what a backup holds. StoreError E_BACKUP_DAMAGED, E_BACKUP_TOOL."""
    try:
        run_tool("pg_restore", ["--list", str(file)])
    except StoreError as error:
        if error.code == "E_BACKUP_FAILED":
            raise StoreError("E_BACKUP_DAMAGED", file=file.name) from error
        raise


def play(connection: Connection, file: Path) -> None:
    """Make a backup's tables and rows in the connection's transaction.

    StoreError E_BACKUP_DAMAGED, E_BACKUP_TOOL; the database's own errors where it refuses.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        run_tool("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(file)])
        with script.open("rb") as lines:
            _play(connection, lines)
    connection.exec_driver_sql("SET search_path TO public")


def _play(connection: Connection, lines: Iterable[bytes]) -> None:
    """Statements as they come; what follows a COPY goes to the server as it is."""
    cursor: Any = connection.connection.cursor()
    pending: list[bytes] = []
    rows = iter(lines)
    for line in rows:
        if line.startswith((b"\\", b"--", b"CREATE SCHEMA ")):
            continue  # for psql, or for people; the schema is there
        pending.append(line)
        if line.startswith(b"COPY ") and line.rstrip().endswith(b"FROM stdin;"):
            statement = b"".join(pending[:-1])
            if statement.strip():
                cursor.execute(statement)
            with cursor.copy(line.rstrip().removesuffix(b";")) as copy:
                for row in rows:
                    if row.rstrip(b"\r\n") == b"\\.":
                        break
                    copy.write(row)
            pending = []
    if b"".join(pending).strip():
        cursor.execute(b"".join(pending))


def set_aside(connection: Connection, name: str) -> None:
    """Rename the schema with everything in it, once nobody works in it, and make an empty one."""
    tables = inspect(connection).get_table_names()
    if tables:
        names = ", ".join(f'"{table}"' for table in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        connection.exec_driver_sql(f'ALTER SCHEMA public RENAME TO "{name}"')
    else:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
    connection.exec_driver_sql("CREATE SCHEMA public")


def run_tool(name: str, options: list[str], password: str | None = None) -> None:
    """Run a client program of PostgreSQL.

    StoreError E_BACKUP_TOOL where it is not installed or older than the server, E_STORE_FULL,
    E_BACKUP_FAILED.
    """
    program = shutil.which(name)
    if program is None:
        raise StoreError("E_BACKUP_TOOL", tool=name)
    environment = {**os.environ, "LC_ALL": "C"} | ({"PGPASSWORD": password} if password else {})
    command = [program, "--no-password"] if name == "pg_dump" else [program]
    done = subprocess.run(  # noqa: S603 a fixed program, no shell
        [*command, *options], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        if "No space left" in said:
            raise StoreError("E_STORE_FULL")
        if "server version mismatch" in said or "unsupported version" in said:
            raise StoreError("E_BACKUP_TOOL", tool=name)
        raise StoreError("E_BACKUP_FAILED", tool=name)


def _conninfo(url: URL) -> str:
    """Where the server is, for a client program; the password goes by the environment."""
    parts = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    parts |= {name: value for name, value in url.query.items() if name != "options"}
    quoted = {
        name: str(value).replace("\\", "\\\\").replace("'", "\\'")
        for name, value in parts.items()
        if value is not None
    }
    return " ".join(f"{name}='{value}'" for name, value in quoted.items())


def bulk_insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """COPY typed tuples in the connection's transaction."""
    names = ", ".join(f'"{column}"' for column in columns)
    driver: Any = connection.connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def order_commits(connection: Connection) -> None:
    """Wait for whoever is about to commit; the lock goes with the transaction."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261123)")


def append_only(table: str) -> list[str]:
    """Triggers that refuse to change or remove a row, or all of them."""
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]


def open_to_change(table: str) -> list[str]:
    """Take the triggers of `append_only` away, for a migration that writes them anew."""
    names = (f"{table}_no_change", f"{table}_no_truncate")
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in names]


def only_forward(table: str, column: str) -> list[str]:
    """Triggers that let the one row of a table change only if the column grows."""
    return [
        f"CREATE OR REPLACE FUNCTION {table}_only_forward() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' AND NEW.{column} > OLD.{column} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'append only'; END $$",
        f"CREATE TRIGGER {table}_forward BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_only_forward()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_forward()",
    ]


def number_by_hand(table: str) -> list[str]:
    """The table's ids come from the app: drop the sequence that would lag behind."""
    return [
        f"ALTER TABLE {table} ALTER COLUMN id DROP DEFAULT",
        f"DROP SEQUENCE IF EXISTS {table}_id_seq",
    ]


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """DDL is transactional and ALTER TABLE complete: a transaction is enough."""
    with connection.begin():
        # One migration at a time when several processes start together.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261122)")
        yield


@contextmanager
def references_off(connection: Connection) -> Iterator[None]:
    """References stay on: only a superuser may turn them off."""
    yield


def reason(error: Exception) -> str:
    """The code of a fault that a person can act on; '' for others."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state is None:  # the driver's own: it could not reach the server, or lost it
        return "E_STORE_OPEN" if isinstance(error, OperationalError) else ""
    return next((code for sign, code in _REASONS if state.startswith(sign)), "")
