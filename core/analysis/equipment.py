"""What machines do and bring: use, idle time, income, cost with depreciation, contribution.

Hours, examinations and money are added up over the months that a machine reported, fixed cost
over the same months, so that both sides of a figure cover the same time. A sum is known only
where every reported month states it. Ratios are sums over sums, for groups too.

Formulas: 《医疗器械管理手册》 8.3 (use of time and of capacity), course 《医疗机构精细化管理》
设备效益分析表. Depreciation is straight line by month from the month of first service, as hospital
accounts have had it since 2019 (政府会计准则第3号, from memory), and ends with the life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.investment import RATE, Outcome, Plan, judge
from core.frames import Frame

MACHINES = Frame(
    "machines",
    {
        "code": "code",
        "name_zh": "text",
        "name_en": "text",
        "kind": "ct | mr | ... | other, as in the table of machines",
        "department": "code",
        "campus": "code of its department's site, '' when not stated",
        "price_fen": "分",
        "in_service": "YYYYMM",
        "retired": "YYYYMM or 0: last month in service",
        "life_years": "years",
        "capacity_per_day": "examinations, NaN when not stated",
        "open_hours_per_day": "hours, NaN when not stated",
        "minutes_per_exam": "minutes, NaN when not stated",
        "maintenance_per_year_fen": "分, NaN when not stated",
        "fee_per_exam_fen": "分, NaN when not stated",
        "emergency_reserve": "bool: stands by, so that little use is no fault",
    },
    key=("code",),
)
MACHINE_USE = Frame(
    "use of machines",
    {
        "month": "YYYYMM",
        "machine": "code",
        "hours": "number",
        "examinations": "number",
        "positives": "number, NaN when not stated",
        "income": "分, NaN when not stated",
        "consumables": "分, NaN when not stated",
        "days_due": "days, NaN when not stated",
        "days_down": "days, NaN when not stated",
        "days_idle": "days, NaN when not stated",
    },
    key=("month", "machine"),
)
PERFORMED = Frame(
    "performed income",
    {"month": "YYYYMM", "department": "code", "inpatient": "分", "total": "分"},
    key=("month", "department"),
)
SUMS = (
    *("hours", "hours_due", "examinations", "capacity", "positives", "income", "consumables"),
    *("days_due", "days_down", "days_idle", "days_open", "depreciation"),
)
RATIOS = {
    "time_use": ("hours", "hours_due"),
    "capacity_use": ("examinations", "capacity"),
    "idle_rate": ("days_idle", "days_open"),
    "positive_rate": ("positives", "examinations"),
}
"""In %: top and bottom."""
YEARLY = (
    *("income", "consumables", "contribution", "maintenance", "depreciation", "surplus", "cash"),
    *("margin", "break_even", "payback_years", "npv", "irr"),
)
"""Fields of an Outcome that the benefit frame repeats with the prefix year_, as they are there."""
BENEFIT = Frame(
    "benefit",
    {
        **MACHINES.columns,
        "months": "reported months of the period",
        "months_due": "months of the period in which it was in service",
        **dict.fromkeys(SUMS, "sum over the reported months; money in 分"),
        "hours_estimated": "bool: hours are examinations x minutes an examination",
        **dict.fromkeys(RATIOS, "%, NaN when missing"),
        "used": "%: use of capacity, of time where no capacity is stated",
        "idle_cost": "分 a year: depreciation of the share that is not used",
        **{f"year_{name}": "of 12 months; money in 分, irr 0-1" for name in YEARLY},
        "reasons": "dict: why a field is missing",
    },
    key=("code",),
)
UNLIKE = ("lab", "other")
"""Kinds whose machines of one department do different work: none stands in for another."""
STATES = ("idle", "full", "normal", "unknown", "reserve")
UNSTATED = {
    "hours_due": "no_hours_due",
    "capacity": "no_capacity",
    "hours": "no_hours",
    "days_idle": "no_days",
    "days_open": "no_days",
    "positives": "no_positives",
}


@dataclass(frozen=True)
class Bands:
    """Use below `low` is idle, from `full` on the machine is full. In % (assumptions)."""

    low: float = 40.0
    full: float = 95.0


@dataclass(frozen=True)
class Terms:
    """How money is looked at: the discount rate, and which income counts as extra."""

    rate: float = RATE
    not_extra: Mapping[str, float] | None = None
    """By department the share (0-1) of income that is not extra; None counts all of it."""


def charge(price_fen: int, life_years: float, month_of_life: int) -> int:
    """Depreciation of the n-th month of service (1 is the first), in whole 分.

    The months of the life add up to the price; none before and none after.
    """
    months = max(1, round(life_years * 12))
    first, last = (min(max(month_of_life - step, 0), months) for step in (1, 0))
    return price_fen * last // months - price_fen * first // months


def monthly(register: pd.DataFrame, use: pd.DataFrame, months: Sequence[int]) -> pd.DataFrame:
    """Each reported month of each machine: what was used, what was due, depreciation (分).

    month, machine, SUMS, hours_estimated and RATIOS. Hours that are not kept (0 with
    examinations) are examinations x minutes an examination, where these are stated.
    """
    rows = use[use["month"].isin(list(months))].merge(
        register.set_index("code"), left_on="machine", right_index=True
    )
    unkept = (rows["hours"] == 0) & (rows["examinations"] > 0)
    rows["hours_estimated"] = unkept & rows["minutes_per_exam"].notna()
    estimate = rows["examinations"] * rows["minutes_per_exam"] / 60
    rows["hours"] = rows["hours"].where(~unkept, estimate)
    rows["hours_due"] = rows["days_due"] * rows["open_hours_per_day"]
    rows["capacity"] = rows["days_due"] * rows["capacity_per_day"]
    rows["days_open"] = rows["days_due"] - rows["days_down"].fillna(0)
    rows["depreciation"] = _charges(rows, rows["month"].to_numpy())
    for name, (top, bottom) in RATIOS.items():
        rows[name] = _percent(rows[top], rows[bottom])
    names = ["month", "machine", *SUMS, "hours_estimated", *RATIOS]
    return rows[names].sort_values(["machine", "month"], ignore_index=True)


def benefit(
    register: pd.DataFrame,
    use: pd.DataFrame,
    months: Sequence[int],
    terms: Terms | None = None,
) -> pd.DataFrame:
    """BENEFIT of the machines that were in service in some of the months, by code."""
    terms = terms or Terms()
    MACHINES.check(register)
    due = _months_due(register, months)
    reported = monthly(register, MACHINE_USE.check(use), months)
    serving = (due > 0) | register["code"].isin(reported["machine"]).to_numpy()
    rows = register[serving].reset_index(drop=True)
    if rows.empty:
        return BENEFIT.empty()
    rows["months_due"] = due[serving]
    rows = _added(rows, reported)
    for name, (top, bottom) in RATIOS.items():
        rows[name] = _percent(rows[top], rows[bottom])
    rows["used"] = rows["capacity_use"].fillna(rows["time_use"])
    return BENEFIT.check(_with_year(rows, months, terms))


def _added(rows: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Sums of the reported months by machine; one that some month leaves out is missing."""
    groups = reported.groupby("machine")
    sums = groups[list(SUMS)].sum().where(groups[list(SUMS)].count().eq(groups.size(), axis=0))
    sums = sums.assign(months=groups.size(), hours_estimated=groups["hours_estimated"].any())
    rows = rows.merge(sums, left_on="code", right_index=True, how="left")
    rows["months"] = rows["months"].fillna(0).astype(int)
    rows["hours_estimated"] = rows["hours_estimated"].eq(True)
    return rows


