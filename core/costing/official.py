"""The cost report tables of the hospital, by the names of the 2021 norm's appendix (待核对).

Names and columns are remembered (costing reference 1.8), the regulation's text was not at hand:
every sheet says so. Tables whose inputs the store does not hold are listed with the reason.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from core.costing.unit_costs import UNITS
from core.words import t

KINDS = ("personnel", "material", "drug", "depreciation", "amortisation", "risk_fund", "other")
"""The seven cost items of the norm, in its order."""
TIERS = ("clinical", "medical_tech", "medical_aux", "admin")
MADE = (
    "direct",
    "full",
    "composition",
    "summary",
    "visit_hospital",
    "visit",
    "day_hospital",
    "day",
)
ABSENT = {
    "direct_whole": "layers",
    "full_whole": "layers",
    "item_summary": "items",
    "item_detail": "items",
    "disease": "cases",
    "disease_composition": "cases",
    "disease_units": "cases",
    "drg": "cases",
    "drg_composition": "cases",
    "drg_units": "cases",
}
"""Tables that are not made, and why."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
Cell = str | float | None
Line = tuple[Cell, ...]


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


@dataclass(frozen=True)
class Table:
    """One report table: its code, heads and lines; money in 元."""

    code: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return t(f"official.table.{self.code}")


def tables(given: Material) -> tuple[Table, ...]:
    """The tables that can be made, in the order of the norm."""
    kinds = dict(zip(given.direct["item"], given.direct["kind"], strict=True))
    costs = given.costs.assign(kind=given.costs["item"].map(kinds))
    parts = (_direct(given), _full(given, costs), _composition(given, costs), _summary(given))
    units = [make(given, costs, unit) for unit in UNITS for make in (_unit_whole, _unit)]
    return (*parts, *units)


def _kind_names() -> list[str]:
    return [t(f"official.kind.{kind}") for kind in KINDS]


