"""快速建院: a grid of departments and a few assumptions -> the rows of a small hospital.

Pure: a grid of texts is read into departments or faults, departments into contract frames. What
is typed is kept as it is; what is derived says so in its remark.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.months import days_in_month
from core.statistics.rounding import share_out

COLUMNS = ("name", "category", "headcount", "beds", "direct_cost", "income")
"""Of the grid: texts; direct_cost and income are 万元 a month."""
NUMBERS = COLUMNS[2:]
MOST_DEPARTMENTS = 200
_FEN_PER_WAN = 1_000_000
_PREFIX = {"clinical": "01", "medical_tech": "02", "medical_aux": "03", "admin": "04"}
_LARGEST = Decimal(10) ** 8
_FILE = Path(__file__).resolve().parents[2] / "data" / "hospital" / "quick.toml"


@dataclass(frozen=True)
class Assumption:
    """One figure that the derivation rests on, with its bounds; a person may change it."""

    code: str
    name: Mapping[str, str]
    unit: Mapping[str, str]
    value: float
    minimum: float
    maximum: float
    step: float


@dataclass(frozen=True)
class QuickDepartment:
    """One row of the grid, understood; None where nothing was typed."""

    code: str
    name: str
    category: str
    headcount: float | None
    beds: int | None
    direct_cost_fen: int | None
    income_fen: int | None


@dataclass(frozen=True)
class GridFault:
    """What is wrong in a cell; row counts from 1, 0 is the grid as a whole."""

    row: int
    column: str
    code: str
    """no_department | too_many | no_name | double_name | no_category | unknown_category |
    not_a_number | negative | not_whole | too_large."""
    value: str


@cache
def _definition() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def assumptions() -> tuple[Assumption, ...]:
    """What the derivation rests on, with the values it starts from."""
    return tuple(Assumption(**entry) for entry in _definition()["assumption"])


def read_grid(grid: pd.DataFrame) -> tuple[list[QuickDepartment], list[GridFault]]:
    """Departments with codes of their own, or every fault by row and column.

    grid: COLUMNS as texts; an empty cell is "" or missing, a row without any text is passed over.
    """
    found: list[QuickDepartment] = []
    faults: list[GridFault] = []
    counts: dict[str, int] = {}
    names: set[str] = set()
    for place, cells in enumerate(_rows(grid), start=1):
        if not any(cells.values()):
            continue
        wrong = _row_faults(place, cells, names)
        names.add(cells["name"])
        faults += wrong
        if wrong:
            continue
        category = _category(cells["category"])
        counts[category] = counts.get(category, 0) + 1
        code = f"{_PREFIX[category]}{counts[category]:02d}"
        found.append(_department(code, category, cells))
    if not found and not faults:
        faults.append(GridFault(0, "name", "no_department", ""))
    if len(found) > MOST_DEPARTMENTS:
        faults.append(GridFault(0, "name", "too_many", str(len(found))))
    return ([] if faults else found), faults


def pasted(text: str) -> pd.DataFrame:
    """Lines copied from a sheet (cells between tabs) or typed (between commas): a grid.

    A line whose second cell is no category and whose figures are none is taken for a header when
    it comes first.
    """
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    rows = []
    for line in lines:
        cells = re.split(r"\t" if "\t" in line else r"[,，;；]", line)
        rows.append([_clean(cell) for cell in cells][: len(COLUMNS)])
        rows[-1] += [""] * (len(COLUMNS) - len(rows[-1]))
    if rows and _is_header(rows[0]):
        rows = rows[1:]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _is_header(row: list[str]) -> bool:
    figures = zip(NUMBERS, row[2:], strict=True)
    return not _category(row[1]) and all(_number_fault(name, cell) for name, cell in figures)


def _rows(grid: pd.DataFrame) -> list[dict[str, str]]:
    return [{name: _clean(row.get(name)) for name in COLUMNS} for row in grid.to_dict("records")]


def _clean(cell: Any) -> str:
    """The text without blanks around it."""
    if cell is None or (isinstance(cell, float) and pd.isna(cell)) or cell is pd.NA:
        return ""
    return str(cell).strip()


def _row_faults(place: int, cells: dict[str, str], names: set[str]) -> list[GridFault]:
    faults = []
    if not cells["name"]:
        faults.append(GridFault(place, "name", "no_name", ""))
    elif cells["name"] in names:
        faults.append(GridFault(place, "name", "double_name", cells["name"]))
    if not cells["category"]:
        faults.append(GridFault(place, "category", "no_category", ""))
    elif not _category(cells["category"]):
        faults.append(GridFault(place, "category", "unknown_category", cells["category"]))
    for column in NUMBERS:
        code = _number_fault(column, cells[column])
        if code:
            faults.append(GridFault(place, column, code, cells[column]))
    return faults


def _number_fault(column: str, text: str) -> str:
    if not text:
        return ""
    try:
        number = _number(text)
    except InvalidOperation:
        return "not_a_number"
    if not number.is_finite():
        return "not_a_number"
    if number < 0:
        return "negative"
    if number > _LARGEST:
        return "too_large"
    return "not_whole" if column == "beds" and number != number.to_integral_value() else ""


def _number(text: str) -> Decimal:
    """The number, full-width figures and thousands separators made plain."""
    plain = unicodedata.normalize("NFKC", text)
    return Decimal(plain.replace(",", "").replace(" ", ""))


def _category(text: str) -> str:
    """The code of a category's word; '' when nobody knows it."""
    for code, words in _definition()["categories"].items():
        if text.casefold() in {word.casefold() for word in words}:
            return code
    return ""


