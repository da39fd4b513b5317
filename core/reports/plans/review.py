"""The result of a round in words, as a table, and as a document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.formats import MISSING, listed, moment_text, number
from core.planning.reviews.model import Round
from core.planning.reviews.results import Agreement, Improvement, Result, criterion_of
from core.planning.rubric import Rubric
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
from core.words import pick, t


def name_of(rubric: Rubric, code: str) -> str:
    """A sub-item or a criterion."""
    one = rubric.items.get(code) or rubric.criteria[code]
    return pick(one.name.zh, one.name.en)


def improvement_words(one: Improvement, rubric: Rubric) -> str:
    """补齐目标 16 的第一责任人，“责任与权限”可多得 2.6 分."""
    if one.kind == "gap":
        return t(
            "reviews.improve.gap",
            checks=listed(t(f"plan.check.{check}") for check in one.checks),
            goals=listed(str(goal) for goal in one.goals),
            item=name_of(rubric, one.code),
            gain=number(one.gain, 1),
        )
    item = rubric.items.get(one.code)
    best = pick(item.a5.zh, item.a5.en) if item else t("reviews.improve.criterion")
    return t(
        "reviews.improve.level",
        item=name_of(rubric, one.code),
        best=best,
        gain=number(one.gain, 1),
    )


def agreement_words(one: Agreement) -> tuple[str, ...]:
    """Each measure with what it means; why none can be told."""
    if one.level == "unknown":
        return (t(f"reviews.agree.{one.reason or 'unknown'}"),)
    if one.decides == "alpha":
        return (t("reviews.agree.alpha", value=number(one.alpha, 2)),)
    return (
        t("reviews.agree.icc", one=number(one.icc, 2), mean=number(one.icc_mean, 2)),
        t("reviews.agree.w", w=number(one.w, 2), p=_chance(one.p)),
        t("reviews.agree.alpha", value=number(one.alpha, 2)),
    )


def _chance(p: float) -> str:
    if math.isnan(p):
        return MISSING
    return "<0.001" if p < 0.001 else f"={p:.3f}"


def score_lines(found: Result, rubric: Rubric) -> pd.DataFrame:
    """A row an item: mean, spread, cap with its reason, points of how many."""
    return pd.DataFrame(
        [
            {
                t("reviews.column.criterion"): _criterion(rubric, one.code),
                t("reviews.column.item"): name_of(rubric, one.code),
                t("reviews.column.mean"): number(one.mean, 2),
                t("reviews.column.spread"): number(one.spread),
                t("reviews.column.capped"): number(one.capped, 2),
                t("reviews.column.cap"): _cap(one.cap, one.because),
                t("reviews.column.points"): number(one.score, 2),
                t("reviews.column.full"): number(one.points, 2),
            }
            for one in found.items
        ]
    )


def _criterion(rubric: Rubric, code: str) -> str:
    one = rubric.criteria[criterion_of(rubric, code)]
    return pick(one.name.zh, one.name.en)


def _cap(cap: float, because: Sequence[str]) -> str:
    if math.isnan(cap):
        return MISSING
    return t("reviews.capped", most=f"{cap:.3g}", checks=listed(because))


def document(
    about: tuple[str, Round],
    results: tuple[Result, Result | None],
    rubric: Rubric,
    notes: Sequence[Mapping[Any, Any]],
) -> Document:
    """The result as a document.

    about: the plan's name and the round; results: the last, and the first where scored again.
    """
    (plan, one), (found, first) = about, results
    grade = t(f"reviews.grade.{found.grade}")
    said = t("reviews.document.score", score=number(found.score, 1), grade=grade)
    blocks: list[Block] = [Paragraph(said), *_uncapped(found)]
    if first is not None:
        told = t(
            "reviews.turns",
            first=number(first.score, 1),
            second=number(found.score, 1),
            before=number(first.agreement.icc, 2),
            after=number(found.agreement.icc, 2),
        )
        blocks.append(Paragraph(told))
    blocks += [Heading(t("reviews.tab.result")), _table(found, rubric)]
    blocks += [Heading(t("reviews.improvements"), 2)]
    blocks += [Paragraph(f"· {improvement_words(item, rubric)}") for item in found.improvements]
    strong = listed(name_of(rubric, code) for code in found.strengths)
    blocks += [Heading(t("reviews.strengths"), 2), Paragraph(strong or MISSING)]
    blocks += [Heading(t("reviews.tab.agreement"))]
    blocks += [Paragraph(f"· {line}") for line in agreement_words(found.agreement)]
    for note in notes:
        by = f"{note['who']} {moment_text(note['at'])} {name_of(rubric, note['item'])}"
        blocks.append(Quote(note["text"], by))
    blocks.append(Note(rubric.source))
    people = listed(one.judging)
    out = listed(f"{m.name}（{m.conflict}）" for m in one.members if m.conflict)
    lines = [t("reviews.document.plan", plan=plan), t("reviews.document.people", people=people)]
    if out:
        lines.append(t("reviews.document.out", people=out))
    return Document(one.name, tuple(lines), tuple(blocks))


def _uncapped(found: Result) -> list[Block]:
    """What caps took, where they took something."""
    if found.uncapped <= found.score:
        return []
    return [Paragraph(t("reviews.document.uncapped", score=number(found.uncapped, 1)))]


def _table(found: Result, rubric: Rubric) -> Table:
    columns = (
        Column(t("reviews.column.item"), width=2.6),
        Column(t("reviews.column.mean"), "number"),
        Column(t("reviews.column.spread"), "number"),
        Column(t("reviews.column.capped"), "number"),
        Column(t("reviews.column.cap"), width=1.6),
        Column(t("reviews.column.points"), "number"),
        Column(t("reviews.column.full"), "number"),
    )
    rows = tuple(
        (
            name_of(rubric, one.code),
            Number(one.mean, 2),
            Number(one.spread),
            Number(one.capped, 2),
            _cap(one.cap, one.because),
            Number(one.score, 2),
            Number(one.points, 2),
        )
        for one in found.items
    )
    return Table("", columns, rows)
