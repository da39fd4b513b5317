"""Between the store and the check: what the hospital knows, and what it will be handed."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.catalog.load import load_catalog
from core.errors import DataError
from core.frames import Scope
from core.hospital.facts import FACT_TABLES
from core.hospital.masters.records import campuses, disease_groups, machines, wards
from core.hospital.records import cost_items, departments, driver_items
from core.intake.check import Checked, Masters
from core.intake.definitions import TableDefinition
from core.intake.delivered.records import known_files, last_total
from core.intake.records import Delivery
from core.intake.secret import hash_key, throwaway
from core.months import parse_month
from core.store.engine import Store

EVER = (190001, 999912)
_DATA = Path(__file__).resolve().parents[2] / "data"
_OF_A_HOSPITAL = {
    "campus": campuses,
    "ward": wards,
    "disease_group": disease_groups,
    "machine": machines,
}


@dataclass(frozen=True)
class Surroundings:
    """What the check takes from outside the store: definitions, and the key of hashes if given."""

    data_folder: Path = _DATA
    hash_key: bytes = field(default=b"", repr=False)


def masters_of(
    store: Store,
    hospital_id: int,
    definition: TableDefinition,
    around: Surroundings = Surroundings(),
) -> Masters:
    """What the check of one table needs to know of a hospital."""
    own = departments(store, Scope(hospital_id, *EVER))
    items, drivers = cost_items(store, hospital_id), driver_items(store, hospital_id)
    pairs = zip(drivers["name_zh"], drivers["unit"], strict=True)
    key = hash_key(store, around.data_folder, around.hash_key) if definition.hashed else b""
    return Masters(
        departments=dict(zip(own["department"], own["name_zh"], strict=True)),
        elements=dict(zip(items["code"], items["name_zh"], strict=True)),
        drivers=dict(zip(drivers["code"], pairs, strict=True)),
        last_totals=_last_total(store, hospital_id, definition),
        known_files=known_files(store, hospital_id, definition.table),
        more=_stored(store, hospital_id, definition) | _defined(around.data_folder, definition),
        shares=_shares(around.data_folder),
        secret=key,
    )


def _stored(
    store: Store, hospital_id: int, definition: TableDefinition
) -> dict[str, Mapping[str, str]]:
    """Codes and names of the hospital's masters that the table names."""
    found: dict[str, Mapping[str, str]] = {}
    for master in definition.masters & _OF_A_HOSPITAL.keys():
        rows = _OF_A_HOSPITAL[master](store, hospital_id)
        found[master] = dict(zip(rows["code"], rows["name_zh"], strict=True))
    return found


def _defined(data_folder: Path, definition: TableDefinition) -> dict[str, Mapping[str, str]]:
    """Codes and names of the catalogue that the table names."""
    found: dict[str, Mapping[str, str]] = {}
    if "quality_items" in definition.masters:
        found["quality_items"] = {item["code"]: _name(item) for item in _items(data_folder)}
    if "indicators" in definition.masters:
        found["indicators"] = _indicators(data_folder)
    return found


@cache
def _indicators(data_folder: Path) -> dict[str, str]:
    catalog = load_catalog(data_folder / "catalog")
    return {code: one.name.zh for code, one in catalog.indicators.items()}


@cache
def _items(data_folder: Path) -> list[dict]:
    """The quality items as their file says them; none where there is no such file."""
    path = data_folder / "catalog" / "quality_items.toml"
    if not path.exists():
        return []
    return tomllib.loads(path.read_text(encoding="utf-8")).get("item", [])


def _name(item: dict) -> str:
    name = item.get("name") or item.get("numerator") or {}
    return str(name.get("zh", "")) if isinstance(name, dict) else str(name)


def _shares(data_folder: Path) -> frozenset[str]:
    """Items whose numerator is part of their denominator."""
    return frozenset(item["code"] for item in _items(data_folder) if item.get("share"))


def _last_total(
    store: Store, hospital_id: int, definition: TableDefinition
) -> dict[str, tuple[int, str, Decimal]]:
    if definition.table not in FACT_TABLES or not definition.control:
        return {}
    found = last_total(store, hospital_id, definition.table, definition.control)
    if found is None:
        return {}
    money = definition.column(definition.control).type == "money"
    amount = Decimal(str(found[1])) / (100 if money else 1)
    return {definition.table: (found[0], definition.control, amount)}


_FILES = ("campus", "ward", "disease_group", "machine", "quality_items", "indicators")


def masters_from(folder: Path) -> Masters:
    """Masters from departments.csv, elements.csv, drivers.csv … and baseline.json of a folder.

    A file that is not there leaves its part empty; quality items and indicators are the
    catalogue's then. DataError E_FILE without the folder.
    """
    if not folder.is_dir():
        raise DataError("E_FILE", file=str(folder))
    units = {row[0]: (row[1], row[2]) for row in _rows(folder / "drivers.csv", 3)}
    given = {
        name: {row[0]: row[1] for row in _rows(folder / f"{name}.csv", 2)}
        for name in _FILES
        if (folder / f"{name}.csv").exists()
    }
    defined = {
        "quality_items": {item["code"]: _name(item) for item in _items(_DATA)},
        "indicators": _indicators(_DATA),
    }
    return Masters(
        departments={row[0]: row[1] for row in _rows(folder / "departments.csv", 2)},
        elements={row[0]: row[1] for row in _rows(folder / "elements.csv", 2)},
        drivers=units,
        last_totals=_baseline(folder / "baseline.json"),
        more=defined | given,
        shares=_shares(_DATA),
        secret=throwaway(),
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
        rejected=checked.refused,
        control_total=total,
        new_departments=() if checked.table == "departments" else checked.new_departments,
    )
