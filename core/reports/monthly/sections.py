"""The sections that hold figures against the past: a sentence, a chart, a table, departments."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd

from core.analysis.blocked import tables_of
from core.charts.overview import Trend
from core.charts.report import bars_on_paper, trend_on_paper
from core.formats import MISSING, listed, month_date, month_name, months_name
from core.hospital.calendar import compare
from core.months import add_months, month_range
from core.reports.documents.blocks import Block, Column, Note, Number, Paragraph, Picture, Table
from core.reports.monthly import wording
from core.reports.monthly.figures import history, missed, movers
from core.reports.monthly.material import Material
from core.reports.monthly.plan import MISSED, MOVERS, TREND, Plan
from core.reports.monthly.wording import Named, named, said
from core.words import pick, t

Row = dict[Any, Any]
_NAMED = 4
"""Of missed figures, at most so many are named in the sentence."""


def figures_section(material: Material, plan: Plan) -> list[Block]:
    """Blocks of a section; why there are none where the hospital has no such figures."""
    rows = [material.whole[code] for code in plan.lines]
    told = [row for row in rows if not math.isnan(row["value"])]
    if not told:
        return [Paragraph(nothing(material, plan))]
    blocks: list[Block] = [Paragraph(sentence(material, plan))]
    blocks += trend_picture(material, plan)
    catalog = material.catalog
    lines = tuple(wording.cells(catalog, row) for row in told)
    blocks.append(Table(t("report.table.figures"), wording.columns(), lines))
    blocks += _footnotes(material, plan, rows)
    if plan.movers:
        blocks += _movers(material, plan.movers)
    if plan.judged:
        blocks += _missed(material, plan)
    return blocks


def nothing(material: Material, plan: Plan) -> str:
    """Why a section is empty: it does not apply, or these tables did not come."""
    reasons = {material.whole[code]["reason"] for code in plan.lines}
    if reasons == {"not_applicable"}:
        return t("report.nothing.applies")
    catalog = material.catalog
    wanted: set[str] = set()
    for code in plan.lines:
        if code in catalog.measures:
            wanted.add(str(catalog.measures[code].source.table))
        else:
            wanted |= tables_of(catalog, catalog.indicators[code])
    names = [pick(*material.tables[code]) for code in sorted(wanted) if code in material.tables]
    return t("report.nothing.tables", month=month_name(material.month), tables=listed(names))


def sentence(material: Material, plan: Plan) -> str:
    """The main figures with their changes, then how many are met and which are missed."""
    catalog = material.catalog
    rows = [material.whole[code] for code in plan.lead]
    told = [row for row in rows if not math.isnan(row["value"])]
    said_of = [wording.clause(catalog, row) for row in told]
    first = t("report.semicolon").join(said_of) + t("report.stop") if said_of else ""
    judged = [material.whole[code] for code in plan.lines]
    bad = [row for row in judged if row["state"] == "bad"]
    good = sum(row["state"] == "good" for row in judged)
    watch = sum(row["state"] == "watch" for row in judged)
    if not bad and not good and not watch:
        return first
    states = t("report.states", good=good, watch=watch, bad=len(bad))
    if bad:
        names = listed(named(catalog, row["indicator"]).name for row in bad[:_NAMED])
        all_named = len(bad) <= _NAMED
        states += t("report.missed_are" if all_named else "report.missed_among", names=names)
    return first + states + t("report.stop")


def trend_picture(material: Material, plan: Plan) -> list[Block]:
    """The trend of the section's first figure that has one, with the year before in grey."""
    months = month_range(add_months(material.month, 1 - TREND), material.month)
    for code in plan.chart:
        past = history(material.facts, code, month_range(add_months(months[0], -12), months[-1]))
        if sum(not math.isnan(past[month]) for month in months) > 1:
            return [
                _trend(material, code, past, months),
                wording.source(material.catalog, code, months),
            ]
    return []


def _trend(
    material: Material, code: str, past: dict[int, float], months: tuple[int, ...]
) -> Picture:
    one, row = named(material.catalog, code), material.whole[code]
    values = [past[month] * one.scale for month in months]
    before = [past[add_months(month, -12)] * one.scale for month in months]
    points = pd.DataFrame(
        {
            "date": [month_date(month) for month in months],
            "month": [month_name(month) for month in months],
            "value": values,
            "before": before,
            "text": [said(material.catalog, code, past[month]) for month in months],
            "text_before": MISSING,
        }
    )
    target = wording.bounds(material.catalog.indicators.get(code), row)
    about = Trend(
        unit=one.unit,
        decimals=0 if max(abs(v) for v in values if not math.isnan(v)) >= 100 else 1,
        low=row["low"],
        high=row["high"],
        bounds=t("chart.target_line", target=target) if target else "",
        chosen=(month_date(material.month),),
    )
    alt = _trend_sentence(material, code, past, months)
    columns = (Column(t("chart.month")), Column(t("chart.value"), "number", one.unit))
    cells = tuple((month_name(month), one.number(past[month])) for month in months)
    return Picture(trend_on_paper(points, about), alt, Table("", columns, cells))


