"""sample: the records to inspect in a month, drawn by a seed that anyone can draw again with."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from core.control.inspections.drawing import KINDS, Wanted, digest, drawn
from core.control.inspections.samples.records import population
from core.control.sampling import ARCHIVED, RUNNING
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import departments, hospital_of
from core.months import month_text, parse_month
from core.settings import Settings
from core.store.engine import Store
from core.store.opening import open_store
from core.terminal import Db, Format, print_json, print_rows, worded
from core.words import pick

Month = Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")]
Seed = Annotated[str, typer.Option("--seed", help="Any text or number; the same draws the same.")]
Running = Annotated[int, typer.Option("--running", help="Records of patients in bed, at least.")]
Archived = Annotated[int, typer.Option("--archived", help="Records of discharges, at least.")]


def sample(
    *,
    month: Month,
    seed: Seed,
    running: Running = RUNNING,
    archived: Archived = ARCHIVED,
    form: Format = "json",
    db: Db = "",
) -> None:
    """Draw the records to inspect in a month: by discharges, at least one a department.

    json says what they were drawn from and how they are allocated too; csv is the records alone.
    """
    with worded():
        found = _told(open_store(db or Settings().database_url), month, seed, (running, archived))
    if form == "json":
        print_json(found)
    else:
        print_rows(found["records"], form)


def _told(store: Store, text: str, seed: str, counts: tuple[int, int]) -> dict[str, Any]:
    try:
        month = parse_month(text)
    except ValueError:
        raise DataError("E_MONTH", value=text) from None
    scope = Scope(hospital_of(store), month, month)
    there = population(store, scope)
    rows = drawn(there, Wanted(seed, *counts))
    own = departments(store, scope).to_dict("records")
    names = {row["department"]: pick(row["name_zh"], row["name_en"]) for row in own}
    of_kind = {kind: rows[rows["kind"] == kind] for kind in KINDS}
    whole = digest(there)
    return {
        "month": month_text(month),
        "seed": seed,
        "drawn_from": {kind: whole[kind] for kind in KINDS},
        "planned": dict(zip(KINDS, counts, strict=True)),
        "count": {kind: len(part) for kind, part in of_kind.items()},
        "allocation": {
            kind: {code: int(n) for code, n in part.groupby("department").size().items()}
            for kind, part in of_kind.items()
        },
        "records": [_record(row, names) for row in rows.to_dict("records")],
    }


def _record(row: dict[Any, Any], names: dict[str, str]) -> dict[str, Any]:
    left = row["discharged"]
    return {
        "place": int(row["place"]),
        "kind": row["kind"],
        "department": row["department"],
        "department_name": names.get(row["department"], row["department"]),
        "place_in_department": int(row["of"]),
        "record": row["record"],
        "admitted": _day(row["admitted"]),
        "discharged": None if math.isnan(left) else _day(left),
        "disease_group": row["disease_group"],
    }


def _day(day: float) -> str:
    """YYYY-MM-DD of YYYYMMDD."""
    text = f"{int(day)}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def add_to(app: typer.Typer) -> None:
    """Make this command part of the command line."""
    app.command(name="sample")(sample)
