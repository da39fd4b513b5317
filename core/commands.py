"""What each command does once its words are parsed; the same calls the pages make."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog.cube import cube_of
from core.catalog.disease import disease_cube
from core.catalog.evaluate import evaluate, measure_values
from core.catalog.load import load_catalog
from core.catalog.model import LEVELS, Catalog, Level
from core.demo.loading import demo_is_complete, load_demo, start_hospital
from core.errors import DataError, DefinitionError
from core.frames import Scope
from core.hospital.records import departments, facts, hospital_of, hospitals, months_reported
from core.hospital.rollups.reads.records import cases
from core.hospital.rollups.records import are_current, rebuild_all
from core.hospital.rollups.rules import rules_of
from core.intake.check import Checked, CheckRequest, Masters, check, to_json
from core.intake.definitions import TableDefinition, in_order, load_tables
from core.intake.desk import Surroundings, delivery_of, masters_from, masters_of
from core.intake.mapping import Mapping, read_mapping
from core.intake.records import load
from core.intake.secret import throwaway
from core.intake.templates import template, workbook_of_all
from core.months import (
    add_months,
    local_date,
    month_of,
    month_range,
    month_text,
    parse_month,
    utc_now,
)
from core.settings import Settings
from core.store.engine import Actor, Store
from core.store.opening import open_store, store_exists
from core.words import t

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Asked:
    """A file, the table it is meant for, and how to read it."""

    file: Path
    table: str
    mapping: Path | None
    sheet: str | None
    today: dt.date


@dataclass(frozen=True)
class Cut:
    """How values are cut: names joined by commas, and the first and last month as text."""

    by: str
    first: str
    last: str
    level: str = ""
    """One of LEVELS, beside what `by` names."""


def open_url(url: str) -> Store:
    """The store of a URL, or of the settings."""
    return open_store(url or Settings().database_url)


def date_of(text: str) -> dt.date:
    """A date YYYY-MM-DD; today where it is empty. DataError E_DATE."""
    chosen = text or Settings().as_of
    try:
        return dt.date.fromisoformat(chosen) if chosen else local_date(utc_now())
    except ValueError:
        raise DataError("E_DATE", value=chosen) from None


def init(store: Store, actor: Actor, name: str) -> dict[str, Any]:
    """An empty hospital of this name; without a name one is made only where there is none."""
    known = set(hospitals(store)["name_zh"])
    if name not in known and (name or not known):
        start_hospital(store, actor, name or t("hospital.default"), _catalog())
    return _hospitals(store)


def init_demo(store: Store, actor: Actor, today: dt.date, progress: Progress) -> dict[str, Any]:
    """The demo hospital, 36 months up to the last full one before `today`; made once."""
    known = hospitals(store)
    demos = known.loc[known["demo"].astype(bool), "id"].tolist()
    if not demos or not demo_is_complete(store, demos[0]):
        load_demo(store, actor, _catalog(), add_months(month_of(today), -1), progress)
    return _hospitals(store)


def _hospitals(store: Store) -> dict[str, Any]:
    return {"hospitals": hospitals(store).to_dict("records")}


def check_file(asked: Asked, reference: Path | None, url: str) -> dict[str, Any]:
    """The verdict on a file against masters from a folder, or from the store if there is one."""
    definition, mapping = _definition(asked.table), _mapping(asked.mapping)
    if reference is not None:
        masters = masters_from(reference)
    else:
        masters = _stored_masters(url or Settings().database_url, definition)
    return to_json(_checked(asked, definition, mapping, masters))


def import_file(
    store: Store, asked: Asked, actor: Actor, yes: bool, progress: Progress
) -> tuple[dict[str, Any], bool]:
    """Check, and with `yes` store the accepted rows; the verdict, and whether rows are in."""
    definition, mapping = _definition(asked.table), _mapping(asked.mapping)
    if hospitals(store).empty:
        init(store, actor, "")
    hospital = hospital_of(store)
    masters = masters_of(store, hospital, definition, surroundings(Settings().hash_key.encode()))
    checked = _checked(asked, definition, mapping, masters)
    result = to_json(checked)
    if checked.verdict == "reject" or not yes:
        return result | {"batch": None}, False
    batch = load(store, actor, delivery_of(checked, hospital), rules_of(_catalog()), progress)
    return result | {"batch": batch}, True


def values(store: Store, kind: str, codes: Sequence[str], cut: Cut) -> list[dict[str, Any]]:
    """Long rows: the names of `cut.by` in their order, then the code, then the value.

    kind: measure or code (of indicators). Without codes: every indicator that is computed, or
    every measure. Money in 元; None where missing.
    """
    names, level = _cut_by(cut)
    catalog, hospital = _catalog(), hospital_of(store)
    codes = codes or list(catalog.measures if kind == "measure" else catalog.computed)
    first, last = _months(store, hospital, cut)
    # A change looks a year back; a month of the range may lie before the first fact.
    scope = Scope(hospital, add_months(first, -12), last)
    cube = cube_of(facts(store, scope), catalog, departments(store, scope))
    if level == "disease_group":
        cube = disease_cube(catalog, cases(store, scope), cube)
    months = month_range(first, last)
    periods = {month_text(m): (m,) for m in months} if "month" in names else {"": months}
    if kind == "measure":
        frame = measure_values(catalog, codes, cube, periods, level)
        scale = {code: 100 if catalog.measure(code).money else 1 for code in codes}
    else:
        frame = evaluate(catalog, codes, cube, periods, level)
        scale = dict.fromkeys(frame["indicator"], 1)
    rows = frame.to_dict("records")  # by period, by group, then in the order asked
    return [
        _row(row, names, {kind: codes[place % len(codes)]}, scale[row["indicator"]])
        for place, row in enumerate(rows)
    ]


def _cut_by(cut: Cut) -> tuple[list[str], Level]:
    """The columns asked for, and the level they amount to. DataError E_BY."""
    names = [name.strip() for name in cut.by.split(",") if name.strip()]
    if cut.level not in ("", "hospital", *names):
        names.append(cut.level)
    levels: list[Level] = [name for name in LEVELS if name in names]
    if set(names) - {"month", *LEVELS[1:]} or len(levels) > 1:
        raise DataError("E_BY", value=" ".join(filter(None, (cut.by, cut.level))))
    return names, levels[0] if levels else "hospital"


def rebuilt(store: Store, actor: Actor) -> dict[str, Any]:
    """Every hospital's roll-ups made anew where another catalogue made them."""
    rules = rules_of(_catalog())
    found = []
    for hospital in hospitals(store)["id"].tolist():
        current = are_current(store, hospital, rules)
        rows = None if current else rebuild_all(store, actor, hospital, rules)
        found.append({"hospital": hospital, "rebuilt": not current, "rows": rows})
    return {"hospitals": found}


