"""Measures by month and department from the facts of one contract, read in one pass.

A condition that finds no row reads 0 where the table states the column, else nothing. Numbers
that are not whole are added up as whole millionths, so that every database finds the same sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Float, Table, and_, case, cast, false, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from core.hospital.facts import FACT_TABLES
from core.hospital.history.tables import METADATA
from core.store.engine import Work

Row = tuple[Any, ...]
"""month, measure, department, value."""
LOCAL = 8 * 3600
"""Asia/Shanghai is eight hours ahead of UTC, all year."""
DAY = 86_400
MILLIONTHS = 1_000_000
_FRACTIONS = 2**20
"""For quotients: no quotient lies half-way between two of them, which databases round apart."""
_VALUE = {"income": "amount_fen", "direct_cost": "amount_fen", "driver": "quantity"}
_MASTERS = {
    "direct_cost": ("element", "cost_item"),
    "driver": ("driver", "driver_item"),
    "case": ("disease_group", "disease_group"),
    "machine_use": ("machine", "machine"),
    "census": ("ward", "ward"),
}
"""Contract -> the column that names a master, and the master's table."""
_DETAILS = ("income", "direct_cost", "driver")
"""Tables whose missing details are not written: readers see them from the rest of the table."""
_COUNTS = {
    "quality": ("item", ("numerator", "denominator")),
    "reported": ("indicator", ("value", "numerator", "denominator")),
}
"""Contracts that name what they count in a column: one row a measure."""


@dataclass(frozen=True)
class RollupRule:
    """How one measure is added up from one fact table."""

    measure: str
    contract: str
    column: str = ""
    """The counted column; tables with one value column need none."""
    where: tuple[tuple[str, str], ...] = ()
    """Columns (or kind / role of the master) that must have this value."""
    department: str = field(default="department")
    """The department column that owns the value."""
    scale: int = 1
    """100 for a number in 元: facts hold money in 分."""


def month_sums(
    work: Work, hospital_id: int, months: Sequence[int], rules: Sequence[RollupRule]
) -> list[Row]:
    """Rows of the measures of one contract and owner in these months."""
    contract = rules[0].contract
    if contract in _COUNTS:
        return _counted(work, hospital_id, months, rules)
    fact = FACT_TABLES[contract]
    facts = METADATA.tables[fact.store]
    month = facts.c[fact.month]
    source, owner = _source(contract, facts, rules)
    wheres = sorted({rule.where for rule in rules if rule.where})
    found = [func.count(case((_tests(contract, facts, w), 1))) for w in wheres]
    stated = [func.count(case((_stated(contract, facts, w), 1))) for w in wheres]
    sums = [_sum(contract, facts, rule) for rule in rules]
    statement = (
        select(month, owner, *[total for total, _ in sums], *found, *stated)
        .select_from(source)
        .where(facts.c.hospital_id == hospital_id, month.in_(list(months)))
        .group_by(month, owner)
        .order_by(month, owner)
    )
    rows: list[Row] = []
    for at, department, *cells in map(tuple, work.connection.execute(statement)):
        seen = dict(zip(wheres, cells[len(rules) : len(rules) + len(wheres)], strict=True))
        told = dict(zip(wheres, cells[len(rules) + len(wheres) :], strict=True))
        for rule, (_, parts), cell in zip(rules, sums, cells, strict=False):
            value = None if cell is None else float(cell) / parts * rule.scale
            if rule.where and not seen[rule.where] and contract not in _DETAILS:
                value = 0.0 if told[rule.where] else None
            if value is not None:
                rows.append((at, rule.measure, department, value))
    return rows


def sums_of(groups: Iterable[dict[str, Any]], rules: Sequence[RollupRule]) -> list[Row]:
    """The same from rows that are added up already, by every column that conditions name."""
    sums: dict[tuple[int, str, str], float | None] = {}
    others: set[tuple[int, str, str]] = set()
    for group in groups:
        for rule in rules:
            key = (group["month"], rule.measure, group["department"])
            if any(group[name] != wanted for name, wanted in rule.where):
                others.add(key)
                continue
            before, value = sums.get(key), group[rule.column]
            sums[key] = before if value is None else (before or 0.0) + float(value)
    for key in others:
        sums.setdefault(key, 0.0)
    return [(*key, value) for key, value in sums.items() if value is not None]


def _source(contract: str, facts: Table, rules: Sequence[RollupRule]) -> tuple[Any, Any]:
    """The facts, joined to their master where one is asked; and the owning department."""
    owned = rules[0].department in facts.c
    if contract not in _MASTERS or (owned and contract in _DETAILS and not _where(rules)):
        return facts, facts.c[rules[0].department]
    link, name = _MASTERS[contract]
    master = METADATA.tables[name]
    same = and_(master.c.hospital_id == facts.c.hospital_id, master.c.code == facts.c[link])
    source = facts.join(master, same, isouter=contract == "case")
    return source, facts.c.department if owned else master.c.department


def _where(rules: Sequence[RollupRule]) -> bool:
    return any(rule.where for rule in rules)


def _sum(contract: str, facts: Table, rule: RollupRule) -> tuple[ColumnElement[Any], int]:
    """SUM of the rule's column over the rows it is about, and in what parts of one it counts."""
    value = _column(contract, facts, rule.column or _VALUE[contract])
    parts = 1
    if isinstance(value.type, Float):
        parts = _FRACTIONS if rule.column.startswith("benchmark_") else MILLIONTHS
        value = whole_parts(value, parts)
    if rule.where:
        value = case((_tests(contract, facts, rule.where), value))
    return func.sum(value), parts


