"""The machine register and its use: counts that add up to a year, income the performer earned.

Examinations of a group follow the income its department performs; a machine's income is its
examinations at the fee, never more than what its department performs of that category.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.days import Days
from core.demo.parameters import FOLDER
from core.demo.rounding import FEN_PER_WAN, whole_by_running_total
from core.months import add_months
from core.statistics.rounding import share_out

FEN = 100
SUNDAY, SATURDAY = 6, 5
FESTIVAL_DAYS = (-1, 6)
"""Days around 初一 on which planned examinations rest."""
UNEVEN = 0.05
"""Relative scatter of a machine's part of a month (assumption)."""
DOWN_A_YEAR = 4.0
"""Days a year out of order in the middle of a machine's life (assumption)."""
USE_COLUMNS = (
    "month", "machine_code", "hours", "examinations", "positives", "income", "consumables",
    "days_due", "days_down", "days_idle", "remark",
)  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Model):
    """Examinations of one sort: how many a year, what they cost, how long they take."""

    name: str
    prefix: str
    kind: str
    dept: str
    category: str
    annual: int
    growth_pct: float
    fee_yuan: float
    consumable_yuan: float
    minutes: float
    open_hours: float
    capacity: float
    days: Literal["all", "workdays", "weekdays"]
    positive_pct: float | None = None


class Make(_Model):
    """`count` machines that are alike."""

    group: str
    name: dict[Literal["zh", "en"], str]
    price_wan: float
    life_years: float
    age_months: int
    maintenance_wan: float
    count: int = 1
    share: float = 1.0
    daily: float | None = None
    """Examinations a day where the machine takes no part in the group's sharing."""
    idle_pct: float = 0.4
    reserve: bool = False
    capacity: float | None = None
    open_hours: float | None = None
    minutes: float | None = None


class MachineParameters(_Model):
    kind: str
    income_limit: float
    workday_closed: list[str]
    group: list[Group]
    machine: list[Make]


@dataclass(frozen=True)
class Unit:
    """One machine of the register."""

    code: str
    name: dict[Literal["zh", "en"], str]
    make: Make
    group: Group

    @property
    def minutes(self) -> float:
        return self.make.minutes or self.group.minutes

    @property
    def open_hours(self) -> float:
        return self.make.open_hours or self.group.open_hours

    @property
    def capacity(self) -> float:
        return self.make.capacity or self.group.capacity


@cache
def machine_parameters() -> MachineParameters:
    """data/demo/machines.toml, validated."""
    text = (FOLDER / "machines.toml").read_text(encoding="utf-8")
    return MachineParameters.model_validate(tomllib.loads(text))


def units(given: MachineParameters) -> list[Unit]:
    """Every machine, numbered by prefix in the order of the file."""
    groups = {group.name: group for group in given.group}
    numbers: dict[str, int] = {}
    found = []
    for make in given.machine:
        group = groups[make.group]
        for number in range(1, make.count + 1):
            numbers[group.prefix] = numbers.get(group.prefix, 0) + 1
            name: dict[Literal["zh", "en"], str] = make.name
            if make.count > 1:
                name = {"zh": f"{make.name['zh']}{number}号", "en": f"{make.name['en']} {number}"}
            found.append(Unit(f"{group.prefix}-{numbers[group.prefix]:02d}", name, make, group))
    return found


def machine_frame(given: MachineParameters, last_month: int) -> pd.DataFrame:
    """The contract table of machines; months of purchase are counted back from the last month."""
    every = units(given)
    fee = [unit.group.fee_yuan for unit in every]
    return pd.DataFrame(
        {
            "machine_code": [unit.code for unit in every],
            "machine_name": [unit.name["zh"] for unit in every],
            "name_en": [unit.name["en"] for unit in every],
            "kind": [unit.group.kind for unit in every],
            "dept_code": [unit.group.dept for unit in every],
            "price": [round(unit.make.price_wan * FEN_PER_WAN) for unit in every],
            "in_service": [add_months(last_month, -unit.make.age_months) for unit in every],
            "retired": pd.array([pd.NA] * len(every), dtype="Int64"),
            "life_years": [unit.make.life_years for unit in every],
            "capacity_per_day": [unit.capacity for unit in every],
            "open_hours_per_day": [unit.open_hours for unit in every],
            "minutes_per_exam": [unit.minutes for unit in every],
            "maintenance_per_year": [
                round(unit.make.maintenance_wan * FEN_PER_WAN) for unit in every
            ],
            "fee_per_exam": [round(yuan * FEN) for yuan in fee],
            "emergency_reserve": [int(unit.make.reserve) for unit in every],
            "remark": [""] * len(every),
        }
    )


