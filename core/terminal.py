"""What commands share: options, how a fault is said, how a result is printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from core.errors import JingguanError
from core.words import error_text

Db = Annotated[str, typer.Option("--db", help="Store: JINGGUAN_DATABASE_URL unless given.")]
As = Annotated[str, typer.Option("--as", help="Who acts; written into the audit.")]
Format = Annotated[str, typer.Option("--format", help="csv or json.")]


@contextmanager
def worded() -> Iterator[None]:
    """A fault that a person can act on: its words on standard error, exit status 2."""
    try:
        yield
    except JingguanError as error:
        typer.echo(f"{error.code}: {error_text(error)}", err=True)
        raise typer.Exit(2) from error


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """Long rows: csv with empty for missing, or json with null."""
    if form == "json":
        print_json(rows)
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
    typer.echo(text.getvalue(), nl=False)
