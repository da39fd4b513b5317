"""allocate and scenario: a month's full cost of the clinical departments, and what changes it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import DataError, JingguanError
from core.frames import Scope
from core.hospital.records import departments, hospital_of
from core.months import month_text, parse_month
from core.settings import Settings
from core.store.opening import open_store
from core.terminal import Db, print_json, worded
from core.words import error_text, pick

if TYPE_CHECKING:
    import pandas as pd

    from core.costing.allocation import Allocation
    from core.costing.inputs import Inputs
    from core.costing.model import Method
    from core.costing.sheets import Names

Month = Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")]
By = Annotated[str, typer.Option("--method", help="three_level, direct, step_down, ...")]
Form = Annotated[str, typer.Option("--format", help="json or xlsx.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where the xlsx goes.")]


def allocate(
    *, month: Month, method: By = "three_level", form: Form = "json", out: Out = None, db: Db = ""
) -> None:
    """Share the month's cost out; what cannot be shared is told with the money at stake."""
    with worded():
        inputs, names = _inputs(_month(month), db)
        with _every_reason():
            print_json(_answer(inputs, names, method, _target(form, out)))


@contextmanager
def _every_reason() -> Iterator[None]:
    """All reasons of a refused run but the first, which is told as every fault is."""
    try:
        yield
    except JingguanError as error:
        for problem in getattr(error, "problems", ())[1:]:
            other = type(error)([problem])  # type: ignore[arg-type]
            typer.echo(f"{other.code}: {error_text(other)}", err=True)
        raise


def _inputs(month: int, db: str) -> tuple[Inputs, Names]:
    # Matrices are slow to load, and every command loads this file.
    from core.costing.basis.records import rules_for
    from core.costing.records import inputs, item_names
    from core.costing.rules import load_rules
    from core.costing.sheets import Names

    store = open_store(db or Settings().database_url)
    scope = Scope(hospital_of(store), month, month)
    base = load_rules(Path(Settings().data_folder) / "costing" / "rules.toml")
    rules = rules_for(store, scope.hospital_id, month, base)
    rows = departments(store, scope)
    told = zip(rows["department"], rows["name_zh"], rows["name_en"], strict=True)
    items = item_names(store, scope.hospital_id).items()
    names = Names(
        {code: pick(zh, en) for code, zh, en in told},
        {code: pick(*both) for code, both in items},
    )
    return inputs(store, scope, month, rules), names.with_pools(rules)


def _target(form: str, out: Path | None) -> Path | None:
    if form not in ("json", "xlsx"):
        raise DataError("E_COSTING_FORMAT", form=form)
    if form == "xlsx" and out is None:
        raise DataError("E_COSTING_OUT")
    return out if form == "xlsx" else None


def _answer(inputs: Inputs, names: Names, method: str, out: Path | None) -> dict[str, Any]:
    from core.costing.model import METHODS
    from core.costing.results import allocated, by_level
    from core.costing.sheets import workbook

    chosen: Method | None = next((one for one in METHODS if one == method), None)
    if chosen is None:
        raise DataError("E_COSTING_METHOD", method=method, known=", ".join(METHODS))
    if inputs.direct.empty:
        raise DataError("E_COSTING_NONE", month=month_text(inputs.month))
    found = allocated(inputs, chosen)
    if out is None:
        return _told(inputs, found, by_level(found), names)
    made = workbook(inputs, found, names)
    try:
        out.write_bytes(made)
    except OSError:
        raise DataError("E_FILE_WRITE", file=out.name) from None
    return {"file": out.name, "month": month_text(inputs.month), "bytes": len(made)}


def _told(inputs: Inputs, found: Allocation, levels: pd.DataFrame, names: Names) -> dict[str, Any]:
    """Amounts in 分."""
    proof = found.certificate
    return {
        "month": month_text(inputs.month),
        "method": found.method,
        "total_fen": inputs.total_fen,
        "departments": [
            {
                "department": str(code),
                "name": names.departments.get(str(code), str(code)),
                **{f"{level}_fen": int(fen) for level, fen in levels.loc[code].items()},
                "items_fen": {str(item): int(fen) for item, fen in found.final.loc[code].items()},
            }
            for code in levels.index
        ],
        "unassigned": found.unassigned.to_dict("records"),
        "outside": inputs.outside.to_dict("records"),
        "drivers": inputs.notes.to_dict("records"),
        "missing": inputs.missing.to_dict("records"),
        "checks": inputs.checks.to_dict("records"),
        "certificate": {
            "inputs": proof.inputs,
            "basis": inputs.basis,
            "rules": proof.rules,
            "result": proof.result,
            "conserved": proof.conserved,
        },
    }


def _month(text: str) -> int:
    try:
        return parse_month(text)
    except ValueError:
        raise DataError("E_MONTH", value=text) from None


scenario = typer.Typer(no_args_is_help=True, help="What-ifs on a month's costs.")


@scenario.callback()
def what_ifs() -> None:
    """What-ifs on a month's costs."""


@scenario.command(name="run")
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml")], *, form: Form = "json", db: Db = ""
) -> None:
    """Lay a scenario's changes on its month; who gains, who loses, who turns between 盈 and 亏."""
    with worded(), _every_reason():
        if form != "json":
            raise DataError("E_SCENARIO_FORMAT", form=form)
        print_json(_scenario(file, db))


def _scenario(file: Path, db: str) -> dict[str, Any]:
    from core.costing.basis.records import rules_for
    from core.costing.changes import scenario_of
    from core.costing.records import facts_of
    from core.costing.rules import load_rules
    from core.costing.scenarios import answer, run_of

    try:
        content = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError("E_SCENARIO_FILE", file=file.name) from error
    month = _month(str(content.pop("month", "")))
    told = scenario_of(content, file.name)
    store = open_store(db or Settings().database_url)
    scope = Scope(hospital_of(store), month, month)
    facts = facts_of(store, scope, month)
    if facts.cost.empty:
        raise DataError("E_COSTING_NONE", month=month_text(month))
    base = load_rules(Path(Settings().data_folder) / "costing" / "rules.toml")
    rules = rules_for(store, scope.hospital_id, month, base)
    found = answer(run_of(facts, rules), told)
    return {
        "name": told.name,
        "month": month_text(month),
        "method": told.method,
        "delta_fen": found.delta,
        "flips": found.flips,
        "tornado": [
            {"change": told.changes[row["change"]].model_dump(), "delta_fen": row["delta"]}
            for row in found.tornado.to_dict("records")
        ],
        "departments": [
            {"department": str(code), **{f"{name}_fen": int(fen) for name, fen in row.items()}}
            for code, row in found.departments.to_dict("index").items()
        ],
    }


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the app."""
    app.command(name="allocate")(allocate)
    app.add_typer(scenario, name="scenario")
