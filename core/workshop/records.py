"""Hospitals for exercises: copied inside the store, marked 演练, reset, removed.

The walk goes over METADATA, so a table that is added later is copied and removed without a word
here. Nothing is shared: rows are copied under the new hospital, numbered rows get new numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from sqlalchemy import Column, Subquery, Table, delete, func, insert, literal, select, update
from sqlmodel import col

from core.access.tables import Staff
from core.analysis import tables as analysis
from core.control.actions import tables as actions
from core.control.incidents import tables as incidents
from core.control.inspections import tables as inspections
from core.costing import tables as costing
from core.errors import DataError
from core.flow import tables as flow
from core.hospital.history.tables import HISTORIES, METADATA
from core.hospital.rollups.records import inherit
from core.hospital.scenarios import tables as scenarios
from core.hospital.tables import Hospital, ImportBatch, RollupMonth
from core.hospital.views import tables as views
from core.planning.goals import tables as goals
from core.planning.reviews import tables as reviews
from core.reports import tables as reports
from core.store.engine import Actor, Store, Work
from core.store.tables import Audit, columns

COPIED = "copied"
"""State of a batch that came with a copy: it says what was brought, and cannot be undone."""

NOT_COPIED = {
    str(Hospital.__tablename__): "made anew",
    str(Audit.__tablename__): "the trail of what was done: never copied, never removed",
    **{
        table.name: "what undo needs; a copied batch cannot be undone"
        for table in HISTORIES.values()
    },
    **{
        str(table.__tablename__): "told in confidence; it stays where it was told"
        for table in incidents.CONFIDENTIAL
    },
}
"""Tables that a copy leaves out, each with its reason."""
_KNOWN = (
    *(Staff, actions, analysis, costing, flow, goals, incidents, inspections),
    *(reviews, scenarios, views, reports),
)
"""Imported so that METADATA knows their tables."""
_BATCH = METADATA.tables[str(ImportBatch.__tablename__)]


def copied_tables() -> list[Table]:
    """Every table that a copy takes along, parents first."""
    return [table for table in _owned() if table.name not in NOT_COPIED]


def _owned() -> list[Table]:
    """Every table with rows of hospitals, parents first."""
    return [table for table in METADATA.sorted_tables if "hospital_id" in table.c]


def clone(store: Store, actor: Actor, source_id: int, name: str) -> int:
    """A copy of the hospital under this name, marked 演练; its id.

    DataError E_HOSPITAL when there is no such hospital, E_HOSPITAL_NAME for an empty name,
    E_HOSPITAL_TAKEN for one that is in use.
    """
    with _whole(store, actor) as work:
        source = _locked(work, source_id)
        copy = Hospital(
            name_zh=_free_name(work, name),
            name_en="",
            drill=True,
            cloned_from=source_id,
            created_at=work.clock(),
        )
        copy_id = _add(work, copy)
        rows = _fill(work, source_id, copy_id)
        inherit(work, source_id, copy_id)
        new = {"source": source_id, "source_name": source.name_zh, "rows": rows}
        work.record("hospital.clone", copy.name_zh, copy_id, new=new)
        return copy_id


def mark(store: Store, actor: Actor, hospital_id: int, drill: bool) -> None:
    """Say whether a hospital is for exercises."""
    with store.write(actor) as work:
        hospital = _locked(work, hospital_id)
        old, hospital.drill = hospital.drill, drill
        hospital.version += 1
        work.record(
            "hospital.mark", hospital.name_zh, hospital_id, {"drill": old}, {"drill": drill}
        )


def reset(store: Store, actor: Actor, hospital_id: int) -> None:
    """Bring a copy back to the present state of what it was copied from.

    DataError E_DRILL_ONLY when it is not marked 演练, E_RESET_SOURCE when it is no copy or its
    source is gone.
    """
    with _whole(store, actor) as work:
        hospital = _drill(work, hospital_id)
        if hospital.cloned_from is None or not _in_use(work, hospital.cloned_from):
            raise DataError("E_RESET_SOURCE", hospital=hospital.name_zh)
        _locked(work, hospital.cloned_from)
        _empty(work, hospital_id)
        rows = _fill(work, hospital.cloned_from, hospital_id)
        inherit(work, hospital.cloned_from, hospital_id)
        hospital.version += 1
        new = {"source": hospital.cloned_from, "rows": rows}
        work.record("hospital.reset", hospital.name_zh, hospital_id, new=new)


def remove(store: Store, actor: Actor, hospital_id: int, typed: str) -> None:
    """Remove a 演练 hospital with all its rows; the audit stays.

    typed: its name, as a person typed it. DataError E_DRILL_ONLY when it is not marked 演练,
    E_HOSPITAL_TYPED for another name, E_HOSPITAL_LAST when no other is in use.
    """
    with _whole(store, actor) as work:
        hospital = _drill(work, hospital_id)
        if typed.strip() != hospital.name_zh:
            raise DataError("E_HOSPITAL_TYPED", hospital=hospital.name_zh)
        others = select(func.count()).where(
            ~col(Hospital.archived), col(Hospital.id) != hospital_id
        )
        if not work.connection.execute(others).scalar():
            raise DataError("E_HOSPITAL_LAST")
        rows = _empty(work, hospital_id)
        work.session.delete(hospital)
        work.record("hospital.remove", hospital.name_zh, hospital_id, {"rows": rows})


@contextmanager
def _whole(store: Store, actor: Actor) -> Iterator[Work]:
    """A write of whole hospitals: references come and go together, and are not followed."""
    with (
        store.bulk() as connection,
        store.dialect.references_off(connection),
        store.write(actor, on=connection) as work,
    ):
        yield work


def overview(store: Store) -> pd.DataFrame:
    """id, name_zh, name_en, demo, drill, cloned_from, first, last, rows of the hospitals in use.

    first, last: months with data, 0 where there is none; rows: rows brought and not taken back.
    """
    months = (
        select(
            col(RollupMonth.hospital_id).label("owner"),
            func.min(col(RollupMonth.month)).label("first"),
            func.max(col(RollupMonth.month)).label("last"),
        )
        .group_by(col(RollupMonth.hospital_id))
        .subquery()
    )
    brought = (
        select(_BATCH.c.hospital_id.label("owner"), func.sum(_BATCH.c.rows).label("rows"))
        .where(_BATCH.c.status != "undone")
        .group_by(_BATCH.c.hospital_id)
        .subquery()
    )
    statement = (
        select(
            *columns(Hospital, "id", "name_zh", "name_en", "demo", "drill", "cloned_from"),
            func.coalesce(months.c.first, 0).label("first"),
            func.coalesce(months.c.last, 0).label("last"),
            func.coalesce(brought.c.rows, 0).label("rows"),
        )
        .outerjoin(months, months.c.owner == col(Hospital.id))
        .outerjoin(brought, brought.c.owner == col(Hospital.id))
        .where(~col(Hospital.archived))
        .order_by(col(Hospital.id))
    )
    return store.frame(statement)


def _locked(work: Work, hospital_id: int) -> Hospital:
    """The hospital, its imports held back until this write is done. DataError E_HOSPITAL."""
    hospital = work.session.get(Hospital, hospital_id, with_for_update={"key_share": True})
    if hospital is None or hospital.archived:
        raise DataError("E_HOSPITAL", hospital=hospital_id)
    return hospital


def _drill(work: Work, hospital_id: int) -> Hospital:
    """The hospital, if it may be reset or removed. DataError E_DRILL_ONLY."""
    hospital = _locked(work, hospital_id)
    if not hospital.drill:
        raise DataError("E_DRILL_ONLY", hospital=hospital.name_zh)
    return hospital


def _in_use(work: Work, hospital_id: int) -> bool:
    hospital = work.session.get(Hospital, hospital_id)
    return hospital is not None and not hospital.archived


def _free_name(work: Work, name: str) -> str:
    """The name without blanks around it, if it is one that nobody has."""
    clean = name.strip()
    if not clean:
        raise DataError("E_HOSPITAL_NAME")
    taken = select(col(Hospital.id)).where(col(Hospital.name_zh) == clean, ~col(Hospital.archived))
    if work.session.scalars(taken.limit(1)).first() is not None:
        raise DataError("E_HOSPITAL_TAKEN", hospital=clean)
    return clean


def _add(work: Work, hospital: Hospital) -> int:
    """Store the hospital under a number that the audit has never named; the number.

    SQLite hands out the number of the last hospital again once that is removed.
    """
    used = work.connection.execute(select(func.max(col(Audit.hospital_id)))).scalar() or 0
    work.session.add(hospital)
    work.session.flush()
    if hospital.id is not None and hospital.id <= used:
        hospital.id = used + 1
        work.session.flush()
    assert hospital.id is not None  # noqa: S101 the database has just given it
    return hospital.id


def _fill(work: Work, source_id: int, copy_id: int) -> int:
    """Copy every row of the source; how many there were."""
    work.session.flush()
    rows = sum(_copy(work, table, source_id, copy_id) for table in copied_tables())
    brought = (_BATCH.c.hospital_id == copy_id) & (_BATCH.c.status == "done")
    work.connection.execute(update(_BATCH).where(brought).values(status=COPIED))
    return rows


def _copy(work: Work, table: Table, source_id: int, copy_id: int) -> int:
    """Copy one table's rows of the source; how many."""
    names, values, origin = [], [], table
    for column in table.c:
        owner = _numbered_parent(column)
        if column.name == "id" and _numbered(table):
            continue  # the database gives a new one
        names.append(column.name)
        if column.name == "hospital_id":
            values.append(literal(copy_id))
        elif owner is None:
            values.append(column)
        else:
            pairs = _renumbered(owner, source_id, copy_id)
            origin = origin.outerjoin(pairs, column == pairs.c.old)
            values.append(pairs.c.new)
    rows = (
        select(*values)
        .select_from(origin)
        .where(table.c.hospital_id == source_id)
        .order_by(*table.primary_key)
    )
    return work.connection.execute(insert(table).from_select(names, rows)).rowcount