def _wide(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """元 by `by` and the seven kinds; another kind counts as other."""
    kinds = rows["kind"].where(rows["kind"].isin(KINDS), "other")
    wide = rows.assign(kind=kinds).pivot_table(
        index=by, columns="kind", values="amount_fen", aggfunc="sum", fill_value=0
    )
    return wide.reindex(columns=list(KINDS), fill_value=0) / 100


def _named(given: Material, code: str) -> tuple[str, str]:
    return code, given.names.get(code, code)


def _direct(given: Material) -> Table:
    """Departments by category with subtotals, then all."""
    wide = _wide(given.direct, "department")
    wide["total"] = wide.sum(axis=1)
    tiers = wide.index.map(lambda code: given.categories.get(str(code), ""))
    lines: list[Line] = []
    for tier in (*TIERS, *sorted(set(tiers) - set(TIERS))):
        own = wide[tiers == tier]
        word = t(f"category.{tier or 'unclassified'}")
        lines += [(*_named(given, str(code)), word, *_floats(row)) for code, row in own.iterrows()]
        if len(own):
            lines.append(("", t("official.subtotal", category=word), word, *_floats(own.sum())))
    lines.append(("", t("official.total"), "", *_floats(wide.sum())))
    heads = (t("costing.column.code"), t("column.department"), t("column.category"))
    return Table("direct", (*heads, *_kind_names(), t("official.total")), tuple(lines))


def _floats(row: Iterable[Any]) -> list[float]:
    return [float(value) for value in row]


def _full(given: Material, costs: pd.DataFrame) -> Table:
    """By kind: direct, indirect, full."""
    own = costs[costs["part"].isin(["direct", "common"])]
    direct, full = _wide(own, "department"), _wide(costs, "department")
    direct = direct.reindex(full.index, fill_value=0)
    heads, columns = [], []
    for kind, word in zip((*KINDS, "total"), (*_kind_names(), t("official.total")), strict=True):
        ours, all_of = (
            frame.sum(axis=1) if kind == "total" else frame[kind] for frame in (direct, full)
        )
        columns += [ours, all_of - ours, all_of]
        heads += [t(f"official.of.{part}", kind=word) for part in ("direct", "indirect", "full")]
    return _by_department(given, "full", heads, pd.concat(columns, axis=1))


def _by_department(given: Material, code: str, heads: list[str], wide: pd.DataFrame) -> Table:
    lines = [(*_named(given, str(one)), *_floats(row)) for one, row in wide.iterrows()]
    lines.append(("", t("official.total"), *_floats(wide.sum())))
    first = (t("costing.column.code"), t("column.department"))
    return Table(code, (*first, *heads), tuple(lines))


def _composition(given: Material, costs: pd.DataFrame) -> Table:
    """By kind: 元 and per cent of the department's full cost."""
    wide = _wide(costs, "department")
    wide.loc[""] = wide.sum()
    heads: list[str] = []
    for word in (*_kind_names(), t("official.total")):
        heads += [t("official.amount", kind=word), t("official.percent", kind=word)]
    lines: list[Line] = []
    for code, row in wide.iterrows():
        total = float(row.sum())
        cells: list[Cell] = []
        for value in (*_floats(row), total):
            cells += [value, _percent(value, total)]
        named = _named(given, str(code)) if code else ("", t("official.total"))
        lines.append((*named, *cells))
    first = (t("costing.column.code"), t("column.department"))
    return Table("composition", (*first, *heads), tuple(lines))


def _percent(part: float, whole: float) -> float | None:
    return part / whole * 100 if whole else None


def _summary(given: Material) -> Table:
    """Direct cost, what each level brought, full cost, income and what is left."""
    rows = given.lines
    own = rows["variable"] + rows["own_fixed"] + rows["uncontrollable"]
    wide = pd.DataFrame(
        {
            t("costing.column.direct"): own,
            **{
                t(f"costing.column.{level}"): rows[level]
                for level in ("level1", "level2", "level3")
            },
            t("costing.column.full"): rows["full"],
            t("profit.step.income"): rows["income"],
            t("profit.step.surplus"): rows["surplus"],
        }
    )
    return _by_department(given, "summary", list(wide.columns), wide / 100)


def _unit_whole(given: Material, costs: pd.DataFrame, unit: str) -> Table:
    """The hospital's cost of a visit or bed-day by kind: 元, 元 each, per cent."""
    kinds = _wide(costs[costs["unit"] == unit].assign(one=""), "one")
    row = kinds.iloc[0] if len(kinds) else pd.Series(0.0, index=list(KINDS))
    whole = given.each[(given.each["unit"] == unit) & (given.each["department"] == "")].iloc[0]
    volume, total = float(whole["volume"]), float(row.sum())
    known = volume > 0 and not np.isnan(volume)
    pairs = [*zip(_kind_names(), _floats(row), strict=True), (t("official.total"), total)]
    lines: list[Line] = [
        (word, value, value / volume if known else None, _percent(value, total))
        for word, value in pairs
    ]
    lines.append((t(f"profit.unit.volume.{unit}"), volume if known else None, None, None))
    heads = (
        t("costing.column.item"),
        t("official.amount.plain"),
        t(f"profit.unit.each.{unit}"),
        t("official.percent.plain"),
    )
    return Table(f"{_stem(unit)}_hospital", heads, tuple(lines))


def _stem(unit: str) -> str:
    return "visit" if unit == "outpatient" else "day"


def _unit(given: Material, costs: pd.DataFrame, unit: str) -> Table:
    """Departments: cost, volume, cost of each, or why there is none."""
    rows = given.each[(given.each["unit"] == unit) & (given.each["department"] != "")]
    lines: list[Line] = []
    for row in rows.to_dict("records"):
        volume = None if np.isnan(row["volume"]) else float(row["volume"])
        each = None if row["reason"] else row["each"] / 100
        reason = t(f"profit.unit.reason.{row['reason']}") if row["reason"] else ""
        named = _named(given, row["department"])
        lines.append((*named, row["cost"] / 100, volume, each, reason))
    heads = (
        *(t("costing.column.code"), t("column.department"), t("profit.unit.cost")),
        *(t(f"profit.unit.volume.{unit}"), t(f"profit.unit.each.{unit}"), t("profit.unit.reason")),
    )
    return Table(_stem(unit), heads, tuple(lines))


def workbook(given: Material) -> bytes:
    """The xlsx: a list of the norm's tables, then a sheet for each that can be made."""
    made, buffer = tables(given), io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _contents(book, given)
        for table in made:
            _sheet(book, given, table)
    return buffer.getvalue()


def contents() -> list[tuple[str, str, str]]:
    """Every table of the norm: name, whether it is made, and why not."""
    lines = [(t(f"official.table.{code}"), t("official.made"), "") for code in MADE]
    for code, reason in ABSENT.items():
        lines.append(
            (t(f"official.table.{code}"), t("official.absent"), t(f"official.why.{reason}"))
        )
    return lines


def _contents(book: Any, given: Material) -> None:
    sheet, bold = book.add_worksheet(t("official.contents")), book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{given.hospital} {given.period}", bold)
    sheet.write_string(1, 0, t("official.note"))
    heads = (t("official.column.table"), t("official.column.state"), t("official.column.why"))
    for at, text in enumerate(heads):
        sheet.write_string(3, at, text, bold)
    for row, texts in enumerate(contents(), start=4):
        for at, text in enumerate(texts):
            sheet.write_string(row, at, text)
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 60)


def _sheet(book: Any, given: Material, table: Table) -> None:
    """Title, period, unit, heads, lines."""
    sheet = book.add_worksheet(t(f"official.sheet.{table.code}")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True})
    look = book.add_format({"num_format": "#,##0.00"})
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, t("official.under", hospital=given.hospital, period=given.period))
    for at, text in enumerate(table.heads):
        sheet.write_string(2, at, text, bold)
    for row, cells in enumerate(table.lines, start=3):
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, at, cell)
            elif cell is not None:
                sheet.write_number(row, at, float(cell), look)
    _widths(sheet, table)


def _widths(sheet: Any, table: Table) -> None:
    """Names wide, figures less so; heads and names stay in sight."""
    for at in range(len(table.heads)):
        named = any(isinstance(line[at], str) and line[at] for line in table.lines)
        sheet.set_column(at, at, 24 if named and at else 14)
    sheet.freeze_panes(3, 2)