def _row(
    row: dict[Any, Any], names: list[str], asked: dict[str, str], scale: int
) -> dict[str, Any]:
    cells = {"month": row["period"]} | dict.fromkeys(LEVELS, row["department"])
    value = row["value"] / scale
    number = None if math.isnan(value) else int(value) if value.is_integer() else value
    return {name: cells[name] for name in names} | asked | {"value": number}


def write_templates(folder: Path) -> list[str]:
    """An xlsx a table, and one with all tables; the file names."""
    folder.mkdir(parents=True, exist_ok=True)
    definitions = {one.table: one for one in in_order(_definitions().values())}
    names = []
    for table, definition in definitions.items():
        names.append(f"{table}.xlsx")
        (folder / names[-1]).write_bytes(template(definition))
    names.append("all.xlsx")
    (folder / names[-1]).write_bytes(workbook_of_all(list(definitions.values())))
    return names


def _months(store: Store, hospital: int, cut: Cut) -> tuple[int, int]:
    reported = months_reported(store, hospital)
    first, last = reported or (month_of(utc_now()), month_of(utc_now()))
    try:
        first = parse_month(cut.first) if cut.first else first
        last = parse_month(cut.last) if cut.last else last
    except ValueError:
        raise DataError("E_MONTH", value=f"{cut.first} {cut.last}".strip()) from None
    return first, last


def _stored_masters(url: str, definition: TableDefinition) -> Masters:
    """Masters of the store, without making one or a key: a check leaves nothing behind."""
    nothing = Masters(secret=throwaway())
    if not store_exists(url):
        return nothing
    store = open_store(url)
    if hospitals(store).empty:
        return nothing
    return masters_of(store, hospital_of(store), definition, surroundings(throwaway()))


def surroundings(key: bytes) -> Surroundings:
    """What a check takes from outside the store."""
    return Surroundings(Settings().data_folder, key)


def _checked(
    asked: Asked, definition: TableDefinition, mapping: Mapping | None, masters: Masters
) -> Checked:
    if not asked.file.is_file():
        raise DataError("E_FILE", file=asked.file.name)
    request = CheckRequest(definition, _definitions(), masters, asked.today, mapping, asked.sheet)
    return check(asked.file, asked.file.name, request)


def table_help() -> str:
    """The codes of all tables, for whoever asks a command what it takes."""
    try:
        return ", ".join(one.table for one in in_order(_definitions().values()))
    except DefinitionError:
        return "departments, workload, income, …"  # the command itself says what is wrong


def _definition(table: str) -> TableDefinition:
    definitions = _definitions()
    if table not in definitions:
        raise DataError("E_TABLE", table=table, known=", ".join(definitions))
    return definitions[table]


def _definitions() -> dict[str, TableDefinition]:
    return load_tables(Settings().data_folder / "intake")


def _mapping(path: Path | None) -> Mapping | None:
    if path is None:
        return None
    if not path.is_file():
        raise DataError("E_FILE", file=path.name)
    return read_mapping(path.read_text(encoding="utf-8"), _definitions())


def _catalog() -> Catalog:
    return load_catalog(Settings().data_folder / "catalog")
