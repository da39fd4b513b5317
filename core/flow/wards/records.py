"""Reads of wards: the census by day, who lies there now, stays, and the hours of coming and going.

Times in the store are seconds UTC; nights are counted at the midnights of Asia/Shanghai. Cases are
added up in the database: never more rows come back than wards x days of stay.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, Table, and_, case, func, literal, or_, select

from core.frames import Frame, Scope
from core.hospital.history.tables import METADATA
from core.months import add_months, month_of
from core.store.engine import Store

DAY, HOUR, EAST = 86_400, 3_600, 28_800
"""Seconds; Asia/Shanghai is eight hours ahead of UTC all year."""
LONGEST_MONTHS = 36
"""Who was admitted earlier than so many months ago is not looked for among those in bed."""

CENSUS_DAYS = Frame(
    "census by day",
    {
        "date": "YYYYMMDD",
        "ward": "code",
        "open": "beds",
        "occupied": "patients at midnight",
        "admitted": "patients",
        "discharged": "patients",
        "transfers_in": "patients, 0 when not stated",
        "transfers_out": "patients, 0 when not stated",
    },
    key=("date", "ward"),
)
PRESENT = Frame(
    "patients in bed",
    {
        "ward": "code; '' when not stated",
        "stay": "midnights so far, 1 or more",
        "patients": "number",
    },
    key=("ward", "stay"),
)
STAYS = Frame(
    "stays of patients who left",
    {"ward": "code; '' when not stated", "stay": "midnights, 0 or more", "patients": "number"},
    key=("ward", "stay"),
)
HOURS = Frame(
    "hours of coming and going",
    {
        "ward": "code; '' when not stated",
        "hour": "0-23",
        "admitted": "patients of the months who stayed a night or are in bed",
        "discharged": "patients of the months who stayed a night",
    },
    key=("ward", "hour"),
)
ELECTIVE = Frame(
    "stays of planned operations",
    {"department": "code", "stay": "midnights, 1 or more", "patients": "number"},
    key=("department", "stay"),
)


def census_days(store: Store, scope: Scope) -> pd.DataFrame:
    """CENSUS_DAYS rows of the scope, by date and ward."""
    census = METADATA.tables["census"]
    statement = select(
        census.c.date,
        census.c.ward,
        census.c.open_beds.label("open"),
        census.c.occupied,
        census.c.admitted,
        census.c.discharged,
        func.coalesce(census.c.transfers_in, 0).label("transfers_in"),
        func.coalesce(census.c.transfers_out, 0).label("transfers_out"),
    ).where(
        census.c.hospital_id == scope.hospital_id,
        census.c.month.between(scope.first, scope.last),
    )
    if scope.departments is not None:
        statement = statement.where(census.c.ward.in_(_wards_of(scope)))
    return _read(store, statement, CENSUS_DAYS, (census.c.date, census.c.ward))


def present(store: Store, scope: Scope, date: dt.date) -> pd.DataFrame:
    """PRESENT rows: who lay in bed at the midnight that ends `date`."""
    cases = METADATA.tables["inpatient_case"]
    midnight = _midnight_after(date)
    nights = _in_place((midnight + EAST) // DAY) - _day(cases.c.admitted_at)
    statement = select(_ward(cases), nights.label("stay"), func.count().label("patients")).where(
        cases.c.hospital_id == scope.hospital_id,
        cases.c.month.between(add_months(month_of(date), -LONGEST_MONTHS), month_of(date)),
        cases.c.admitted_at < midnight,
        or_(cases.c.discharged_at.is_(None), cases.c.discharged_at >= midnight),
    )
    keys = (_ward(cases), nights)
    return _read(store, _of(statement, scope, cases).group_by(*keys), PRESENT, keys)


def stays(store: Store, scope: Scope) -> pd.DataFrame:
    """STAYS rows of the patients discharged in the scope's months."""
    cases = METADATA.tables["inpatient_case"]
    nights = _nights(cases)
    statement = select(_ward(cases), nights.label("stay"), func.count().label("patients"))
    keys = (_ward(cases), nights)
    return _read(store, _discharged(statement, scope, cases).group_by(*keys), STAYS, keys)


