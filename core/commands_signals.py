"""signals: the one ranked list of a month, as rows that a program can read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from core.catalog.load import load_catalog
from core.catalog.model import Catalog
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import departments, hospital_of, months_reported
from core.intake.definitions import load_tables
from core.months import month_text, parse_month
from core.reports.signals.answers import with_answers
from core.reports.signals.desk.records import answers
from core.reports.signals.phrases import Names, place_of, subject_of, why
from core.reports.signals.records import listed, subject_names
from core.settings import Settings
from core.store.engine import Store
from core.store.opening import open_store
from core.terminal import Db, Format, print_rows, worded
from core.words import pick

Month = Annotated[str, typer.Option("--month", help="The month, YYYY-MM; the last unless given.")]
Place = Annotated[str, typer.Option("--department", help="One department alone, by its code.")]


def signals(
    *, month: Month = "", department: Place = "", form: Format = "json", db: Db = ""
) -> None:
    """List the signals of a month: what, where, since when, why, how large; most pressing first.

    Money is in 元; those for the better come last.
    """
    with worded():
        rows = _rows(open_store(db or Settings().database_url), month, department)
    print_rows(rows, form)


def _rows(store: Store, month: str, department: str) -> list[dict[str, Any]]:
    folder = Path(Settings().data_folder)
    catalog, hospital = load_catalog(folder / "catalog"), hospital_of(store)
    asked = _month(month, months_reported(store, hospital))
    if not asked:
        return []
    scope = Scope(hospital, asked, asked)
    own = departments(store, scope).to_dict("records")
    if department and department not in [row["department"] for row in own]:
        raise DataError("E_EXPLAIN_PLACE", department=department)
    names = Names(
        {row["department"]: pick(row["name_zh"], row["name_en"]) for row in own},
        {code: pick(*both) for code, both in subject_names(store, scope).items()},
        {c: pick(one.title.zh, one.title.en) for c, one in load_tables(folder / "intake").items()},
    )
    found = with_answers(listed(store, catalog, scope, asked), answers(store, hospital), asked)
    if department:
        found = found[found["department"] == department]
    return [_told(row, catalog, names) for row in found.to_dict("records")]


def _month(text: str, reported: tuple[int, int] | None) -> int:
    """The month, else the last with data, 0 where there is none. DataError E_MONTH."""
    if not text:
        return reported[1] if reported else 0
    try:
        return parse_month(text)
    except ValueError:
        raise DataError("E_MONTH", value=text) from None


def _told(row: dict[Any, Any], catalog: Catalog, names: Names) -> dict[str, Any]:
    scale = 0.01 if row["stake_unit"] == "元" else 1.0
    return {
        "subject": row["subject"],
        "name": subject_of(row, catalog, names),
        "department": row["department"],
        "department_name": place_of(row, names),
        "month": month_text(row["month"]),
        "since": month_text(row["since"]),
        "reasons": row["reasons"].split(","),
        "direction": row["direction"],
        "severity": row["severity"],
        "value": _number(row["value"]),
        "unit": row["unit"],
        "bound": _number(row["bound"]),
        "usual": _number(row["usual"]),
        "detail": row["detail"],
        "source": row["source"],
        "source_kind": row["source_kind"],
        "stake": _number(row["stake"] * scale),
        "stake_unit": row["stake_unit"],
        "stake_months": int(row["stake_months"]),
        "score": round(float(row["score"]), 4),
        "answer": row["answer"],
        "why": why(row, catalog, names),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def add_to(app: typer.Typer) -> None:
    """Make this command part of the command line."""
    app.command(name="signals")(signals)
