"""Cached material of the official tables: the months of the view, three levels, ordering."""

from __future__ import annotations

import pandas as pd

from core.costing import results
from core.costing.official.book import tables as made_of
from core.costing.official.book import workbook
from core.costing.official.material import Cases, Material, Performer, Table
from core.formats import listed, month_name, months_name
from core.frames import Scope
from core.words import language, pick, t
from pages.shared import costing_reads, examination_reads, group_reads, profit_reads, reads
from pages.shared.kept import kept
from pages.shared.scope import View


def tables(shown: View) -> tuple[Table, ...]:
    """The tables that the view's months allow."""
    return _made(costing_reads.key(shown), shown, language())[1]


def file(shown: View) -> bytes:
    """The workbook of the same."""
    given, made = _made(costing_reads.key(shown), shown, language())
    return workbook(given, made)


@kept(8)
def _made(
    key: costing_reads.Key, shown: View, in_language: str
) -> tuple[Material, tuple[Table, ...]]:
    given = _material(key, shown)
    return given, made_of(given)


def _material(key: costing_reads.Key, shown: View) -> Material:
    asked = profit_reads.Asked()
    found = profit_reads.span(shown, asked)
    given = profit_reads.units(shown, found.months, asked.method)
    categories = profit_reads.categories(shown)
    return Material(
        period=months_name(found.months),
        hospital=_hospital(shown),
        names=costing_reads.names(shown).departments,
        categories=categories,
        direct=profit_reads.direct_cost(shown, found.months),
        lines=found.rows,
        costs=given.costs,
        each=given.each,
        origins=_origins(key, shown.scope, found.months),
        cases=_cases(shown, found.months),
        performers=_performers(shown, categories),
    )


@kept(8)
def _origins(key: costing_reads.Key, scope: Scope, months: tuple[int, ...]) -> pd.DataFrame:
    parts = []
    for month in months:
        known = costing_reads.facts(key, scope, month).departments
        categories = dict(zip(known["department"], known["category"], strict=True))
        found = costing_reads.allocated_in(key, scope, month, profit_reads.Asked().method)
        parts.append(results.by_category(found, categories))
    return pd.concat(parts).groupby(level=0, sort=True).sum().astype("int64")


def _cases(shown: View, months: tuple[int, ...]) -> Cases | None:
    """The disease groups of these months, top-down; None without cases."""
    found = group_reads.period(shown, "days", months)
    if found is None:
        return None
    pools = [group_reads.sides(shown, month) for month in found.months]
    parts = pd.concat([one.pools for one in pools if one is not None])
    parts = parts.groupby(["department", "part"])["inpatient"].sum().reset_index()
    known = group_reads.group_rows(shown)
    left = listed(month_name(month) for month in found.left_out)
    return Cases(
        found.costed,
        parts,
        {code: row["name"] for code, row in known.items()},
        {code: row["system"] for code, row in known.items()},
        t("official.cases.left_out", months=left) if left else "",
    )


def _performers(shown: View, categories: dict[str, str]) -> tuple[Performer, ...]:
    """Medical-technical departments that spent something, by code."""
    known = set(examination_reads.departments(shown))
    found = []
    for code in sorted(code for code, category in categories.items() if category == "medical_tech"):
        one = examination_reads.examined(shown, code) if code in known else None
        if one is None:
            whole = examination_reads.pool(shown, code)
            told = Performer(code, whole, float("nan"), pd.DataFrame())
        else:
            names = [examination_reads.item_name(shown, kind) for kind in one.rows["kind"]]
            told = Performer(code, one.whole_fen, one.pool_fen, one.rows.assign(name=names))
        if told.whole_fen:
            found.append(told)
    return tuple(found)


def _hospital(shown: View) -> str:
    own = next(one for one in reads.hospitals() if one["id"] == shown.hospital_id)
    return pick(own["name_zh"], own["name_en"])
