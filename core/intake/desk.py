"""Between the store and the check: what the hospital knows, and what it will be handed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from core.errors import DataError
from core.frames import Scope
from core.hospital.facts import FACT_TABLES
from core.hospital.records import cost_items, departments, driver_items
from core.intake.check import Checked, Masters
from core.intake.definitions import TableDefinition
from core.intake.delivered.records import known_files, month_totals
from core.intake.records import Delivery
from core.months import parse_month
from core.store.engine import Store

EVER = (190001, 999912)


def masters_of(store: Store, hospital_id: int, definition: TableDefinition) -> Masters:
    """Departments, cost items, drivers, last month's total and known files of a hospital."""
    own = departments(store, Scope(hospital_id, *EVER))
    items, drivers = cost_items(store, hospital_id), driver_items(store, hospital_id)
    pairs = zip(drivers["name_zh"], drivers["unit"], strict=True)
    return Masters(
        departments=dict(zip(own["department"], own["name_zh"], strict=True)),
        elements=dict(zip(items["code"], items["name_zh"], strict=True)),
        drivers=dict(zip(drivers["code"], pairs, strict=True)),
        last_totals=_last_total(store, hospital_id, definition),
        known_files=known_files(store, hospital_id, definition.table),
    )


def _last_total(
    store: Store, hospital_id: int, definition: TableDefinition
) -> dict[str, tuple[int, str, Decimal]]:
    if definition.table not in FACT_TABLES:
        return {}
    totals = month_totals(store, hospital_id, definition.table, definition.control)
    if not totals:
        return {}
    month, total = totals[0]
    money = definition.column(definition.control).type == "money"
    amount = Decimal(str(total)) / (100 if money else 1)
    return {definition.table: (month, definition.control, amount)}


def masters_from(folder: Path) -> Masters:
    """Masters from departments.csv, elements.csv, drivers.csv and baseline.json of a folder.

    A file that is not there leaves its part empty. DataError E_FILE without the folder.
    """
    if not folder.is_dir():
        raise DataError("E_FILE", file=str(folder))
    units = {row[0]: (row[1], row[2]) for row in _rows(folder / "drivers.csv", 3)}
    return Masters(
        departments={row[0]: row[1] for row in _rows(folder / "departments.csv", 2)},
        elements={row[0]: row[1] for row in _rows(folder / "elements.csv", 2)},
        drivers=units,
        last_totals=_baseline(folder / "baseline.json"),
    )


def _rows(path: Path, width: int) -> Iterable[list[str]]:
    """Rows under the header, padded to `width`."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    return [row + [""] * (width - len(row)) for row in rows[1:] if row and row[0]]


def _baseline(path: Path) -> dict[str, tuple[int, str, Decimal]]:
    """{table: {previous_month, and one total}}; total_yuan is the amount in 元."""
    if not path.exists():
        return {}
    found = {}
    for table, entry in json.loads(path.read_text(encoding="utf-8")).items():
        month = parse_month(entry.pop("previous_month"))
        for name, value in entry.items():
            column = "amount" if name == "total_yuan" else name
            found[table] = (month, column, Decimal(str(value)))
    return found


def delivery_of(checked: Checked, hospital_id: int) -> Delivery:
    """A checked file that a person has confirmed, ready to be stored."""
    total = ""
    if checked.control_total is not None:
        column, amount = checked.control_total
        total = f"{column}={amount:,}"
    return Delivery(
        hospital_id=hospital_id,
        contract=checked.table,
        rows=checked.rows.drop(columns="_row", errors="ignore"),
        file_name=checked.name,
        sha256=checked.sha256,
        rejected=len(checked.rejected_rows),
        control_total=total,
        new_departments=() if checked.table == "departments" else checked.new_departments,
    )
