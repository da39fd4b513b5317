"""What the official tables are made of, and what a table is.

Names and columns are remembered (costing reference 1.8), the regulation's text was not at hand:
every sheet says so. A column that the store cannot fill stays empty, and the table says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from core.costing.groups import Costed
from core.words import t

KINDS = ("personnel", "material", "drug", "depreciation", "amortisation", "risk_fund", "other")
"""The seven cost items of the norm, in its order."""
TIERS = ("clinical", "medical_tech", "medical_aux", "admin")
System = Literal["disease", "drg"]
Cell = str | float | None
Line = tuple[Cell, ...]


@dataclass(frozen=True, eq=False)
class Cases:
    """Disease groups of the months, top-down."""

    costed: Costed
    parts: pd.DataFrame
    """department, part (PARTS of core.costing.sides), inpatient: 分, of the same months."""
    names: Mapping[str, str]
    systems: Mapping[str, str]
    """drg | dip by code of the group."""
    left_out: str = ""
    """A sentence on months without cases or cost; '' where there are none."""

    def system_of(self, group: str) -> System:
        """Where a group is told; cases that were not grouped go with what most groups are."""
        own = list(self.systems.values())
        most = "dip" if own.count("dip") > own.count("drg") else "drg"
        return "disease" if self.systems.get(group, most) == "dip" else "drg"


@dataclass(frozen=True, eq=False)
class Performer:
    """What a medical-technical department spent, and its examinations where these are told."""

    department: str
    whole_fen: int
    """Full cost before it hands it on, without drugs."""
    pool_fen: float
    """Of it, what its machines' examinations carry; NaN where none are told."""
    rows: pd.DataFrame
    """As core.costing.examinations.examination_costs, with name; empty where none are told."""


@dataclass(frozen=True, eq=False)
class Material:
    """What the tables are made of; money in 分."""

    period: str
    hospital: str
    names: Mapping[str, str]
    categories: Mapping[str, str]
    direct: pd.DataFrame
    """department, item, kind, amount_fen; all departments."""
    lines: pd.DataFrame
    """As core.costing.profit.lines, three levels, income by ordering."""
    costs: pd.DataFrame
    """COSTS of core.costing.unit_costs."""
    each: pd.DataFrame
    """As core.costing.unit_costs.unit_costs."""
    origins: pd.DataFrame
    """As core.costing.results.by_category."""
    cases: Cases | None = None
    performers: tuple[Performer, ...] = ()


@dataclass(frozen=True)
class Table:
    """One report table: its code, heads and lines; money in 元."""

    code: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    lacks: str = ""
    """Why some of its columns or lines are empty; '' where it is whole."""
    note: str = ""
    """What a reader must know."""

    @property
    def title(self) -> str:
        return t(f"official.table.{self.code}")


def kind_names() -> list[str]:
    return [t(f"official.kind.{kind}") for kind in KINDS]


def by_kind(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """元 by `by` and the seven kinds; another kind counts as other."""
    kinds = rows["kind"].where(rows["kind"].isin(KINDS), "other")
    wide = rows.assign(kind=kinds).pivot_table(
        index=by, columns="kind", values="amount_fen", aggfunc="sum", fill_value=0
    )
    return wide.reindex(columns=list(KINDS), fill_value=0) / 100


def named(given: Material, code: str) -> tuple[str, str]:
    return code, given.names.get(code, code)


def floats(row: Iterable[Any]) -> list[float]:
    return [float(value) for value in row]


def yuan(fen: Iterable[Any]) -> list[float]:
    return [float(value) / 100 for value in fen]


def percent(part: float, whole: float) -> float | None:
    return part / whole * 100 if whole else None


def by_department(given: Material, code: str, heads: list[str], wide: pd.DataFrame) -> Table:
    """A line a department, then all of them."""
    lines = [(*named(given, str(one)), *floats(row)) for one, row in wide.iterrows()]
    lines.append(("", t("official.total"), *floats(wide.sum())))
    return Table(code, (*department_heads(), *heads), tuple(lines))


def department_heads() -> tuple[str, str]:
    return t("costing.column.code"), t("column.department")
