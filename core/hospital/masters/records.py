"""Reads of the masters that a hospital's files bring in, as frames by code."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select
from sqlmodel import SQLModel, col

from core.frames import Scope
from core.hospital.masters.tables import (
    CalendarDay,
    Campus,
    DiseaseGroup,
    Machine,
    PaymentRule,
    StaffGroup,
    Ward,
)
from core.hospital.tables import Department
from core.store.engine import Store
from core.store.tables import columns


def wards(store: Store, asked: Scope | int) -> pd.DataFrame:
    """code, name_zh, name_en, department, campus, beds, opened, closed, by code.

    asked: a scope (its departments' wards) or a hospital's id. Months YYYYMM, 0 when not stated;
    beds NaN when not stated.
    """
    rows = _of_departments(store, Ward, asked)
    rows["beds"] = rows["beds"].astype("float64")
    return _months_stated(rows, "opened", "closed")


def machines(store: Store, asked: Scope | int) -> pd.DataFrame:
    """The register by code, columns as stored: money in 分, months YYYYMM (0: not stated).

    asked: a scope (its departments' machines) or a hospital's id. Numbers NaN when not stated.
    """
    rows = _of_departments(store, Machine, asked)
    numbers = ("capacity_per_day", "open_hours_per_day", "minutes_per_exam")
    for name in (*numbers, "maintenance_per_year_fen", "fee_per_exam_fen"):
        rows[name] = rows[name].astype("float64")
    return _months_stated(rows, "retired")


def disease_groups(store: Store, hospital_id: int) -> pd.DataFrame:
    """The groups by code, columns as stored: money in 分, NaN when not stated."""
    rows = _all(store, DiseaseGroup, hospital_id)
    for name in ("weight", "payment_standard_fen", "benchmark_days", "benchmark_charge_fen"):
        rows[name] = rows[name].astype("float64")
    return rows


def staff_groups(store: Store, hospital_id: int) -> pd.DataFrame:
    """The groups of staff by code; cost an hour in 分, NaN when not stated."""
    rows = _all(store, StaffGroup, hospital_id)
    rows["hourly_cost_fen"] = rows["hourly_cost_fen"].astype("float64")
    return rows


def campuses(store: Store, hospital_id: int) -> pd.DataFrame:
    """code, name_zh, name_en of the sites, by code."""
    return _all(store, Campus, hospital_id)


def sites(store: Store, hospital_id: int) -> dict[str, str]:
    """The campus of each department that has one."""
    statement = (
        select(*columns(Department, "code", "campus"))
        .where(col(Department.hospital_id) == hospital_id, col(Department.campus).is_not(None))
        .order_by(col(Department.code))
    )
    rows = store.frame(statement)
    return dict(zip(rows["code"], rows["campus"], strict=True))


def payment_rules(store: Store, hospital_id: int) -> pd.DataFrame:
    """How each insurance area pays from which month on; rate in 分, ratios NaN when not stated."""
    rows = _all(store, PaymentRule, hospital_id)
    for name in ("low_ratio", "high_ratio_light", "high_ratio_middle", "high_ratio_heavy"):
        rows[name] = rows[name].astype("float64")
    return rows


def calendar_days(store: Store, hospital_id: int) -> pd.DataFrame:
    """Date (YYYYMMDD), kind, name of the days that depart from the national calendar, by date."""
    return _all(store, CalendarDay, hospital_id)


def _all(store: Store, model: type[SQLModel], hospital_id: int) -> pd.DataFrame:
    """Every column but the hospital and the version, in the order of the key."""
    names = [name for name in model.model_fields if name not in ("hospital_id", "version")]
    keys = list(model.metadata.tables[str(model.__tablename__)].primary_key.columns)
    return store.frame(
        select(*columns(model, *names))
        .where(keys[0] == hospital_id)
        .order_by(*[c for c in keys if c.name != "hospital_id"])
    )


def _of_departments(store: Store, model: type[Ward | Machine], asked: Scope | int) -> pd.DataFrame:
    hospital_id = asked if isinstance(asked, int) else asked.hospital_id
    rows = _all(store, model, hospital_id)
    if isinstance(asked, Scope) and asked.departments is not None:
        rows = rows[rows["department"].isin(asked.departments)].reset_index(drop=True)
    return rows


def _months_stated(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Months that are not stated read 0."""
    for name in names:
        rows[name] = pd.to_numeric(rows[name]).fillna(0).astype("int64")
    return rows
