"""The whole report as one document: its head, nine sections with comments, sources, definitions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.formats import moment_text, month_name
from core.reports.documents.blocks import (
    Block,
    Column,
    Document,
    Heading,
    Note,
    Number,
    Paragraph,
    Quote,
    Table,
)
from core.reports.monthly.material import Material
from core.reports.monthly.plan import SECTIONS, Plan
from core.reports.monthly.sections import comparison_months, figures_section
from core.reports.monthly.special import budget_section, equipment_section, matters_section
from core.reports.monthly.wording import named
from core.words import pick, t

_NUMBERS_ZH = "一二三四五六七八九"


@dataclass(frozen=True)
class Comment:
    """What somebody wrote under a section: a version of it."""

    section: str
    number: int
    text: str
    who: str
    at: dt.datetime


@dataclass(frozen=True)
class Imprint:
    """Who made the report, which edition it is, and whether it stands."""

    status: str
    edition: int
    prepared_by: str
    reviewed_by: str
    at: dt.datetime
    comments: Mapping[str, Comment] = field(default_factory=dict)
    """The newest by section."""


def title_of(plan: Plan, place: int) -> str:
    """一、工作量; 1. Workload."""
    name = t(f"report.section.{plan.code}")
    return pick(f"{_NUMBERS_ZH[place]}、{name}", f"{place + 1}. {name}")


def document(material: Material, imprint: Imprint) -> Document:
    """The report in the session's language."""
    blocks: list[Block] = [Paragraph(_summary(material)), Note(comparison_months(material))]
    for place, plan in enumerate(SECTIONS):
        blocks.append(Heading(title_of(plan, place), code=plan.code))
        blocks += section(material, plan)
        comment = imprint.comments.get(plan.code)
        if comment is not None and comment.text:
            by = t("report.comment.by", who=comment.who, at=moment_text(comment.at))
            blocks.append(Quote(comment.text, by))
    blocks += [*_sources(material), *_definitions(material)]
    title = t("report.document", month=month_name(material.month))
    return Document(title, _lines(material, imprint), tuple(blocks))


def section(material: Material, plan: Plan) -> list[Block]:
    """Blocks of one section."""
    special = {
        "equipment": equipment_section,
        "budget": budget_section,
        "matters": matters_section,
    }
    return special.get(plan.code, figures_section)(material, plan)


def _summary(material: Material) -> str:
    """How many indicators of the report are met, watched and missed."""
    states = [row["state"] for row in material.whole.values()]
    counts = {state: states.count(state) for state in ("good", "watch", "bad")}
    if not any(counts.values()):
        return t("report.summary.none", month=month_name(material.month))
    return t("report.summary", month=month_name(material.month), **counts)


def _lines(material: Material, imprint: Imprint) -> tuple[str, ...]:
    """Hospital, status and people, date of the data."""
    status = t(
        f"report.status.{imprint.status}", edition=imprint.edition, at=moment_text(imprint.at)
    )
    people = t(
        "report.people",
        prepared=imprint.prepared_by or t("report.nobody"),
        reviewed=imprint.reviewed_by or t("report.nobody"),
    )
    data = t("data.through", month=month_name(max(material.facts.cube.months)))
    if material.newest:
        data += t(
            "data.batch",
            batch=material.newest["batch"],
            table=pick(*material.newest["title"]),
            at=moment_text(material.newest["at"]),
            who=material.newest["who"],
        )
    return pick(*material.hospital), status, people, data


def _sources(material: Material) -> list[Block]:
    """Which import brought each table of the month."""
    columns = (
        Column(t("report.column.table"), width=2),
        Column(t("report.column.rows"), "number"),
        Column(t("report.column.batch"), "number"),
        Column(t("report.column.at"), width=1.4),
        Column(t("report.column.who"), width=1.4),
    )
    rows = tuple(
        (
            pick(*one["title"]),
            Number(one["rows"]),
            Number(one["batch"]),
            moment_text(one["at"]) if one["at"] is not None else "—",
            one["who"] or "—",
        )
        for one in material.sources
    )
    heading = Heading(t("report.section.sources"), code="sources")
    note = Note(t("report.sources.note", month=month_name(material.month)))
    return [heading, note, Table("", columns, rows)] if rows else [heading, note]


def _definitions(material: Material) -> list[Block]:
    """How every indicator shown is computed, from which source, and what is unconfirmed."""
    catalog = material.catalog
    codes = dict.fromkeys(code for plan in SECTIONS for code in plan.lines)
    columns = (
        Column(t("report.column.code"), width=0.7),
        Column(t("report.column.indicator"), width=1.6),
        Column(t("report.column.unit"), width=0.7),
        Column(t("column.formula"), width=3.2),
        Column(t("column.source"), width=1.8),
    )
    rows = []
    for code in codes:
        if code in catalog.measures or math.isnan(material.whole[code]["value"]):
            continue
        indicator, one = catalog.indicators[code], named(catalog, code)
        marked = indicator.recalled and "待核对" not in indicator.source
        mark = t("report.recalled") if marked else ""
        formula = pick(indicator.formula_text.zh, indicator.formula_text.en)
        rows.append((code, one.name, one.unit, formula, f"{indicator.source}{mark}"))
    return [
        Heading(t("report.section.definitions"), code="definitions"),
        Note(t("report.definitions.note")),
        Table("", columns, tuple(rows)),
    ]