def whole_parts(value: ColumnElement[Any], parts: int = MILLIONTHS) -> ColumnElement[Any]:
    """A number as a whole count of parts, so that a sum does not hang on its order."""
    return cast(func.round(value * parts), BigInteger)


def nights(facts: Table) -> ColumnElement[Any]:
    """Nights between admission and discharge; a case that comes and goes on one day counts 1."""
    passed = (facts.c.discharged_at + LOCAL) // DAY - (facts.c.admitted_at + LOCAL) // DAY
    return case((passed == 0, literal(1)), else_=passed)


def weight_of(facts: Table) -> ColumnElement[Any]:
    """The case's own weight, else its group's."""
    return func.coalesce(facts.c.weight, METADATA.tables["disease_group"].c.weight)


def _column(contract: str, facts: Table, name: str) -> ColumnElement[Any]:
    """What a column of the contract counts, row by row."""
    if contract == "case" and name in _CASE:
        return _CASE[name](facts)
    if contract == "machine_use" and name in _MACHINE:
        counted, per = _MACHINE[name]
        return cast(facts.c[counted] * METADATA.tables["machine"].c[per], Float)
    return facts.c[name if name in facts.c else f"{name}_fen"]


_MACHINE = {
    "hours_open": ("days_due", "open_hours_per_day"),
    "capacity": ("days_due", "capacity_per_day"),
    "minutes": ("examinations", "minutes_per_exam"),
}


def _over_benchmark(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    benchmark = METADATA.tables["disease_group"].c[name]
    return cast(case((benchmark > 0, value * literal(1.0) / benchmark)), Float)


def _with_benchmark(name: str) -> ColumnElement[Any]:
    return case((METADATA.tables["disease_group"].c[name] > 0, literal(1)))


_CASE = {
    "cases": lambda facts: literal(1),
    "weight": weight_of,
    "days": nights,
    "surgical_cases": lambda facts: case(
        (facts.c.surgery_level > 0, literal(1)), (facts.c.surgery_level == 0, literal(0))
    ),
    "settlement": lambda facts: facts.c.settlement_fen,
    "settled_charge": lambda facts: case(
        (facts.c.settlement_fen.is_not(None), facts.c.charge_total_fen)
    ),
    "benchmark_days": lambda facts: _over_benchmark(nights(facts), "benchmark_days"),
    "benchmark_charge": lambda facts: _over_benchmark(
        facts.c.charge_total_fen, "benchmark_charge_fen"
    ),
    "benchmarked_cases": lambda facts: _with_benchmark("benchmark_days"),
    "charge_benchmarked_cases": lambda facts: _with_benchmark("benchmark_charge_fen"),
}


def _tests(contract: str, facts: Table, where: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    """Whether a row is one that the conditions are about."""
    return and_(*[_test(contract, facts, name, wanted) for name, wanted in where])


def _test(contract: str, facts: Table, name: str, wanted: str) -> ColumnElement[bool]:
    yes = wanted == "yes"
    if contract == "case":
        if name == "grouped":
            group = facts.c.disease_group
            return group.is_not(None) if yes else group.is_(None)
        if name == "surgical":
            return facts.c.surgery_level > 0 if yes else facts.c.surgery_level == 0
        if name == "discharged":
            return (facts.c.discharged_at + LOCAL) % DAY < DAY // 2
        if name in ("elective", "day_case"):
            return facts.c[name] == int(yes)
    if name == "emergency_reserve":
        reserve = func.coalesce(METADATA.tables["machine"].c.emergency_reserve, false())
        return reserve.is_(yes)
    return _place(contract, facts, name) == wanted


def _stated(contract: str, facts: Table, where: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    """Whether a row says anything about what the conditions ask."""
    tests: list[ColumnElement[bool]] = [literal(1) == 1]
    for name, _ in where:
        if name == "risk":
            tests.append(METADATA.tables["disease_group"].c.risk != "")
        elif name == "surgical":
            tests.append(facts.c.surgery_level.is_not(None))
        elif name not in ("grouped", "discharged", "emergency_reserve"):
            tests.append(_place(contract, facts, name).is_not(None))
    return and_(*tests)


def _place(contract: str, facts: Table, name: str) -> ColumnElement[Any]:
    """The column a condition speaks of: of the facts, or of their master."""
    if name in facts.c:
        return facts.c[name]
    return METADATA.tables[_MASTERS[contract][1]].c[name]


def _counted(
    work: Work, hospital_id: int, months: Sequence[int], rules: Sequence[RollupRule]
) -> list[Row]:
    """One row a measure, from tables that name what they count in a column."""
    contract = rules[0].contract
    named, columns = _COUNTS[contract]
    facts = METADATA.tables[FACT_TABLES[contract].store]
    wanted: dict[tuple[str, str], RollupRule] = {
        (dict(rule.where)[named], rule.column): rule for rule in rules
    }
    statement = (
        select(facts.c.month, facts.c.department, facts.c[named], *[facts.c[c] for c in columns])
        .where(facts.c.hospital_id == hospital_id, facts.c.month.in_(list(months)))
        .order_by(facts.c.month, facts.c.department, facts.c[named])
    )
    rows: list[Row] = []
    for month, department, code, *cells in map(tuple, work.connection.execute(statement)):
        for column, cell in zip(columns, cells, strict=True):
            rule = wanted.get((code, column))
            if rule is not None and cell is not None:
                rows.append((month, rule.measure, department, float(cell) * rule.scale))
    return rows