def _with_year(rows: pd.DataFrame, months: Sequence[int], terms: Terms) -> pd.DataFrame:
    """The year's money and what it makes of the price, with the reasons of all that is missing."""
    rows["depreciation"] = rows["depreciation"].fillna(
        pd.Series([_charged(row, months) for row in rows.to_dict("records")], index=rows.index)
    )
    plans = [plan_of(row, terms) for row in rows.to_dict("records")]
    outcomes = [judge(plan) for plan in plans]
    for name in YEARLY:
        rows[f"year_{name}"] = [getattr(outcome, name) for outcome in outcomes]
    share = (1 - rows["used"] / 100).clip(0, 1)
    rows["idle_cost"] = (share * rows["year_depreciation"]).round()
    told = zip(rows.to_dict("records"), outcomes, strict=True)
    reasons = [_reasons(row, outcome) for row, outcome in told]
    return rows.assign(reasons=pd.Series(reasons, index=rows.index))


def plan_of(row: Mapping[Any, Any], terms: Terms) -> Plan:
    """A BENEFIT row as twelve months: sums of fewer months are scaled up.

    Maintenance that is not stated counts as nothing and is told beside the result.
    """
    counted = row["months"] or row["months_due"]
    year = 12 / counted if counted else np.nan
    shares = terms.not_extra
    not_extra = 0.0 if shares is None else shares.get(row["department"], np.nan)
    return Plan(
        price_fen=row["price_fen"],
        life_years=row["life_years"],
        examinations=row["examinations"] * year,
        income_fen=row["income"] * year,
        consumables_fen=row["consumables"] * year,
        depreciation_fen=row["depreciation"] * year,
        maintenance_fen=float(np.nan_to_num(row["maintenance_per_year_fen"])),
        not_extra=not_extra,
        rate=terms.rate,
    )