def machine_use_frame(
    given: MachineParameters,
    days: Days,
    income: pd.DataFrame,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """The contract table of use, from the month a machine is in service.

    days: the calendar, warm-up included; income: the contract table, whose months are made.
    """
    months = np.sort(income["month"].unique())
    every = units(given)
    due = _days_due(given, days, months)
    earned = _performed(income, months)
    age = np.array([unit.make.age_months for unit in every])
    # Rows are machines, columns months; the last month is column -1.
    in_use = np.arange(1 - len(months), 1)[None] >= -age[:, None]
    days_due = np.stack([due[unit.group.days] for unit in every]) * in_use
    days_down = _days_down(every, days_due, generator)
    counts = _counts(every, earned, days_due - days_down, generator)
    idle = np.array([unit.make.idle_pct / 100 for unit in every])
    money = _income(given, every, earned, counts)
    columns = {
        "examinations": counts,
        "income": money,
        "days_due": days_due,
        "days_down": days_down,
        "days_idle": generator.binomial(days_due - days_down, idle[:, None]),
    } | _drawn(every, counts, generator)
    return _frame(every, months, in_use, columns)


def _frame(
    every: list[Unit], months: np.ndarray, in_use: np.ndarray, columns: dict[str, np.ndarray]
) -> pd.DataFrame:
    machine, month = np.nonzero(in_use)
    frame = pd.DataFrame({name: values[machine, month] for name, values in columns.items()})
    reads = np.array([unit.group.positive_pct is not None for unit in every])[machine]
    frame["positives"] = frame["positives"].astype("Int64").where(reads)
    frame["machine_code"] = [every[row].code for row in machine]
    frame["month"] = months[month]
    frame["remark"] = ""
    return frame[list(USE_COLUMNS)].sort_values(["month", "machine_code"], ignore_index=True)


def _days_due(given: MachineParameters, days: Days, months: np.ndarray) -> dict[str, np.ndarray]:
    """Days of each month on which machines of a schedule should run."""
    weekday = np.array([date.weekday() for date in days.dates])
    holiday = np.array(days.holiday)
    makeup = holiday == "makeup"
    first, last = FESTIVAL_DAYS
    closed = np.isin(holiday, given.workday_closed)
    closed |= (days.festival_day >= first) & (days.festival_day <= last)
    open_days = {
        "all": np.ones(len(weekday), dtype=bool),
        "workdays": ~closed & ((weekday != SUNDAY) | makeup),
        "weekdays": ~closed & ((weekday < SATURDAY) | makeup),
    }
    kept = np.isin(np.array(days.months), months)
    return {name: days.monthly(flags.astype(np.int64))[kept] for name, flags in open_days.items()}


def _performed(income: pd.DataFrame, months: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """分 by month of each performing department and category."""
    sums = income.pivot_table(
        index="month", columns=["performing_code", "category"], values="amount", aggfunc="sum"
    )
    table = sums.reindex(months).fillna(0).astype(np.int64)
    return {(str(code), str(name)): table[code, name].to_numpy() for code, name in table.columns}


def _days_down(
    every: list[Unit], days_due: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Days out of order: the older, the more."""
    worn = np.array([unit.make.age_months / 12 / unit.make.life_years for unit in every])
    rate = DOWN_A_YEAR / 365 * (0.4 + worn)
    return generator.binomial(days_due, rate[:, None])


def _counts(
    every: list[Unit],
    earned: dict[tuple[str, str], np.ndarray],
    days_open: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """Examinations [machine, month]; a group's most recent twelve months are its annual figure."""
    counts = np.zeros(days_open.shape, dtype=np.int64)
    groups = {unit.group.name: unit.group for unit in every}
    uneven = np.exp(generator.normal(0, UNEVEN, days_open.shape))
    for name, group in groups.items():
        rows = np.array([row for row, unit in enumerate(every) if unit.group.name == name])
        total = _group_months(group, earned[group.dept, group.category])
        makes = [every[row].make for row in rows]
        for row, make in zip(rows, makes, strict=True):
            if make.daily is not None:
                counts[row] = generator.poisson(make.daily * days_open[row])
                total = total - counts[row]
        sharing = np.array([0.0 if make.daily is not None else make.share for make in makes])
        weights = sharing[:, None] * days_open[rows] * uneven[rows]
        # Before the first of them was bought nobody was examined.
        total = np.where(weights.any(axis=0), total, 0)
        counts[rows] += share_out(total, weights.T).T
    return counts


def _group_months(group: Group, earned: np.ndarray) -> np.ndarray:
    years = np.arange(1 - len(earned), 1) / 12
    pace = earned * (1 + group.growth_pct / 100) ** years
    wanted = group.annual * pace / pace[-12:].sum()
    return whole_by_running_total(wanted[::-1])[::-1]


def _income(
    given: MachineParameters,
    every: list[Unit],
    earned: dict[tuple[str, str], np.ndarray],
    counts: np.ndarray,
) -> np.ndarray:
    """分 [machine, month]: examinations at the fee, cut back where the department earned less."""
    money = counts * np.array([[round(unit.group.fee_yuan * FEN)] for unit in every])
    owners = [(unit.group.dept, unit.group.category) for unit in every]
    for owner in sorted(set(owners)):
        rows = np.array([row for row, key in enumerate(owners) if key == owner])
        limit = np.floor(earned[owner] * given.income_limit).astype(np.int64)
        total = np.minimum(money[rows].sum(axis=0), limit)
        money[rows] = share_out(total, money[rows].T.astype(float)).T
    return money


def _drawn(
    every: list[Unit], counts: np.ndarray, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Hours, positive findings and consumables that go with the examinations."""
    minutes = np.array([[unit.minutes] for unit in every])
    positive = np.array([[(unit.group.positive_pct or 0) / 100] for unit in every])
    price = np.array([[unit.group.consumable_yuan * FEN] for unit in every])
    hours = counts * minutes / 60 * np.exp(generator.normal(0, 0.02, counts.shape))
    spent = counts * price * np.exp(generator.normal(0, 0.03, counts.shape))
    return {
        "hours": np.round(hours, 1),
        "positives": generator.binomial(counts, positive),
        "consumables": np.rint(spent).astype(np.int64),
    }
