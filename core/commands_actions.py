"""actions: improvement actions as rows that a program can read; those that are late alone."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

import typer

from core.control.actions.model import OPEN, STATES, date_of
from core.control.actions.reads.records import actions as stored
from core.control.actions.summary import days_late, late
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import departments, hospital_of
from core.months import local_date, utc_now
from core.settings import Settings
from core.store.engine import Store
from core.store.opening import open_store
from core.terminal import Db, Format, print_rows, worded
from core.words import pick

Overdue = Annotated[
    bool, typer.Option("--overdue", help="Only those open after their deadline, oldest first.")
]
State = Annotated[str, typer.Option("--state", help=f"One of {', '.join(STATES)}, or open.")]
Place = Annotated[str, typer.Option("--department", help="One department alone, by its code.")]
AsOf = Annotated[str, typer.Option("--as-of", help="Today, YYYY-MM-DD.")]


def actions(
    *,
    overdue: Overdue = False,
    state: State = "",
    department: Place = "",
    as_of: AsOf = "",
    form: Format = "json",
    db: Db = "",
) -> None:
    """List improvement actions: what, where, who, until when, how late, and whether it worked."""
    with worded():
        store = open_store(db or Settings().database_url)
        rows = _rows(store, _today(as_of), (overdue, state, department))
    print_rows(rows, form)


def _today(text: str) -> dt.date:
    """A date YYYY-MM-DD; today where it is empty. DataError E_DATE."""
    chosen = text or Settings().as_of
    try:
        return dt.date.fromisoformat(chosen) if chosen else local_date(utc_now())
    except ValueError:
        raise DataError("E_DATE", value=chosen) from None


def _rows(store: Store, today: dt.date, asked: tuple[bool, str, str]) -> list[dict[str, Any]]:
    overdue, state, department = asked
    scope = Scope(hospital_of(store), 0, 0)
    own = departments(store, scope).to_dict("records")
    names = {row["department"]: pick(row["name_zh"], row["name_en"]) for row in own}
    if department and department not in names:
        raise DataError("E_EXPLAIN_PLACE", department=department)
    if state not in ("", "open", *STATES):
        raise DataError("E_ACTION_LISTED", value=state, known=", ".join(("open", *STATES)))
    wanted = {"": STATES, "open": OPEN}.get(state, (state,))
    rows = [row for row in stored(store, scope).to_dict("records") if row["state"] in wanted]
    rows = late(rows, today) if overdue else rows
    return [_told(row, names, today) for row in rows if department in ("", row["department"])]


def _told(row: dict[Any, Any], names: dict[str, str], today: dt.date) -> dict[str, Any]:
    return {
        "id": int(row["id"]),
        "title": row["title"],
        "department": row["department"],
        "department_name": names.get(row["department"], ""),
        "origin": row["origin_kind"],
        "origin_key": row["origin_key"],
        "severity": row["severity"],
        "state": row["state"],
        "owner": row["owner"],
        "helpers": json.loads(row["helpers"]),
        "verifier": row["verifier"],
        "due": date_of(row["due"]).isoformat(),
        "days_late": days_late(row, today),
        "round": int(row["round"]),
        "indicator": row["indicator"],
        "effect": row["effect"],
    }


def add_to(app: typer.Typer) -> None:
    """Make this command part of the command line."""
    app.command(name="actions")(actions)