def _reasons(row: Mapping[Any, Any], outcome: Outcome) -> dict[str, str]:
    """Why a field is missing, by field."""
    found = {f"year_{name}": reason for name, reason in outcome.reasons.items()}
    for name, (top, bottom) in RATIOS.items():
        if np.isnan(row[name]):
            lost = [side for side in (top, bottom) if np.isnan(row[side])]
            found[name] = UNSTATED.get(lost[0], "no_data") if lost else "zero_bottom"
    for name in ("income", "consumables"):
        if np.isnan(row[name]):
            found[name] = found[f"year_{name}"] = f"no_{name}"
    if np.isnan(outcome.contribution):
        lost = "no_consumables" if np.isnan(row["consumables"]) else "no_share"
        reason = "no_income" if np.isnan(row["income"]) else lost
        found |= {name: reason for name, told in found.items() if told == "no_contribution"}
        found |= {"year_income": reason} if np.isnan(outcome.income) else {}
    if np.isnan(row["idle_cost"]):
        found["idle_cost"] = found.get("capacity_use", "no_data")
    if not row["months"]:
        found = dict.fromkeys(found, "no_use")
    return found


def states(rows: pd.DataFrame, bands: Bands) -> pd.Series:
    """STATES of BENEFIT rows: reserve whatever its use, unknown where no use can be told."""
    used = rows["used"].to_numpy(float)
    reserve = rows["emergency_reserve"].to_numpy(bool)
    picked = np.select(
        [reserve, np.isnan(used), used < bands.low, used >= bands.full],
        ["reserve", "unknown", "idle", "full"],
        default="normal",
    )
    return pd.Series(picked, index=rows.index, dtype="str")


def ranked(rows: pd.DataFrame, bands: Bands) -> pd.DataFrame:
    """BENEFIT rows with `state`: idle ones first, each by idle cost; reserves last."""
    rows = rows.assign(state=states(rows, bands))
    last = rows["state"].map({"idle": 0, "reserve": 2}).fillna(1)
    rows = rows.assign(last=last).sort_values(
        ["last", "idle_cost", "code"], ascending=[True, False, True], ignore_index=True
    )
    return rows.drop(columns="last")


