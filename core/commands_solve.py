"""solve: a case in, its answer out, both JSON. What each kind takes stands with its room."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import DataError, JingguanError
from core.statistics import cases
from core.statistics.given import shown
from core.terminal import print_json
from core.words import error_text

LARGEST = 32 * 1024 * 1024
"""Bytes of a case that are read."""


def solve(file: Annotated[Path, typer.Argument(metavar="CASE.json")]) -> None:
    """Solve a case: its kind, its inputs in; an object with its answers out.

    A case that must be refused prints {"error": {"code", "message", "where"}}, exit status 2.
    """
    try:
        answer = solved(read(file))
    except JingguanError as error:
        answer = {"error": told(error)}
    print_json(answer)
    if refused(answer):
        raise typer.Exit(2)


def read(file: Path) -> dict[str, Any]:
    """The case of a file. DataError E_CASE_FILE, E_CASE_JSON."""
    try:
        if file.stat().st_size > LARGEST:
            raise DataError("E_CASE_FILE", where=file.name)
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise DataError("E_CASE_FILE", where=file.name) from error
    except UnicodeDecodeError as error:
        raise DataError("E_CASE_JSON", where=f"byte {error.start}") from error
    try:
        case = json.loads(text, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        raise DataError("E_CASE_JSON", where=f"line {error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise DataError("E_CASE_JSON", where=file.name) from error
    if not isinstance(case, dict):
        raise DataError("E_CASE_JSON", where="line 1")
    return case


def _not_a_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def solved(case: dict[str, Any]) -> dict[str, Any]:
    """The answer; of a file with `cases`, {"results": [...]}, each with its id."""
    if isinstance(case.get("cases"), list):
        shared = {name: value for name, value in case.items() if name != "cases"}
        return {"results": [_one_of(shared, one, at) for at, one in enumerate(case["cases"])]}
    kind = case.get("kind")
    if kind is None:
        raise DataError("E_CASE_MISSING", where="kind")
    if not isinstance(kind, str) or kind not in kinds():
        raise DataError("E_CASE_KIND", where="kind", kind=shown(kind))
    return kinds()[kind](case)


@cache
def kinds() -> dict[str, cases.Solver]:
    """What can be asked; a room that solves cases adds its kinds here."""
    from core.control import cases as control
    from core.costing import cases as costing  # matrices: other commands start without them
    from core.flow import cases as flow
    from core.planning import cases as planning

    return {
        **cases.KINDS,
        **control.KINDS,
        **costing.KINDS,
        **flow.KINDS,
        **planning.KINDS,
    }


def _one_of(shared: dict[str, Any], case: Any, place: int) -> dict[str, Any]:
    """The answer of one of several cases; what they share stands beside them."""
    if not isinstance(case, dict):
        raise DataError("E_CASE_INPUT", where=f"cases[{place}]", value=shown(case))
    known = {"id": case["id"]} if "id" in case else {}
    try:
        return known | solved(shared | case)
    except JingguanError as error:
        return known | {"error": told(error)}


def told(error: JingguanError) -> dict[str, Any]:
    """code, message and where of a refusal."""
    where = error.fields.get("where", "")
    return {"code": error.code, "message": error_text(error), "where": where}


def refused(answer: dict[str, Any]) -> bool:
    """Whether the case, or one of its cases, was refused."""
    return "error" in answer or any("error" in one for one in answer.get("results", []))


def add_to(app: typer.Typer) -> None:
    """Make this command part of the command line."""
    app.command(name="solve")(solve)
