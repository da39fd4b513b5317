"""Roll-ups beside rollup_month: cases by disease group, visits by payer, arrivals by time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Float, Table, and_, cast, delete, func, insert, literal, select
from sqlalchemy.sql.elements import ColumnElement

from core.hospital.history.tables import METADATA
from core.hospital.rollups.sums.records import LOCAL, MILLIONTHS, nights, weight_of, whole_parts
from core.store.engine import Store, Work

_CHARGES = ("charge", "charge_drug", "charge_material", "charge_exam", "charge_lab")
_HOUR = 3600
_EPOCH = dt.date(1970, 1, 1)
_MONDAY = 1
"""Makes the day count of `_weekday` start on a Monday."""


def _own(table: Table, hospital_id: int, months: Sequence[int]) -> ColumnElement[bool]:
    return and_(table.c.hospital_id == hospital_id, table.c.month.in_(list(months)))


def _charges(facts: Table) -> list[ColumnElement[Any]]:
    """Sums of charges, all of them first; NULL where none is stated."""
    stored = ["charge_total_fen", *(f"{name}_fen" for name in _CHARGES[1:])]
    return [func.sum(facts.c[name]) for name in stored]


def rebuild_cases(work: Work, hospital_id: int, months: Sequence[int]) -> None:
    """Replace rollup_case in these months of discharge."""
    rollup, facts = METADATA.tables["rollup_case"], METADATA.tables["inpatient_case"]
    group = METADATA.tables["disease_group"]
    work.connection.execute(delete(rollup).where(_own(rollup, hospital_id, months)))
    settled = facts.c.settlement_fen
    weight = func.coalesce(func.sum(whole_parts(weight_of(facts))), 0)
    columns: dict[str, ColumnElement[Any]] = {
        "hospital_id": literal(hospital_id),
        "month": facts.c.discharge_month,
        "department": facts.c.department,
        "disease_group": func.coalesce(facts.c.disease_group, ""),
        "payer": facts.c.payer,
        "cases": func.count(),
        "weight": cast(weight, Float) / float(MILLIONTHS),
        "days": func.sum(nights(facts)),
        "deaths": func.count().filter(facts.c.outcome == "died"),
        "readmitted": func.coalesce(func.sum(facts.c.readmitted), 0),
        "reoperated": func.coalesce(func.sum(facts.c.reoperated), 0),
        "surgical": func.count().filter(facts.c.surgery_level > 0),
        "settled_cases": func.count(settled),
        "settlement_fen": func.coalesce(func.sum(settled), 0),
        "settled_charge_fen": func.coalesce(
            func.sum(facts.c.charge_total_fen).filter(settled.is_not(None)), 0
        ),
    }
    for name, charge in zip(_CHARGES, _charges(facts), strict=True):
        columns[f"{name}_fen"] = func.coalesce(charge, 0)
    keys = [columns[name] for name in ("month", "department", "disease_group", "payer")]
    same = and_(group.c.hospital_id == facts.c.hospital_id, group.c.code == facts.c.disease_group)
    statement = (
        select(*columns.values())
        .select_from(facts.join(group, same, isouter=True))
        .where(facts.c.hospital_id == hospital_id, facts.c.discharge_month.in_(list(months)))
        .group_by(*keys[:2], facts.c.disease_group, keys[3])
    )
    work.connection.execute(insert(rollup).from_select(list(columns), statement))


def rebuild_visits(
    store: Store, work: Work, hospital_id: int, months: Sequence[int]
) -> list[dict[str, Any]]:
    """Replace rollup_visit in these months; its rows, a charge None where none is stated."""
    rollup, facts = METADATA.tables["rollup_visit"], METADATA.tables["visit"]
    work.connection.execute(delete(rollup).where(_own(rollup, hospital_id, months)))
    names = ["month", "department", "stream", "payer"]
    keys = [facts.c[name] for name in names]
    statement = (
        select(*keys, func.count(), *_charges(facts))
        .where(_own(facts, hospital_id, months))
        .group_by(*keys)
        .order_by(*keys)
    )
    counted = ["visits", "charge_total", *_CHARGES[1:]]
    found = [
        dict(zip([*names, *counted], row, strict=True))
        for row in map(tuple, work.connection.execute(statement))
    ]
    columns = ["hospital_id", *names, "visits", *(f"{name}_fen" for name in _CHARGES)]
    rows = [
        (hospital_id, *(row[n] for n in names), *(int(row[n] or 0) for n in counted))
        for row in found
    ]
    store.insert_many(work.connection, "rollup_visit", columns, rows)
    return found


def rebuild_arrivals(store: Store, work: Work, hospital_id: int, months: Sequence[int]) -> None:
    """Replace the two roll-ups of arrivals; a month that brought none is read from visits."""
    for name in ("rollup_arrival_day", "rollup_arrival_week"):
        rollup = METADATA.tables[name]
        work.connection.execute(delete(rollup).where(_own(rollup, hospital_id, months)))
    facts = METADATA.tables["arrival"]
    own = select(facts.c.month).where(_own(facts, hospital_id, months)).distinct()
    brought = set(work.connection.execute(own).scalars())
    if brought:
        _add_up_arrivals(work, hospital_id, sorted(brought))
    if brought != set(months):
        _add_up_visits(store, work, hospital_id, [m for m in months if m not in brought])


def _add_up_arrivals(work: Work, hospital_id: int, months: Sequence[int]) -> None:
    facts = METADATA.tables["arrival"]
    own = _own(facts, hospital_id, months)
    month, date, stream, department = (
        facts.c[name] for name in ("month", "date", "stream", "department")
    )
    count = func.sum(facts.c.count).label("count")
    by_day = select(literal(hospital_id), month, date, stream, department, count).where(own)
    work.connection.execute(
        insert(METADATA.tables["rollup_arrival_day"]).from_select(
            ["hospital_id", "month", "date", "stream", "department", "count"],
            by_day.group_by(month, date, stream, department),
        )
    )
    weekday = _weekday(date).label("weekday")
    each = select(month, date, weekday, facts.c.hour, stream, department, facts.c.count).where(own)
    rows = each.subquery()
    keys = [rows.c[name] for name in ("month", "weekday", "hour", "stream", "department")]
    days = (
        select(rows.c.month, rows.c.weekday, func.count(rows.c.date.distinct()).label("days"))
        .group_by(rows.c.month, rows.c.weekday)
        .subquery()
    )
    week = select(*keys, func.sum(rows.c.count).label("count")).group_by(*keys).subquery()
    same = and_(days.c.month == week.c.month, days.c.weekday == week.c.weekday)
    work.connection.execute(
        insert(METADATA.tables["rollup_arrival_week"]).from_select(
            ["hospital_id", *week.c.keys(), "days"],
            select(literal(hospital_id), *week.c, days.c.days).select_from(week.join(days, same)),
        )
    )


def _weekday(date: ColumnElement[int]) -> ColumnElement[int]:
    """0 is Monday, of a date YYYYMMDD: days counted from 1 March of the year 0, modulo 7."""
    month, day = date // 100 % 100, date % 100
    early = (14 - month) // 12  # January and February belong to the year before
    year = date // 10_000 - early
    passed = (153 * (month + 12 * early - 3) + 2) // 5 + day
    leap = year // 4 - year // 100 + year // 400
    return (passed + 365 * year + leap + _MONDAY) % 7


def _add_up_visits(store: Store, work: Work, hospital_id: int, months: Sequence[int]) -> None:
    """Visits by the clock of Shanghai, counted by hour in the database and by day here."""
    facts = METADATA.tables["visit"]
    hour = ((facts.c.visited_at + LOCAL) // _HOUR).label("hour")
    keys = [facts.c.month, hour, facts.c.stream, facts.c.department]
    statement = select(*keys, func.count()).where(_own(facts, hospital_id, months)).group_by(*keys)
    by_day: Counter[tuple[Any, ...]] = Counter()
    week: Counter[tuple[Any, ...]] = Counter()
    dates: dict[tuple[int, int], set[int]] = {}
    for month, at, stream, department, count in map(tuple, work.connection.execute(statement)):
        day, hour_of_day = divmod(at, 24)
        weekday = (day + _EPOCH.weekday()) % 7
        by_day[month, day, stream, department] += count
        week[month, weekday, hour_of_day, stream, department] += count
        dates.setdefault((month, weekday), set()).add(day)
    store.insert_many(
        work.connection,
        "rollup_arrival_day",
        ["hospital_id", "month", "date", "stream", "department", "count"],
        [
            (hospital_id, month, _date(day), *key, count)
            for (month, day, *key), count in sorted(by_day.items())
        ],
    )
    store.insert_many(
        work.connection,
        "rollup_arrival_week",
        ["hospital_id", "month", "weekday", "hour", "stream", "department", "count", "days"],
        [(hospital_id, *key, count, len(dates[key[:2]])) for key, count in sorted(week.items())],
    )


@cache
def _date(day: int) -> int:
    """YYYYMMDD of a day counted from 1970-01-01."""
    return int(f"{_EPOCH + dt.timedelta(days=day):%Y%m%d}")
