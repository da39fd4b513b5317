"""What differs between databases, and nowhere else.

Each dialect module offers: `create(url)`, `READING` (execution options of a connection that only
reads), `bulk_insert(connection, table, columns, rows)`, `order_commits(connection)` (from here on
transactions commit one by one), `append_only(table)` (DDL that refuses UPDATE and DELETE),
`migrating(connection)` (a context in which tables may be rebuilt), `references_off(connection)`
(a context in which many rows go at once), `notes(engine)` (codes of
banners) and `reason(error)` (a code a person understands, or "").

For months: `divide(connection)` (large tables into one a month) and `make_room(engine, name,
months)` (before rows of new months come). `analyse(connection, name)`: after many rows came.

For the audit: `open_to_change(table)`, `only_forward(table, column)`, `number_by_hand(table)`. For
trust: `is_readonly(engine)`, `examine(engine, every_page)`, `copied(engine, part)` (a backup, and
a connection that reads the state it holds), `verify(file)` and `BACKUP_SUFFIX`.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy.engine import URL, make_url

from core.errors import StoreError
from core.store.dialects import postgresql, sqlite

_BY_BACKEND = {"sqlite": sqlite, "postgresql": postgresql}


def dialect_of(url: str | URL) -> ModuleType:
    """The dialect module of a database URL."""
    backend = make_url(url).get_backend_name()
    if backend not in _BY_BACKEND:
        raise StoreError("E_STORE_BACKEND", backend=backend)
    return _BY_BACKEND[backend]