def _trend_sentence(
    material: Material, code: str, past: dict[int, float], months: tuple[int, ...]
) -> str:
    """Where the last value stands among the months shown."""
    known = [month for month in months if not math.isnan(past[month])]
    values = [past[month] for month in known]
    higher = sum(value > values[-1] for value in values)
    lower = sum(value < values[-1] for value in values)
    return t(
        "trend.highest" if not higher else "trend.lowest" if not lower else "trend.among",
        indicator=named(material.catalog, code).name,
        month=month_name(known[-1]),
        value=said(material.catalog, code, values[-1]),
        count=len(known),
        place=higher + 1,
        mean=said(material.catalog, code, sum(values) / len(values)),
    )


def _footnotes(material: Material, plan: Plan, rows: list[Row]) -> list[Block]:
    """The festival in January and February; what is left out because nothing is known of it."""
    notes: list[Block] = []
    if material.month % 100 in (1, 2):
        last = max(material.facts.cube.months)
        now = compare("month", material.month, "janfeb", last).now
        lead = [material.whole[code] for code in plan.lead]
        text = wording.spring(material.catalog, lead, now) if len(now) > 1 else ""
        notes.append(Note(text or t("report.spring.alone")))
    lost = [row for row in rows if math.isnan(row["value"])]
    if lost:
        names = listed(
            f"{named(material.catalog, row['indicator']).name} "
            f"({t('catalog.reason.' + (row['reason'] or 'no_data'))})"
            for row in lost
        )
        notes.append(Note(t("report.left_out", names=names)))
    return notes


def _movers(material: Material, code: str) -> list[Block]:
    """Departments that moved most since the same month last year: bars and a table."""
    one = named(material.catalog, code)
    own = material.own[material.own["indicator"] == code]
    rows = movers(own, MOVERS).to_dict("records")
    if not rows:
        return []
    unit = one.unit
    names = ("value", "year_then", "moved")
    columns = (
        Column(t("column.department"), width=2),
        *(Column(t(f"report.column.{name}"), "number", unit) for name in names),
        Column(t("report.column.year"), "number"),
    )
    cells = tuple(
        (
            material.place(row["department"]),
            one.number(row["value"]),
            one.number(row["year_then"]),
            Number(row["moved"] * one.scale, one.decimals, signed=True),
            wording.change(one, row, "year"),
        )
        for row in rows
    )
    title = t("report.table.movers", name=one.name)
    table = Table(title, columns, cells)
    note = wording.source(material.catalog, code, (material.month,))
    return [table, replace(_bars(material, one, rows), figures=table), note]


def _bars(material: Material, one: Named, rows: list[Row]) -> Picture:
    """The same as bars; the one that moved most is named."""
    bars = pd.DataFrame(
        {
            "name": [material.place(row["department"]) for row in rows],
            "value": [row["moved"] * one.scale for row in rows],
            "subject": [row["moved"] > 0 for row in rows],
        }
    )
    bars["text"] = [Number(value, one.decimals, signed=True).text for value in bars["value"]]
    most = max(bars.to_dict("records"), key=lambda bar: abs(bar["value"]))
    alt = t(
        "report.movers.alt",
        name=one.name,
        department=most["name"],
        change=most["text"],
        unit=one.unit,
    )
    return Picture(bars_on_paper(bars, one.unit), alt)


def _missed(material: Material, plan: Plan) -> list[Block]:
    """Departments that miss a target of the section, the furthest first."""
    own = material.own[material.own["indicator"].isin(plan.lines)]
    rows = missed(own, MISSED).to_dict("records")
    count = int((own["state"] == "bad").sum())
    if not rows:
        return []
    columns = (
        Column(t("column.department"), width=1.6),
        Column(t("report.column.indicator"), width=2.2),
        Column(t("report.column.unit")),
        Column(t("report.column.value"), "number"),
        Column(t("report.column.year"), "number", width=1.2),
        Column(t("report.column.target"), "number", width=1.2),
    )
    cells = []
    for row in rows:
        one = named(material.catalog, row["indicator"])
        cells.append(
            (
                material.place(row["department"]),
                one.name,
                one.unit,
                one.number(row["value"]),
                wording.change(one, row, "year"),
                wording.bounds(material.catalog.indicators.get(one.code), row),
            )
        )
    title = t("report.table.missed", count=count, shown=len(rows))
    return [Table(title, columns, tuple(cells))]


def comparison_months(material: Material) -> str:
    """Which months the columns hold, for the small print."""
    year = month_range(material.month // 100 * 100 + 1, material.month)
    return t(
        "report.columns_are",
        before=month_name(add_months(material.month, -1)),
        year=month_name(material.month - 100),
        ytd=months_name(year),
    )
