"""Commands that look after the store: audit, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.access.records import COMMAND_LINE
from core.errors import StoreError
from core.settings import Settings
from core.store import chain, ledger, trail
from core.store.backup import back_up, back_up_by_schedule
from core.store.engine import Actor, Store
from core.store.opening import open_store, store_exists
from core.store.restore import restore
from core.terminal import As, Db, Format, print_json, print_rows, worded
from core.words import t

audit = typer.Typer(no_args_is_help=True, help="The trail of who changed what.")


@audit.command(name="verify")
def verify(db: Db = "") -> None:
    """Walk the audit's chain; name the first row that does not fit, exit status 1."""
    with worded():
        store = _open(db)
        with store.read() as connection:
            found = chain.verify(connection, ledger.noted_heads(store.url))
    print_json(
        {
            "rows": found.rows,
            "last": found.head.last_id,
            "hash": found.head.hash,
            "whole": found.row is None,
            "first_wrong_row": found.row,
            "reason": found.reason,
        }
    )
    if found.row is not None:
        typer.echo(t(f"audit.wrong.{found.reason}", row=found.row), err=True)
        raise typer.Exit(1)


@audit.command(name="list")
def list_(
    *,
    last: Annotated[int, typer.Option("--last", min=1, help="How many rows.")] = 20,
    form: Format = "csv",
    db: Db = "",
) -> None:
    """Print the newest audit rows, oldest first; times of Shanghai."""
    with worded():
        rows = trail.last_rows(_open(db), last)
    print_rows(rows, form)


@audit.command(name="export")
def export(file: Path, db: Db = "", who: As = COMMAND_LINE) -> None:
    """Write the whole audit as csv; no text of it runs as a formula."""
    with worded():
        rows = trail.export(_open(db), file, Actor(who, "audit export"))
    print_json({"file": file.name, "rows": rows})


def backup(
    file: Annotated[Path | None, typer.Argument(help="The file to write.")] = None,
    *,
    folder: Annotated[Path | None, typer.Option("--folder", help="For schedules.")] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many stay in FOLDER.")] = 14,
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Back the store up while people work: to FILE, or to FOLDER where the last KEEP stay."""
    if (file is None) == (folder is None):
        raise typer.BadParameter("give FILE or --folder, one of them")
    with worded():
        store, actor = _open(db), Actor(who, "backup")
        if folder is not None:
            note = back_up_by_schedule(store, folder, keep, actor)
        elif file is not None:
            note = back_up(store, file, actor)
    print_json(_short(note))


def restore_(
    file: Path,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Also over a filled store.")] = False,
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Make the backup FILE the store again; what was there is set aside."""
    with worded():
        url = db or Settings().database_url
        done = restore(url, file, Actor(who, "restore"), yes)
    print_json(done)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of the command line."""
    app.add_typer(audit, name="audit")
    app.command(name="backup")(backup)
    app.command(name="restore")(restore_)


def _open(db: str) -> Store:
    """The store, which must exist: none of these commands makes one. StoreError E_STORE_NONE."""
    url = db or Settings().database_url
    if not store_exists(url):
        raise StoreError("E_STORE_NONE")
    return open_store(url)


def _short(note: dict[str, Any]) -> dict[str, Any]:
    """Without the totals of each table: those are in FILE.json."""
    rows = sum(table["rows"] for table in note["tables"].values())
    return {**{name: value for name, value in note.items() if name != "tables"}, "rows": rows}