def hours(store: Store, scope: Scope) -> pd.DataFrame:
    """HOURS rows of the scope's months. Beds of day cases are not waited for: they are left out."""
    cases = METADATA.tables["inpatient_case"]
    over_night = or_(cases.c.discharged_at.is_(None), _nights(cases) > 0)
    came = _by_hour(cases, cases.c.admitted_at, "admitted").where(
        cases.c.hospital_id == scope.hospital_id,
        cases.c.month.between(scope.first, scope.last),
        over_night,
    )
    left = _discharged(_by_hour(cases, cases.c.discharged_at, "discharged"), scope, cases).where(
        _nights(cases) > 0
    )
    keys = ["ward", "hour"]
    both = [
        store.frame(_of(one, scope, cases).group_by(*keys)).astype({"ward": "str"})
        for one in (came, left)
    ]
    rows = both[0].merge(both[1], on=keys, how="outer").fillna(0).sort_values(keys)
    numbers = ["hour", "admitted", "discharged"]
    return HOURS.check(rows.astype(dict.fromkeys(numbers, "int64")).reset_index(drop=True))


def elective_stays(store: Store, scope: Scope) -> pd.DataFrame:
    """ELECTIVE rows of the scope's months: planned operations that lay in bed over night."""
    cases = METADATA.tables["inpatient_case"]
    nights = _nights(cases)
    statement = _discharged(
        select(cases.c.department, nights.label("stay"), func.count().label("patients")),
        scope,
        cases,
    ).where(cases.c.elective == 1, cases.c.surgery_level > 0, nights > 0)
    keys = (cases.c.department, nights)
    return _read(store, statement.group_by(*keys), ELECTIVE, keys)


def _midnight_after(date: dt.date) -> int:
    """Seconds UTC of the midnight in Asia/Shanghai with which the day ends."""
    return ((date - dt.date(1970, 1, 1)).days + 1) * DAY - EAST


def _nights(cases: Table) -> ColumnElement[Any]:
    return _day(cases.c.discharged_at) - _day(cases.c.admitted_at)


def _day(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a moment in Asia/Shanghai, counted from 1970."""
    return (moment + _in_place(EAST)) // _in_place(DAY)


def _in_place(value: int | str) -> ColumnElement[Any]:
    """Written into the statement: PostgreSQL takes two parameters for two expressions to group."""
    return literal(value, literal_execute=True)


def _ward(cases: Table) -> ColumnElement[Any]:
    return func.coalesce(cases.c.ward, _in_place("")).label("ward")


def _by_hour(cases: Table, moment: ColumnElement[Any], name: str) -> Select:
    hour = ((moment + _in_place(EAST)) % _in_place(DAY)) // _in_place(HOUR)
    return select(
        _ward(cases), hour.label("hour"), func.sum(case((moment.is_(None), 0), else_=1)).label(name)
    )


def _discharged(statement: Select, scope: Scope, cases: Table) -> Select:
    return _of(statement, scope, cases).where(
        cases.c.hospital_id == scope.hospital_id,
        cases.c.discharge_month.between(scope.first, scope.last),
    )


def _of(statement: Select, scope: Scope, cases: Table) -> Select:
    """Cases of the departments that may be read."""
    if scope.departments is None:
        return statement
    return statement.where(cases.c.department.in_(scope.departments))


def _wards_of(scope: Scope) -> Select:
    ward = METADATA.tables["ward"]
    departments = scope.departments or ()
    own = and_(ward.c.hospital_id == scope.hospital_id, ward.c.department.in_(departments))
    return select(ward.c.code).where(own)


def _read(store: Store, statement: Select, frame: Frame, keys: tuple[Any, ...]) -> pd.DataFrame:
    """The rows in the order of their key, of the same types whether there are any or none."""
    rows = store.frame(statement.order_by(*keys))
    texts = ("ward", "department")
    types = {name: "str" if name in texts else "int64" for name in frame.columns}
    return frame.check(rows.astype(types))
