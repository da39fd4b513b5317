"""The same work without a screen: python -m core COMMAND.

Standard output holds the result and nothing else; progress goes to standard error. Months are
YYYY-MM, money is in 元, missing is empty (csv) or null (json).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from core import commands
from core.access.records import COMMAND_LINE
from core.errors import JingguanError
from core.store.engine import Actor
from core.words import error_text, set_language

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Db = Annotated[str, typer.Option("--db", help="Store: JINGGUAN_DATABASE_URL unless given.")]
As = Annotated[str, typer.Option("--as", help="Who acts; written into the audit.")]
Table = Annotated[str, typer.Option("--table", help="departments, workload, income, …")]
Map = Annotated[Path | None, typer.Option("--map", help="A column mapping (TOML).")]
AsOf = Annotated[str, typer.Option("--as-of", help="Today, YYYY-MM-DD.")]
By = Annotated[str, typer.Option("--by", help="month, department, category; comma between.")]
From = Annotated[str, typer.Option("--from", help="First month, YYYY-MM.")]
To = Annotated[str, typer.Option("--to", help="Last month, YYYY-MM.")]
Format = Annotated[str, typer.Option("--format", help="csv or json.")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Which sheet of a workbook.")]


@app.callback()
def main(
    language: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
) -> None:
    """精管台 Jingguan without a screen."""
    set_language(language)


@contextmanager
def _worded() -> Iterator[None]:
    """A fault that a person can act on: its words on standard error, exit status 2."""
    try:
        yield
    except JingguanError as error:
        typer.echo(f"{error.code}: {error_text(error)}", err=True)
        raise typer.Exit(2) from error


def _say(share: float, step: str) -> None:
    typer.echo(f"{share:4.0%} {step}", err=True)


@app.command()
def init(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="With the demo hospital.")] = False,
    name: Annotated[str, typer.Option("--name", help="Name of an empty hospital.")] = "",
    as_of: AsOf = "",
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Make the store; --demo fills it with the demo hospital, --name makes an empty one."""
    with _worded():
        store, actor = commands.open_url(db), Actor(who, "init")
        if demo:
            made = commands.init_demo(store, actor, commands.date_of(as_of), _say)
        if name or not demo:
            made = commands.init(store, actor, name)
    _print_json(made)


@app.command()
def check(
    file: Path,
    *,
    table: Table,
    reference: Annotated[Path | None, typer.Option("--reference", help="Masters as files.")] = None,
    as_of: AsOf = "",
    mapping: Map = None,
    sheet: Sheet = None,
    db: Db = "",
) -> None:
    """Say what a file holds; nothing is stored."""
    with _worded():
        asked = commands.Asked(file, table, mapping, sheet, commands.date_of(as_of))
        _print_json(commands.check_file(asked, reference, db))


@app.command(name="import")
def import_(
    file: Path,
    *,
    table: Table,
    mapping: Map = None,
    sheet: Sheet = None,
    as_of: AsOf = "",
    yes: Annotated[bool, typer.Option("--yes", help="Confirm what the check found.")] = False,
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Check a file and, with --yes, store its accepted rows."""
    with _worded():
        asked = commands.Asked(file, table, mapping, sheet, commands.date_of(as_of))
        store = commands.open_url(db)
        result, stored = commands.import_file(store, asked, Actor(who, "import"), yes, _say)
    _print_json(result)
    if not stored:
        raise typer.Exit(1)


@app.command()
def measures(
    *,
    measure: Annotated[list[str], typer.Option("--measure", help="Measure code; repeatable.")],
    by: By = "month",
    first: From = "",
    last: To = "",
    form: Format = "csv",
    db: Db = "",
) -> None:
    """Measures by month, department or category, added up from the roll-ups."""
    with _worded():
        rows = commands.values(
            commands.open_url(db), "measure", measure, commands.Cut(by, first, last)
        )
    _print_rows(rows, form)


@app.command()
def indicators(
    *,
    code: Annotated[list[str], typer.Option("--code", help="Indicator code; repeatable.")],
    by: By = "month",
    first: From = "",
    last: To = "",
    form: Format = "csv",
    db: Db = "",
) -> None:
    """Indicators by month, department or category."""
    with _worded():
        cut = commands.Cut(by, first, last)
        rows = commands.values(commands.open_url(db), "code", code, cut)
    _print_rows(rows, form)


@app.command()
def templates(folder: Path, db: Db = "") -> None:
    """Write an xlsx template of every table, and one workbook with all of them.

    The templates are the same for every store; --db is taken so that all commands are alike.
    """
    with _worded():
        _print_json({"files": commands.write_templates(folder)})


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """Long rows: csv with empty for missing, or json with null."""
    if form == "json":
        _print_json(rows)
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
    typer.echo(text.getvalue(), nl=False)


if __name__ == "__main__":
    app()