def added_up(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Groups of BENEFIT rows without reserves: machines, sums, ratios of sums.

    A ratio adds up the machines that have both its sides; a year's money is missing where one
    machine's is.
    """
    rows = rows[~rows["emergency_reserve"].astype(bool)]
    if rows.empty:
        return pd.DataFrame()
    groups = rows.groupby(list(by), sort=True)
    found: dict[str, Any] = {"machines": groups.size()}
    for name, (top, bottom) in RATIOS.items():
        both = rows[rows[top].notna() & rows[bottom].notna()].groupby(list(by))
        found[name] = _percent(both[top].sum(), both[bottom].sum())
    sides = rows["capacity"].notna() & rows["examinations"].notna()
    for name in ("examinations", "capacity"):
        found[name] = rows[name].where(sides).groupby([rows[key] for key in by]).sum(min_count=1)
    for name in ("income", "contribution", "depreciation", "surplus"):
        found[f"year_{name}"] = groups[f"year_{name}"].agg(lambda money: money.sum(skipna=False))
    found["idle_cost"] = groups["idle_cost"].sum(min_count=1)
    return pd.DataFrame(found).reset_index()


def pools(rows: pd.DataFrame, bands: Bands) -> pd.DataFrame:
    """Machines of one kind in one department: added_up with `room`, fullest first.

    room: examinations a period that the pool could still take below `full`; negative above it.
    """
    found = added_up(rows, ("kind", "department"))
    if found.empty:
        return found
    found["room"] = found["capacity"] * bands.full / 100 - found["examinations"]
    return found.sort_values(["capacity_use", "kind"], ascending=[False, True], ignore_index=True)


def can_be_spared(rows: pd.DataFrame, code: str, bands: Bands) -> bool | None:
    """Whether the others of its pool could take a machine's examinations below `full`.

    None where it has no like, or where use or capacity is not stated.
    """
    own = rows[rows["code"] == code].iloc[0]
    like = (rows["kind"] == own["kind"]) & (rows["department"] == own["department"])
    others = rows[like & (rows["code"] != code) & ~rows["emergency_reserve"].astype(bool)]
    if own["kind"] in UNLIKE or others.empty:
        return None
    room = (others["capacity"] * bands.full / 100 - others["examinations"]).sum(skipna=False)
    return None if np.isnan(room - own["examinations"]) else bool(room >= own["examinations"])


def inpatient_shares(performed: pd.DataFrame, months: Sequence[int]) -> dict[str, float]:
    """By performing department the inpatient share (0-1) of its income in these months."""
    rows = PERFORMED.check(performed)
    sums = (
        rows[rows["month"].isin(list(months))].groupby("department")[["inpatient", "total"]].sum()
    )
    sums = sums[sums["total"] > 0]
    return {str(code): float(share) for code, share in (sums["inpatient"] / sums["total"]).items()}


def _months_due(register: pd.DataFrame, months: Sequence[int]) -> np.ndarray:
    """In how many of the months each machine was in service."""
    at = np.array(sorted(months), dtype=int)[None]
    last = register["retired"].replace(0, 999912).to_numpy()[:, None]
    return ((register["in_service"].to_numpy()[:, None] <= at) & (at <= last)).sum(axis=1)


def _charged(row: Mapping[Any, Any], months: Sequence[int]) -> float:
    """Depreciation of the months in service, for a machine that reported none."""
    last = row["retired"] or 999912
    served = [month for month in months if month <= last]
    lives = (_month_of_life(month, row["in_service"]) for month in served)
    return float(sum(charge(int(row["price_fen"]), row["life_years"], n) for n in lives))


def _charges(rows: pd.DataFrame, months: np.ndarray) -> np.ndarray:
    """Depreciation of each row's month, in 分; nothing after the machine was retired."""
    lives = _month_of_life(months, rows["in_service"].to_numpy())
    facts = zip(rows["price_fen"], rows["life_years"], lives, strict=True)
    charges = np.array([charge(int(price), life, int(n)) for price, life, n in facts], dtype=float)
    last = rows["retired"].replace(0, 999912).to_numpy()
    return np.where(months <= last, charges, 0.0)


def _month_of_life(month: Any, in_service: Any) -> Any:
    return (month // 100 - in_service // 100) * 12 + month % 100 - in_service % 100 + 1


def _percent(top: pd.Series, bottom: pd.Series) -> pd.Series:
    """Top / bottom x 100; missing where the bottom is not above nothing."""
    return top / bottom.where(bottom > 0) * 100
