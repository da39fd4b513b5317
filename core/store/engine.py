"""The store: one pooled engine a process, short sessions, every write with its audit row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Executable, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from core.errors import StoreError
from core.months import Clock, utc_now
from core.store import chain, ledger
from core.store.dialects import dialect_of
from core.store.tables import Audit


@dataclass(frozen=True)
class Actor:
    """Who acts, and from which page or command."""

    name: str
    origin: str


@dataclass
class Work:
    """One write in progress: a session, and the trail it leaves."""

    session: Session
    actor: Actor
    clock: Clock
    trail: list[Audit] = field(default_factory=list)
    after: int = 0
    """A number the trail must come after: that of a trail which this write replaces."""

    @property
    def connection(self) -> Connection:
        """The session's own connection, for statements over many rows."""
        return self.session.connection()

    def record(
        self,
        action: str,
        subject: str,
        hospital_id: int | None = None,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
    ) -> None:
        """Say in the audit what this write does; old and new values as JSON."""
        row = Audit(
            at=self.clock(),
            who=self.actor.name,
            origin=self.actor.origin,
            hospital_id=hospital_id,
            action=action,
            subject=subject,
            old=_json(old),
            new=_json(new),
        )
        self.trail.append(row)


@dataclass(frozen=True)
class Store:
    """A database that is open, at the newest schema, with the banners it asks for."""

    url: str
    engine: Engine
    clock: Clock = utc_now
    notes: tuple[str, ...] = ()

    @property
    def dialect(self) -> ModuleType:
        return dialect_of(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads one consistent state and takes no lock."""
        with self.worded(), self.engine.connect() as connection:
            yield connection.execution_options(**self.dialect.READING)

    @contextmanager
    def write(self, actor: Actor, on: Connection | None = None) -> Iterator[Work]:
        """One transaction with its audit row: both are stored, or neither.

        on: a connection of `bulk`, so that what it staged can be read. ValueError when the write
        leaves no audit row.
        """
        if on is not None:
            on.execution_options(reads=False)
        with self.worded(), Session(on or self.engine) as session, session.begin():
            work = Work(session, actor, self.clock)
            yield work
            if not work.trail:
                raise ValueError("a write leaves an audit row: call work.record")
            session.flush()
            # Audit rows are numbered in the order of commits: `version` always grows, and each
            # row follows the one before it in the chain.
            self.dialect.order_commits(work.connection)
            chain.append(work.connection, work.trail, work.after)
            session.add_all(work.trail)

    @contextmanager
    def bulk(self) -> Iterator[Connection]:
        """A connection of one's own, for staging (temporary tables only) and its swap."""
        with self.worded(), self.engine.connect() as connection:
            yield connection.execution_options(reads=True)

    def insert_many(
        self, connection: Connection, table: str, columns: list[str], rows: list[tuple[Any, ...]]
    ) -> None:
        """Insert typed tuples in the connection's transaction, the fastest way it has."""
        if rows:
            self.dialect.bulk_insert(connection, table, columns, rows)

    def make_room(self, table: str, months: Sequence[int]) -> None:
        """Prepare a table for rows of these months; a short transaction of its own."""
        with self.worded():
            self.dialect.make_room(self.engine, table, months)

    def frame(self, statement: Executable) -> pd.DataFrame:
        """The rows of a select, its columns named as selected."""
        with self.read() as connection:
            result = connection.execute(statement)
            names = list(result.keys())
            return pd.DataFrame([tuple(row) for row in result], columns=pd.Index(names))

    def version(self) -> int:
        """Grows with every write, whoever made it: the part of a cache key that drops old data."""
        with self.read() as connection:
            return connection.execute(select(func.max(col(Audit.id)))).scalar() or 0

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def worded(self) -> Iterator[None]:
        """Turn a database's fault into one a person can act on."""
        try:
            yield
        except PoolTimeout as error:
            raise StoreError("E_STORE_BUSY") from error
        except DatabaseError as error:
            code = self.dialect.reason(error)
            if code == "E_STORE_DAMAGED":
                raise ledger.damage(self.url) from error
            if code:
                raise StoreError(code) from error
            raise


def new_engine(url: str) -> tuple[Engine, tuple[str, ...]]:
    """An engine for the URL, and the codes of the banners it asks for."""
    dialect = dialect_of(url)
    engine = dialect.create(make_url(url))
    return engine, dialect.notes(engine)


def _json(values: Mapping[str, Any] | None) -> str:
    return json.dumps(values or {}, ensure_ascii=False, sort_keys=True, default=str)
