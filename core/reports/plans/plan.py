"""A plan as a document: what stands in it, its goals as a tree, what the checks found."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.catalog.model import Catalog
from core.formats import MISSING, listed, money, month_name, number
from core.planning.goals.checks import Found, gaps
from core.planning.goals.model import SIDES, Goal, Plan, Tree
from core.planning.goals.progress import Standing
from core.reports.documents.blocks import (
    Block,
    Column,
    Document,
    Heading,
    Mark,
    Note,
    Number,
    Paragraph,
    Table,
)
from core.reports.plans.phrases import (
    baseline_words,
    check_words,
    share_words,
    state_words,
    stated_words,
)
from core.words import pick, t


@dataclass(frozen=True)
class Written:
    """All that the document says of a plan."""

    plan: Plan
    tree: Tree
    found: Collection[Found]
    standing: Mapping[int, Standing]
    ceiling: float
    month: int
    catalog: Catalog
    departments: Mapping[str, str]
    """Names by code."""


def document(told: Written) -> Document:
    """The plan by its four sides, then what the checks found."""
    plan = told.plan
    blocks: list[Block] = []
    for side in SIDES:
        numbers = [n for n, _ in told.tree.ordered() if told.tree.goals[n].goal.side == side]
        if numbers:
            blocks += [Heading(t(f"plan.side.{side}")), _goals(told, numbers)]
            blocks += [Heading(t("plan.document.who"), 2), _who(told, numbers)]
            blocks += [Heading(t("plan.document.measured"), 2), _measured(told, numbers)]
            blocks += [Heading(t("goals.milestones"), 2), _steps(told, numbers)]
    blocks += [Heading(t("goals.tab.checks")), *_checks(told)]
    if told.tree.links:
        blocks += [Heading(t("goals.tab.map")), _links(told)]
    span = t("plan.span", first=month_name(plan.first), last=month_name(plan.last))
    budget = MISSING if plan.budget_fen is None else money(plan.budget_fen)
    lines = (
        span,
        t("plan.document.budget", budget=budget),
        t("plan.document.best", best=number(told.ceiling, 1)),
        t("plan.document.month", month=month_name(told.month)),
    )
    return Document(plan.name, lines, tuple(blocks))


def _depth(tree: Tree) -> dict[int, int]:
    return dict(tree.ordered())


def _title(told: Written, number_of_goal: int) -> str:
    indent = "\u2003" * _depth(told.tree)[number_of_goal]
    return f"{indent}{number_of_goal} {told.tree.goals[number_of_goal].goal.title}"


def _goals(told: Written, numbers: list[int]) -> Table:
    columns = (
        Column(t("goals.column.title"), width=3),
        Column(t("goals.field.base"), width=2),
        Column(t("goals.column.target"), width=2),
        Column(t("goals.column.attained"), width=0.8),
        Column(t("goals.column.state"), width=1.1),
    )
    rows = []
    for one in numbers:
        goal, standing = told.tree.goals[one].goal, told.standing[one]
        rows.append(
            (
                _title(told, one),
                baseline_words(goal, told.catalog),
                stated_words(goal, told.catalog),
                share_words(standing.attained),
                Mark(state_words(standing), standing.state),
            )
        )
    return Table("", columns, tuple(rows))


def _who(told: Written, numbers: list[int]) -> Table:
    columns = (
        Column(t("goals.column.title"), width=3),
        Column(t("goals.column.owner"), width=1.2),
        Column(t("goals.field.helpers"), width=1.4),
        Column(t("plan.document.dates"), width=1.8),
        Column(t("goals.field.source"), width=1.4),
        Column(t("plan.document.money"), width=1.4),
    )
    rows = tuple(
        (
            _title(told, one),
            goal.owner or MISSING,
            listed(goal.helpers) or MISSING,
            _dates(goal),
            goal.source or MISSING,
            money(goal.budget_fen) if goal.budget_fen is not None else goal.no_budget or MISSING,
        )
        for one in numbers
        for goal in (told.tree.goals[one].goal,)
    )
    return Table("", columns, rows)


def _measured(told: Written, numbers: list[int]) -> Table:
    """What each goal weighs, by which indicator of whom it is read, and what is changed for it."""
    columns = (
        Column(t("goals.column.title"), width=3),
        Column(t("goals.field.weight"), "number", width=0.8),
        Column(t("goals.field.indicator"), width=1.8),
        Column(t("goals.field.department"), width=1.2),
        Column(t("goals.field.collector"), width=1.2),
        Column(t("goals.field.frequency"), width=0.9),
        Column(t("goals.field.measures"), width=2.4),
    )
    rows = tuple(
        (
            _title(told, one),
            Number(math.nan if goal.weight is None else goal.weight, 1),
            _indicator(told, goal),
            told.departments.get(goal.department, goal.department) or t("scope.whole"),
            goal.collector or MISSING,
            t(f"plan.frequency.{goal.frequency or 'none'}"),
            goal.measures or MISSING,
        )
        for one in numbers
        for goal in (told.tree.goals[one].goal,)
    )
    return Table("", columns, rows)


def _indicator(told: Written, goal: Goal) -> str:
    if not goal.indicator:
        return MISSING
    named = told.catalog.indicators.get(goal.indicator)
    return f"{goal.indicator} {pick(named.name.zh, named.name.en)}" if named else goal.indicator


def _steps(told: Written, numbers: list[int]) -> Table:
    columns = (
        Column(t("goals.column.title"), width=3),
        Column(t("goals.milestone.month"), width=1.1),
        Column(t("goals.milestone.text"), width=3),
        Column(t("goals.milestone.value"), "number", width=1),
        Column(t("goals.milestone.done"), width=1.1),
    )
    rows = tuple(
        (
            _title(told, one).strip(),
            month_name(step.month),
            step.text,
            Number(math.nan if step.value is None else step.value, 2),
            month_name(step.done) if step.done else MISSING,
        )
        for one in numbers
        for step in told.tree.goals[one].goal.milestones
    )
    return Table("", columns, rows)


def _dates(goal: Goal) -> str:
    if not goal.start or not goal.due:
        return MISSING
    return t("plan.span", first=month_name(goal.start), last=month_name(goal.due))


def _checks(told: Written) -> list[Block]:
    found = gaps(told.found)
    if not found:
        return [Paragraph(t("goals.checks.none"))]
    columns = (Column(t("goals.column.title"), width=2), Column(t("goals.check"), width=4))
    rows = tuple(
        (_title(told, number_of_goal).strip(), "\n".join(check_words(one) for one in own))
        for number_of_goal, own in found.items()
    )
    return [Table("", columns, rows), Note(t("plan.document.caps"))]


def _links(told: Written) -> Table:
    goals = told.tree.goals
    columns = (
        Column(t("goals.column.title"), width=3),
        Column(t("goals.map.strength")),
        Column(t("goals.map.supports"), width=3),
    )
    rows = tuple(
        (
            goals[one.goal].goal.title,
            t(f"plan.strength.{one.strength}"),
            goals[one.supports].goal.title,
        )
        for one in told.tree.links
    )
    return Table("", columns, rows)