def category_word(code: str, language: str) -> str:
    """The word to type for a category, in Chinese or English."""
    words = _definition()["categories"][code]
    return words[0] if language == "zh" else next(w for w in words if w.isascii()).capitalize()


def _department(code: str, category: str, cells: dict[str, str]) -> QuickDepartment:
    given = {name: _number(cells[name]) if cells[name] else None for name in NUMBERS}
    head, beds = given["headcount"], given["beds"]
    return QuickDepartment(
        code,
        cells["name"][:60],
        category,
        None if head is None else float(head),
        None if beds is None else int(beds),
        _fen(given["direct_cost"]),
        _fen(given["income"]),
    )


def _fen(wan: Decimal | None) -> int | None:
    return None if wan is None else int((wan * _FEN_PER_WAN).to_integral_value())


@dataclass(frozen=True)
class Remarks:
    """What the rows say of themselves: as typed, or derived."""

    typed: str
    derived: str


def hospital_frames(
    departments: Sequence[QuickDepartment],
    months: Sequence[int],
    assumed: Mapping[str, float],
    remarks: Remarks,
) -> dict[str, pd.DataFrame]:
    """Contract frames departments, driver, workload, income, direct_cost; money in 分.

    Every month holds the same money and visits; bed-days follow the days of the month. Shares
    add up to the typed amounts, to the 分. A frame without rows is left out.
    """
    frames = {
        "departments": [_master(one) for one in departments],
        "driver": [row for m in months for one in departments for row in _drivers(one, m)],
        "workload": [row for m in months for one in departments for row in _work(one, m, assumed)],
        "income": [row for m in months for one in departments for row in _income(one, m, assumed)],
        "direct_cost": [row for m in months for one in departments for row in _cost(one, m)],
    }
    said = {"driver": remarks.typed}
    return {
        table: pd.DataFrame(rows).assign(remark=said.get(table, remarks.derived))
        if table != "departments"
        else pd.DataFrame(rows)
        for table, rows in frames.items()
        if rows
    }


def _master(one: QuickDepartment) -> dict[str, Any]:
    master = {"dept_code": one.code, "dept_name": one.name, "category": one.category}
    return master | {"beds": one.beds or 0}


def _drivers(one: QuickDepartment, month: int) -> list[dict[str, Any]]:
    given = {"HC": one.headcount, "BED": one.beds or None}
    return [
        {"month": month, "dept_code": one.code, "driver_code": code, "value": float(value)}
        for code, value in given.items()
        if value is not None
    ]


def _split(one: QuickDepartment, assumed: Mapping[str, float]) -> tuple[int, int]:
    """Outpatient and inpatient income of a month, in 分."""
    income = one.income_fen or 0
    if one.category != "clinical" or not one.beds:
        return income, 0
    inpatient = round(income * Decimal(str(assumed["inpatient_share"])) / 100)
    return income - inpatient, inpatient


def _work(one: QuickDepartment, month: int, assumed: Mapping[str, float]) -> list[dict[str, Any]]:
    """Visits from outpatient income, bed-days from beds; what cannot be derived is missing."""
    if one.category != "clinical" or (one.income_fen is None and not one.beds):
        return []
    row: dict[str, Any] = {"month": month, "dept_code": one.code}
    if one.income_fen is not None:
        visits = round(_split(one, assumed)[0] / (assumed["visit_charge"] * 100))
        emergency = "急诊" in one.name or "emergency" in one.name.casefold()
        row |= {"outpatient_visits": 0 if emergency else visits}
        row |= {"emergency_visits": visits if emergency else 0}
    if one.beds:
        days_open = one.beds * days_in_month(month)
        used = round(days_open * assumed["occupancy"] / 100)
        left = round(used / assumed["stay"])
        in_bed = round(one.beds * assumed["occupancy"] / 100)
        row |= {"bed_days_open": days_open, "bed_days_used": used, "discharged_bed_days": used}
        row |= {"admissions": left, "discharges": left, "in_bed_start": in_bed}
        row |= {"in_bed_end": in_bed, "transfers_in": 0, "transfers_out": 0}
    return [row]


def _income(one: QuickDepartment, month: int, assumed: Mapping[str, float]) -> list[dict[str, Any]]:
    """A department orders and performs its own income, by category."""
    rows = []
    for unit, total in zip(("outpatient", "inpatient"), _split(one, assumed), strict=True):
        for category, amount in shared(total, _income_parts(one, unit)).items():
            place = {"month": month, "ordering_code": one.code, "performing_code": one.code}
            rows.append(place | {"unit": unit, "category": category, "amount": amount})
    return [row for row in rows if row["amount"]]


def _income_parts(one: QuickDepartment, unit: str) -> dict[str, float]:
    parts = _definition()["income"]
    if one.category == "clinical":
        return parts[unit]
    if one.category != "medical_tech":
        return {"other": 1}
    name = one.name.casefold()
    known = (c for c, words in parts["medical_tech"].items() if any(w in name for w in words))
    return {next(known, "exam"): 1}


def _cost(one: QuickDepartment, month: int) -> list[dict[str, Any]]:
    parts = _definition()["cost"][one.category]
    place = {"month": month, "dept_code": one.code, "unit": "shared"}
    return [
        place | {"element_code": element, "amount": amount}
        for element, amount in shared(one.direct_cost_fen or 0, parts).items()
        if amount
    ]


def shared(total: int, parts: Mapping[str, float]) -> dict[str, int]:
    """The total by its parts, in whole 分 by largest remainder: they add up exactly."""
    amounts = share_out(np.array([total]), np.array([list(parts.values())], dtype=float))[0]
    return dict(zip(parts, map(int, amounts), strict=True))
