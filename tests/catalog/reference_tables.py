"""Contract tables -> what each measure amounts to by month and department, or disease group.

Written from what the definitions mean, with pandas, and sharing no code with core. Tables are
frames with the columns of data/intake/*.toml: money in 分, dates YYYYMMDD, times in seconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

Row = dict[str, Any]
Amounts = dict[tuple[int, str, str], float]
Tables = Mapping[str, pd.DataFrame]
VALUES = {"income": "amount", "direct_cost": "amount", "driver": "value"}
REPORTED = {"": "value", ".top": "numerator", ".bottom": "denominator"}


def amounts(indicators: dict[str, Row], measures: dict[str, Row], tables: Tables) -> Amounts:
    """(month, department, measure) of measures and reported indicators; '' is the hospital."""
    found: Amounts = {}
    for code, measure in measures.items():
        source = measure["source"]
        if "table" not in source or source["table"] not in tables:
            continue
        rows = prepared(source["table"], tables, source.get("department", "dept"))
        add_up(found, rows, code, measure, "department")
    if "reported" in tables:
        rows = tables["reported"].assign(dept_code=tables["reported"]["dept_code"].fillna(""))
        for row in rows.to_dict("records"):
            formula = indicators.get(row["indicator_code"], {}).get("formula", {})
            for part, column in REPORTED.items():
                if formula.get("kind") == "reported" and not pd.isna(row[column]):
                    name = f"reported.{row['indicator_code']}{part}"
                    found[(int(row["month"]), row["dept_code"], name)] = float(row[column])
    return found


def group_amounts(measures: dict[str, Row], tables: Tables, department: str) -> Amounts:
    """(month, disease group, measure) of measures from cases, of one department or all."""
    found: Amounts = {}
    rows = prepared("case", tables)
    rows = rows[rows["group_code"].notna()]
    if department:
        rows = rows[rows["department"] == department]
    for code, measure in measures.items():
        if measure["source"].get("table") == "case":
            add_up(found, rows, code, measure, "group_code")
    return found


def treated(tables: Tables) -> dict[tuple[int, str], set[str]]:
    """(month, department) -> disease groups with a case."""
    if "case" not in tables:
        return {}
    rows = prepared("case", tables)
    rows = rows[rows["group_code"].notna()]
    found: dict[tuple[int, str], set[str]] = {}
    for row in rows[["month", "department", "group_code"]].drop_duplicates().to_dict("records"):
        found.setdefault((int(row["month"]), row["department"]), set()).add(row["group_code"])
    return found


def add_up(found: Amounts, rows: pd.DataFrame, code: str, measure: Row, owner: str) -> None:
    """One measure into `found`; a condition that nothing meets is 0 where it is stated."""
    source = measure["source"]
    column = source.get("column") or VALUES[source["table"]]
    value = pd.to_numeric(rows[column]).astype(float)
    if measure["unit"] == "元" and source["table"] in ("driver", "quality"):
        value = value * 100
    met = pd.Series(True, index=rows.index)
    stated = pd.Series(True, index=rows.index)
    for name, wanted in source.get("where", {}).items():
        met &= rows[name] == wanted
        stated &= rows[name].notna()
    keys = [rows["month"], rows[owner]]
    if "where" in source and source["table"] not in ("driver", "quality"):
        has = met.groupby(keys).any()
        for month, department in stated.groupby(keys).any().pipe(lambda any_: any_[any_]).index:
            if not has[(month, department)]:
                found[(int(month), department, code)] = 0.0
    sums = value[met].groupby([key[met] for key in keys]).sum(min_count=1).dropna()
    for (month, department), total in sums.items():  # type: ignore[misc]
        found[(int(month), department, code)] = float(total)


_PREPARED: dict[tuple[int, str, str], tuple[pd.DataFrame, pd.DataFrame]] = {}


def prepared(table: str, tables: Tables, owner: str = "dept") -> pd.DataFrame:
    """Rows of a table with month, department, and every column that a source may name."""
    raw = tables[table]
    key = (id(raw), table, owner)
    if key not in _PREPARED:
        if len(_PREPARED) > 40:
            _PREPARED.clear()
        _PREPARED[key] = (raw, _prepare(table, raw, tables, owner))
    return _PREPARED[key][1]


def _prepare(table: str, raw: pd.DataFrame, tables: Tables, owner: str) -> pd.DataFrame:
    rows = _plain(raw).reset_index(drop=True)
    if table == "income":
        rows["department"] = rows[f"{owner}_code"]
    elif table == "case":
        return _cases(rows, tables.get("disease_group"))
    elif table == "machine_use":
        return _machines(rows, tables["machine"])
    elif table == "census":
        wards = tables["ward"].set_index("ward_code")["dept_code"]
        rows["department"] = rows["ward_code"].map(wards)
        rows["month"] = rows["date"] // 100
    else:
        rows["department"] = rows["dept_code"].fillna("")
    if table == "arrival":
        rows["month"] = rows["date"] // 100
    if table == "visit":
        rows["month"] = _local(rows["visited_at"]).dt.strftime("%Y%m").astype(int)
        rows["visits"] = 1
    if table == "direct_cost":
        rows["kind"] = rows["element_code"].map(tables["cost_item"].set_index("code")["kind"])
    if table == "driver":
        rows["role"] = rows["driver_code"].map(tables["driver_item"].set_index("code")["role"])
    names = {"item_code": "item", "class": "goods"}
    return rows.rename(columns={old: new for old, new in names.items() if old in rows})


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """A copy with floats and NaN in place of integers and booleans that can be missing."""
    nullable = [name for name in rows if isinstance(rows[name].dtype, pd.Int64Dtype)]
    nullable += [name for name in rows if isinstance(rows[name].dtype, pd.BooleanDtype)]
    return rows.astype(dict.fromkeys(nullable, "float64"))


def _local(seconds: pd.Series) -> pd.Series:
    moments = pd.to_datetime(seconds.astype(float), unit="s", utc=True)
    return moments.dt.tz_convert("Asia/Shanghai")


def _flag(values: pd.Series) -> pd.Series:
    return values.map({1: "yes", 0: "no"}).astype(object)


def _cases(rows: pd.DataFrame, groups: pd.DataFrame | None) -> pd.DataFrame:
    """Discharged cases only, with the attributes of their disease groups."""
    rows = rows[rows["discharged_at"].notna()].reset_index(drop=True)
    for name in ("group_code", "outcome", "pathway"):
        rows[name] = rows[name].astype(object).where(rows[name].notna() & (rows[name] != ""), None)
    came, went = _local(rows["admitted_at"]), _local(rows["discharged_at"])
    rows["month"] = went.dt.strftime("%Y%m").astype(int)
    rows["department"] = rows["dept_code"]
    rows["days"] = (went.dt.normalize() - came.dt.normalize()).dt.days.clip(lower=1)
    rows["cases"] = 1
    level = pd.to_numeric(rows["surgery_level"]).astype(float)
    rows["surgical_cases"] = (level > 0).astype(float).where(level.notna())
    rows["surgical"] = _flag(rows["surgical_cases"])
    rows["elective"], rows["day_case"] = _flag(rows["elective"]), _flag(rows["day_case"])
    rows["grouped"] = np.where(rows["group_code"].notna(), "yes", "no")
    rows["discharged"] = np.where(went.dt.hour < 12, "before_noon", "later")
    rows["settled_charge"] = rows["charge_total"].where(rows["settlement"].notna())
    of = _plain(groups).set_index("group_code") if groups is not None else pd.DataFrame()
    group = {
        name: rows["group_code"].map(of[name]) if name in of else pd.Series(np.nan, rows.index)
        for name in ("weight", "benchmark_days", "benchmark_charge", "risk")
    }
    own = pd.to_numeric(rows["weight"]).astype(float)
    rows["weight"] = own.where(own.notna(), group["weight"].astype(float))
    rows["risk"] = group["risk"].astype(object).where(group["risk"] != "", None)
    by_days = group["benchmark_days"].astype(float)
    by_charge = group["benchmark_charge"].astype(float)
    rows["benchmark_days"] = rows["days"] / by_days
    rows["benchmark_charge"] = rows["charge_total"].astype(float) / by_charge
    rows["benchmarked_cases"] = (by_days > 0).astype(float).where(by_days > 0)
    rows["charge_benchmarked_cases"] = (by_charge > 0).astype(float).where(by_charge > 0)
    return rows


def _machines(rows: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    of = _plain(register).set_index("machine_code")
    machine = {
        name: rows["machine_code"].map(of[name])
        for name in (
            *("dept_code", "kind", "emergency_reserve"),
            *("open_hours_per_day", "capacity_per_day", "minutes_per_exam"),
        )
    }
    rows["department"], rows["kind"] = machine["dept_code"], machine["kind"]
    rows["emergency_reserve"] = np.where(machine["emergency_reserve"] == 1, "yes", "no")
    days = pd.to_numeric(rows["days_due"]).astype(float)
    rows["hours_open"] = days * machine["open_hours_per_day"].astype(float)
    rows["capacity"] = days * machine["capacity_per_day"].astype(float)
    done = rows["examinations"].astype(float)
    rows["minutes"] = done * machine["minutes_per_exam"].astype(float)
    return rows
