"""Cached figures of what breaks even: a department's side, a disease group, an item, a machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.analysis.equipment import Bands
from core.costing.cvp import Figures, of_department, of_group, variable_shares
from core.costing.item_even import of_items, varying
from core.words import language, t
from pages.shared import costing_reads, examination_reads, group_reads, reads
from pages.shared.disease_parts import name_of
from pages.shared.equipment_phrases import name_of as machine_name
from pages.shared.equipment_reads import Asked, machines
from pages.shared.kept import kept
from pages.shared.scope import View

Kind = Literal["department", "group", "item", "machine"]
KINDS: tuple[Kind, ...] = ("department", "group", "item", "machine")
VOLUMES = {"inpatient": "discharges", "outpatient": "visits"}


@dataclass(frozen=True, eq=False)
class Found:
    """A service of some months, and what its volume is called."""

    kind: Kind
    months: tuple[int, ...]
    left_out: tuple[int, ...]
    figures: Figures
    unit: str
    """discharges | visits | cases | examinations."""


def objects(shown: View, kind: Kind) -> dict[str, str]:
    """What can be chosen, by code: departments with side, groups, items, machines."""
    return _objects(costing_reads.key(shown), shown, kind, language())


@kept(128)
def _objects(key: reads.Key, shown: View, kind: Kind, in_language: str) -> dict[str, str]:
    if kind == "machine":
        rows = machines(shown, Asked(Bands())).rows
        return {row["code"]: machine_name(row) for row in rows.to_dict("records")}
    if kind == "item":
        return {code: item.name for code, item in items(shown).items()}
    if kind == "group":
        found = group_reads.groups_of(shown, "charges", shown.comparison.now)
        codes = [] if found is None else [str(code) for code in found["group"] if code]
        return {code: name_of(shown, code) for code in codes}
    names, options = reads.names(shown.scope), {}
    known = _months(shown)
    if not known:
        return {}
    pools = pd.concat([sides.pools for sides in known.values()])
    sums = pools.groupby("department", sort=True)[list(VOLUMES)].sum()
    for code, row in sums.iterrows():
        if shown.department and code != shown.department:
            continue
        for side in VOLUMES:
            if row[side] > 0:
                side_name = t(f"costing.of.{side}")
                options[f"{code}.{side}"] = f"{code} {names.get(str(code), code)} · {side_name}"
    return options


def _months(shown: View) -> dict[int, group_reads.Sides]:
    found = {month: group_reads.sides(shown, month) for month in shown.comparison.now}
    return {month: sides for month, sides in found.items() if sides is not None}


def found(shown: View, kind: Kind, code: str) -> Found | None:
    """Figures of the view's months (machines: of the year up to it); None without any."""
    return _found(costing_reads.key(shown), shown, kind, code)


@kept(256)
def _found(key: reads.Key, shown: View, kind: Kind, code: str) -> Found | None:
    if kind == "machine":
        return _machine(shown, code)
    if kind == "item":
        return _item(shown, code)
    known = _months(shown)
    left = tuple(month for month in shown.comparison.now if month not in known)
    if not known:
        return None
    pools = pd.concat([sides.pools for sides in known.values()], ignore_index=True)
    months = tuple(known)
    if kind == "group":
        period = group_reads.period(shown, "charges", months)
        if period is None:
            return None
        rows = period.costed.groups
        rows = rows[rows["group"] == code]
        if shown.department:
            rows = rows[rows["department"] == shown.department]
        shares = variable_shares(pools, group_reads.behaviour())
        return Found(kind, period.months, left, of_group(rows, shares), "cases")
    department, _, side = code.partition(".")
    own = pools[pools["department"] == department]
    income, volume = _worked(shown, months, department, side)
    figures = of_department(own, side, income, volume, group_reads.behaviour())
    return Found(kind, months, left, figures, VOLUMES[side])


def _worked(
    shown: View, months: tuple[int, ...], department: str, side: str
) -> tuple[float, float]:
    """Ordered income (分) and volume of one side of a department; NaN volume if not reported."""
    held, income, volume = group_reads.held(shown), 0.0, math.nan
    for month in months:
        rows = held.income.get(month)
        if rows is not None:
            own = (rows["ordering"] == department) & (rows["unit"] == side)
            income += float(rows.loc[own, "amount_fen"].sum())
        work = held.volumes.get(month)
        if work is not None:
            told = work.loc[work["department"] == department, VOLUMES[side]].dropna()
            if len(told):
                volume = float(told.sum()) + (0.0 if math.isnan(volume) else volume)
    return income, volume


@dataclass(frozen=True, eq=False)
class Item:
    """An examination of a medical-technical department."""

    department: str
    name: str
    """With the department's."""
    months: tuple[int, ...]
    figures: Figures


def items(shown: View) -> dict[str, Item]:
    """The examinations of the view's months by code: of its department, or of all."""
    return _items(costing_reads.key(shown), shown, language())


@kept(32)
def _items(key: reads.Key, shown: View, in_language: str) -> dict[str, Item]:
    names, found = reads.names(shown.scope), {}
    known = sorted(examination_reads.departments(shown))
    for department in [shown.department] if shown.department in known else known:
        one = examination_reads.examined(shown, department)
        if one is None:
            continue
        share = varying(one.parts, group_reads.behaviour())
        for kind, figures in of_items(one.pool_fen, share, one.used).items():
            name = (
                f"{names.get(department, department)} · {examination_reads.item_name(shown, kind)}"
            )
            found[f"{department}.{kind}"] = Item(department, name, one.months, figures)
    return found


def _item(shown: View, code: str) -> Found | None:
    one = items(shown).get(code)
    if one is None:
        return None
    left = tuple(month for month in shown.comparison.now if month not in one.months)
    return Found("item", one.months, left, one.figures, "examinations")


def _machine(shown: View, code: str) -> Found | None:
    """The year of the equipment page: consumables vary, depreciation and maintenance do not."""
    held = machines(shown, Asked(Bands()))
    rows = held.rows[held.rows["code"] == code].to_dict("records")
    if not rows:
        return None
    row = rows[0]
    months = row["months"] or math.nan
    fixed = row["year_depreciation"] + row["year_maintenance"]
    volume = row["examinations"] * 12 / months
    figures = Figures(row["year_income"], row["year_consumables"], fixed, volume)
    return Found("machine", held.months, (), figures, "examinations")
