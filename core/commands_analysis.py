"""explain: what a change between two periods is made of, as JSON whose parts add up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from core.analysis import decompose
from core.analysis.decompose import Explained
from core.analysis.levels import INSIDE, levels_of, machine_cube, read_as, staff_cube
from core.analysis.machines.records import machine_use, register
from core.catalog.cube import Cube, cube_of
from core.catalog.disease import disease_cube
from core.catalog.load import load_catalog
from core.catalog.model import Catalog, Indicator
from core.errors import DataError, JingguanError
from core.frames import Scope
from core.hospital.calendar import SPANS, period
from core.hospital.records import departments, facts, hospital_of
from core.hospital.rollups.reads.records import cases
from core.months import add_months, month_text, parse_month
from core.settings import Settings
from core.store.engine import Store
from core.store.opening import open_store
from core.terminal import Db, print_json
from core.words import error_text

BY = ("department", *INSIDE, "sides")
YEAR = 12

Code = Annotated[str, typer.Option("--code", help="Code of an indicator, or its slug.")]
From = Annotated[str, typer.Option("--from", help="Last month of the earlier period, YYYY-MM.")]
To = Annotated[str, typer.Option("--to", help="Last month of the later period, YYYY-MM.")]
By = Annotated[str, typer.Option("--by", help=", ".join(BY) + ".")]
Span = Annotated[str, typer.Option("--span", help=", ".join(SPANS) + ".")]
Place = Annotated[str, typer.Option("--department", help="One department alone, by its code.")]
Volume = Annotated[
    str, typer.Option("--volume", help="Measure of pieces: money by price, volume and mix.")
]
Json = Annotated[str, typer.Option("--format", help="json.")]


@dataclass(frozen=True)
class Question:
    """Which change is explained, and by what."""

    code: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    span: str
    by: str
    department: str
    volume: str


def explain(
    *,
    code: Code,
    first: From,
    last: To,
    by: By = "department",
    span: Span = "month",
    department: Place = "",
    volume: Volume = "",
    form: Json = "json",
    db: Db = "",
) -> None:
    """Say what a change is made of: parts that add up to it, largest first.

    A case that must be refused prints {"error": {"code", "message"}}, exit status 2.
    """
    with refused_as_json():
        if form != "json":
            raise DataError("E_EXPLAIN_FORMAT", value=form)
        periods = (_period(first, span), _period(last, span))
        asked = Question(code, *periods, span, by, department, volume)
        print_json(explained(open_store(db or Settings().database_url), asked))


@contextmanager
def refused_as_json() -> Iterator[None]:
    """A fault that a person can act on, as JSON on standard output; exit status 2."""
    try:
        yield
    except JingguanError as error:
        print_json({"error": {"code": error.code, "message": error_text(error)}})
        raise typer.Exit(2) from error


def explained(store: Store, asked: Question) -> dict[str, Any]:
    """The answer as JSON; money in 元. DataError E_EXPLAIN_... names what cannot be done."""
    catalog = load_catalog(Settings().data_folder / "catalog")
    scope = Scope(
        hospital_of(store),
        add_months(min((*asked.before, *asked.after)), -YEAR),
        max((*asked.before, *asked.after)),
    )
    cube = cube_of(facts(store, scope), catalog, departments(store, scope))
    if asked.department and asked.department not in cube.departments:
        raise DataError("E_EXPLAIN_PLACE", department=asked.department)
    if asked.volume:
        return _money(catalog, cube, asked)
    indicator = catalog.find(asked.code)
    found = _explained(catalog, _cut(store, scope, (catalog, cube), asked), asked)
    answer = _told(found, asked, indicator, 1.0)
    for part in answer["parts"] if asked.by == "sides" else ():
        for name in ("before", "after"):
            if part[name] is not None and _is_money(catalog, indicator, part["part"]):
                part[name] /= 100
    return answer


def _is_money(catalog: Catalog, indicator: Indicator, part: str) -> bool:
    """Whether a side's sums are money: a measure, or the first of what the side is made of."""
    terms = getattr(indicator.formula, part, (part,))
    measure = catalog.measures.get(terms[0].removeprefix("-"))
    return measure is not None and measure.money


def _cut(store: Store, scope: Scope, known: tuple[Catalog, Cube], asked: Question) -> Cube:
    """The cube whose members are asked for."""
    catalog, cube = known
    if asked.by not in BY:
        raise DataError("E_EXPLAIN_BY", value=asked.by, known=", ".join(BY))
    if asked.by in INSIDE:
        if asked.by not in levels_of(catalog, catalog.find(asked.code)):
            raise DataError("E_EXPLAIN_LEVEL", indicator=asked.code, value=asked.by)
        if asked.by == "disease_group":
            return disease_cube(catalog, cases(store, scope), cube, asked.department)
        if asked.by == "staff_group":
            return staff_cube(cube, asked.department)
        machines = register(store, scope), machine_use(store, scope)
        return machine_cube(catalog, machines, cube, asked.department)
    return cube.restrict({asked.department}) if asked.department else cube


def _explained(catalog: Catalog, cube: Cube, asked: Question) -> Explained:
    read = read_as(catalog, asked.code, cube.by)
    split = decompose.explain_sides if asked.by == "sides" else decompose.explain
    return split(read, asked.code, cube, asked.before, asked.after)


def _money(catalog: Catalog, cube: Cube, asked: Question) -> dict[str, Any]:
    """Money of an amount, or of a measure, by price, volume and mix of departments."""
    indicator = catalog.indicators.get(asked.code)
    measure = catalog.measure(asked.code) if indicator is None else None
    if measure is None or not measure.money or asked.by != "department":
        raise DataError("E_EXPLAIN_MONEY", value=asked.code)
    catalog.measure(asked.volume)
    if asked.department:
        cube = cube.restrict({asked.department})
    pair = (asked.code, asked.volume)
    found = decompose.explain_money(catalog, pair, cube, asked.before, asked.after)
    return _told(found, asked, None, 0.01)


def _told(
    found: Explained, asked: Question, indicator: Indicator | None, scale: float
) -> dict[str, Any]:
    effects = found.effects
    parts = [
        {
            "part": row["part"],
            "before": _number(row["before"] * scale),
            "after": _number(row["after"] * scale),
            **{name: row[name] * scale for name in effects},
            "total": row["total"] * scale,
        }
        for row in found.parts.to_dict("records")
    ]
    return {
        "indicator": found.indicator,
        "unit": indicator.unit if indicator else "元",
        "by": asked.by,
        "department": asked.department,
        "span": asked.span,
        "from": month_text(asked.before[-1]),
        "to": month_text(asked.after[-1]),
        "before": found.before * scale,
        "after": found.after * scale,
        "change": found.change * scale,
        "effects": {name: value * scale for name, value in found.summed().items()},
        "parts": parts,
        "total": sum(part["total"] for part in parts),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _period(text: str, span: str) -> tuple[int, ...]:
    """The months of the span that ends in a month. DataError E_MONTH, E_SPAN."""
    if span not in SPANS:
        raise DataError("E_SPAN", value=span, known=", ".join(SPANS))
    try:
        return period(span, parse_month(text))
    except ValueError:
        raise DataError("E_MONTH", value=text) from None


def add_to(app: typer.Typer) -> None:
    """Make this command part of the command line."""
    app.command(name="explain")(explain)
