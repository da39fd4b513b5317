"""The same work without a screen: python -m core COMMAND.

Standard output holds the result and nothing else; progress goes to standard error. Months are
YYYY-MM, money is in 元, missing is empty (csv) or null (json).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core import (
    commands,
    commands_actions,
    commands_analysis,
    commands_costing,
    commands_flow,
    commands_planning,
    commands_report,
    commands_signals,
    commands_solve,
)
from core.access.records import COMMAND_LINE
from core.commands_store import add_to
from core.store.engine import Actor
from core.terminal import As, Db, Format, print_json, print_rows, worded
from core.words import set_language
from core.workshop import commands as exercises

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Table = Annotated[str, typer.Option("--table", help=commands.table_help())]
Map = Annotated[Path | None, typer.Option("--map", help="A column mapping (TOML).")]
AsOf = Annotated[str, typer.Option("--as-of", help="Today, YYYY-MM-DD.")]
By = Annotated[str, typer.Option("--by", help="month, department, category; comma between.")]
OfLevel = Annotated[
    str, typer.Option("--level", help="hospital, department, category or disease_group.")
]
Month = Annotated[str, typer.Option("--month", help="The one month, YYYY-MM.")]
From = Annotated[str, typer.Option("--from", help="First month, YYYY-MM.")]
To = Annotated[str, typer.Option("--to", help="Last month, YYYY-MM.")]
Hospital = Annotated[str, typer.Option("--hospital", help="Its number or name.")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Which sheet of a workbook.")]


@app.callback()
def main(
    language: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
) -> None:
    """精管台 Jingguan without a screen."""
    set_language(language)


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
    with worded():
        store, actor = commands.open_url(db), Actor(who, "init")
        if demo:
            made = commands.init_demo(store, actor, commands.date_of(as_of), _say)
        if name or not demo:
            made = commands.init(store, actor, name)
    print_json(made)


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
    with worded():
        asked = commands.Asked(file, table, mapping, sheet, commands.date_of(as_of))
        print_json(commands.check_file(asked, reference, db))


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
    with worded():
        asked = commands.Asked(file, table, mapping, sheet, commands.date_of(as_of))
        store = commands.open_url(db)
        result, stored = commands.import_file(store, asked, Actor(who, "import"), yes, _say)
    print_json(result)
    if not stored:
        raise typer.Exit(1)


@app.command()
def measures(
    *,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="Code; repeatable; all unless named.")
    ] = None,
    by: By = "month",
    level: OfLevel = "",
    first: From = "",
    last: To = "",
    month: Month = "",
    form: Format = "csv",
    db: Db = "",
) -> None:
    """Measures by month, department, category or disease group, added up from the roll-ups."""
    with worded():
        cut = commands.Cut(by, month or first, month or last, level)
        rows = commands.values(commands.open_url(db), "measure", measure or [], cut)
    print_rows(rows, form)


@app.command()
def indicators(
    *,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Code; repeatable; all that are computed unless named."),
    ] = None,
    by: By = "month",
    level: OfLevel = "",
    first: From = "",
    last: To = "",
    month: Month = "",
    form: Format = "csv",
    db: Db = "",
) -> None:
    """Indicators by month, department, category or disease group."""
    with worded():
        cut = commands.Cut(by, month or first, month or last, level)
        rows = commands.values(commands.open_url(db), "code", code or [], cut)
    print_rows(rows, form)


@app.command()
def rollups(db: Db = "", who: As = COMMAND_LINE) -> None:
    """Make the roll-ups anew where they were made with another catalogue."""
    with worded():
        print_json(commands.rebuilt(commands.open_url(db), Actor(who, "rollups")))


@app.command()
def templates(folder: Path, db: Db = "") -> None:
    """Write an xlsx template of every table, and one workbook with all of them.

    The templates are the same for every store; --db is taken so that all commands are alike.
    """
    with worded():
        print_json({"files": commands.write_templates(folder)})


@app.command()
def clone(
    *,
    hospital: Hospital,
    name: Annotated[str, typer.Option("--as", help="Name of the copy.")],
    db: Db = "",
) -> None:
    """Copy a hospital inside the store, for exercises (演练); nothing is shared."""
    with worded():
        actor = Actor(COMMAND_LINE, "clone")
        print_json({"hospitals": exercises.copied(commands.open_url(db), actor, hospital, name)})


@app.command(name="hospitals")
def hospitals_(db: Db = "") -> None:
    """List the hospitals of the store: kind, months held, rows brought."""
    with worded():
        print_json({"hospitals": exercises.listed(commands.open_url(db))})


@app.command(name="hospital-mark")
def hospital_mark(
    *,
    hospital: Hospital,
    drill: Annotated[bool, typer.Option("--drill/--no-drill", help="For exercises, or not.")],
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Mark a hospital for exercises (演练), or take the mark away."""
    with worded():
        actor = Actor(who, "hospital-mark")
        print_json({"hospitals": exercises.marked(commands.open_url(db), actor, hospital, drill)})


@app.command(name="hospital-reset")
def hospital_reset(*, hospital: Hospital, db: Db = "", who: As = COMMAND_LINE) -> None:
    """Bring a copy back to the present state of the hospital it was copied from."""
    with worded():
        actor = Actor(who, "hospital-reset")
        print_json({"hospitals": exercises.brought_back(commands.open_url(db), actor, hospital)})


@app.command(name="hospital-remove")
def hospital_remove(
    *,
    hospital: Hospital,
    confirm: Annotated[str, typer.Option("--confirm", help="Its name, typed again.")] = "",
    db: Db = "",
    who: As = COMMAND_LINE,
) -> None:
    """Remove an exercise hospital with all its rows; the audit stays."""
    with worded():
        store, actor = commands.open_url(db), Actor(who, "hospital-remove")
        print_json({"hospitals": exercises.removed(store, actor, hospital, confirm)})


add_to(app)
commands_analysis.add_to(app)
commands_report.add_to(app)
commands_costing.add_to(app)
commands_flow.add_to(app)
commands_signals.add_to(app)
commands_solve.add_to(app)
commands_actions.add_to(app)
commands_planning.add_to(app)

if __name__ == "__main__":
    app()