def _numbered(table: Table) -> bool:
    """Whether the database numbers the rows."""
    return [column.name for column in table.primary_key] == ["id"]


def _numbered_parent(column: Column[Any]) -> Table | None:
    """The table whose numbers this column holds, if they change when it is copied."""
    for key in column.foreign_keys:
        parent = key.column.table
        if key.column.name == "id" and parent.name != Hospital.__tablename__:
            return parent
    return None


def _renumbered(table: Table, source_id: int, copy_id: int) -> Subquery:
    """old, new: numbers of the source's rows and of their copies, which keep their order."""

    def placed(hospital_id: int) -> Subquery:
        place = func.row_number().over(order_by=table.c.id).label("place")
        return select(table.c.id, place).where(table.c.hospital_id == hospital_id).subquery()

    old, new = placed(source_id), placed(copy_id)
    pairs = select(old.c.id.label("old"), new.c.id.label("new"))
    return pairs.join_from(old, new, old.c.place == new.c.place).subquery()


def _empty(work: Work, hospital_id: int) -> int:
    """Delete every row of the hospital but its audit, children first; how many."""
    work.session.flush()
    rows = 0
    for table in reversed(_owned()):
        if table.name != Audit.__tablename__:
            gone = delete(table).where(table.c.hospital_id == hospital_id)
            rows += work.connection.execute(gone).rowcount
    return rows
