"""report: documents as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.catalog.load import load_catalog
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import hospital_of, months_reported
from core.months import month_text, parse_month
from core.settings import Settings
from core.store.opening import open_store
from core.terminal import Db, print_json, worded
from core.words import t

report = typer.Typer(no_args_is_help=True, help="Write documents as files.")

Month = Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")]
Form = Annotated[str, typer.Option("--format", help="xlsx, docx or pdf.")]
Out = Annotated[Path, typer.Option("--out", help="Where the file goes.")]
Kept = Annotated[bool, typer.Option("--final", help="The one that was made final, as it stands.")]


@report.callback()
def documents() -> None:
    """Write documents as files."""


@report.command()
def monthly(*, month: Month, form: Form, out: Out, kept: Kept = False, db: Db = "") -> None:
    """Write the monthly report: the draft of the present data, or with --final the kept one."""
    with worded():
        print_json(_write(_month(month), form, out, kept, db))


def _write(month: int, form: str, out: Path, kept: bool, db: str) -> dict[str, object]:
    # What draws is slow to load, and every command loads this file.
    from core.reports.monthly.files import FORMATS, draft, final, written
    from core.reports.monthly.records import FINAL, newest

    if form not in FORMATS:
        raise DataError("E_REPORT_FORMAT", form=form)
    store = open_store(db or Settings().database_url)
    hospital = hospital_of(store)
    stored = newest(store, hospital, month, FINAL)
    if kept and stored is None:
        raise DataError("E_REPORT_NONE", month=month_text(month))
    _say(0.1, "report.step.read")
    if kept and stored is not None:
        document = final(store, hospital, stored)
    else:
        first, last = months_reported(store, hospital) or (month, month)
        catalog = load_catalog(Path(Settings().data_folder) / "catalog")
        document = draft(store, catalog, Scope(hospital, first, last), month)
    _say(0.6, "report.step.draw")
    made = written(document, form)
    try:
        out.write_bytes(made)
    except OSError:
        raise DataError("E_FILE_WRITE", file=out.name) from None
    _say(1.0, "report.step.done")
    return {
        "file": out.name,
        "month": month_text(month),
        "status": "final" if kept else "draft",
        "bytes": len(made),
    }


def _month(text: str) -> int:
    try:
        return parse_month(text)
    except ValueError:
        raise DataError("E_MONTH", value=text) from None


def _say(share: float, step: str) -> None:
    typer.echo(f"{share:4.0%} {t(step)}", err=True)


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the app."""
    app.add_typer(report, name="report")
