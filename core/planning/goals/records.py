"""Plans and goals: read, added, changed at the version seen with a reason, taken out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.months import months_between
from core.planning.goals.model import (
    GOALS,
    LEVELS,
    MOST_WAN,
    STRENGTHS,
    WAN,
    Goal,
    Link,
    Placed,
    Plan,
    Strength,
    Tree,
    from_content,
    to_content,
    tree_of,
)
from core.planning.goals.tables import GoalLink, GoalVersion, PlanGoal, StrategicPlan
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST_NAME, LONGEST_TITLE, LONGEST_REASON = 60, 80, 200
MOST_VALUE = 1e12
"""No figure of a hospital is as large."""
Place = tuple[int, int]
"""Hospital and plan."""


@dataclass(frozen=True)
class Change:
    """What a goal shall say, under which parent, and why."""

    goal: Goal
    parent: int = 0
    reason: str = ""


def plans(store: Store, hospital_id: int) -> tuple[Plan, ...]:
    """The hospital's plans, the oldest first."""
    names = ("id", "name", "first", "last", "office", "budget_fen", "state", "version")
    rows = store.frame(
        select(*columns(StrategicPlan, *names))
        .where(col(StrategicPlan.hospital_id) == hospital_id)
        .order_by(col(StrategicPlan.id))
    )
    rows = rows.astype(object).where(rows.notna(), None)
    return tuple(_plan(row) for row in rows.to_dict("records"))


def _plan(row: dict[Any, Any]) -> Plan:
    budget = row["budget_fen"]
    whole = {name: int(row[name]) for name in ("id", "first", "last", "version")}
    told = {name: row[name] for name in ("name", "office", "state")}
    return Plan(**whole, **told, budget_fen=None if budget is None else int(budget))


def plan_of(store: Store, hospital_id: int, plan_id: int) -> Plan:
    """One plan. DataError E_PLAN where the hospital has none of this number."""
    for plan in plans(store, hospital_id):
        if plan.id == plan_id:
            return plan
    raise DataError("E_PLAN", plan=plan_id)


def add_plan(store: Store, actor: Actor, hospital_id: int, plan: Plan) -> int:
    """A new plan (its id and version are not read); its id. DataError E_PLAN_NAME, E_PLAN_MONTHS,
    E_PLAN_TAKEN, E_PLAN_BUDGET.
    """
    told = _checked(plan)
    with store.write(actor) as work:
        _free(work, hospital_id, told.name)
        row = StrategicPlan(
            hospital_id=hospital_id, **_told(told), who=actor.name, at=store.clock()
        )
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        work.record("plan.add", f"plan:{row.id}", hospital_id, new=_told(told))
        return row.id


def save_plan(store: Store, actor: Actor, hospital_id: int, plan: Plan) -> None:
    """Change the plan at the version it carries. DataError as above; ConflictError E_CONFLICT."""
    told = _checked(plan)
    with store.write(actor) as work:
        row = work.session.get(StrategicPlan, plan.id, with_for_update=True)
        if row is None or row.hospital_id != hospital_id or row.version != plan.version:
            raise ConflictError("E_CONFLICT", stored=row.model_dump() if row else {})
        if row.name != told.name:
            _free(work, hospital_id, told.name)
        old = {name: getattr(row, name) for name in _told(told)}
        for name, value in _told(told).items():
            setattr(row, name, value)
        row.version += 1
        row.who, row.at = actor.name, store.clock()
        work.record("plan.save", f"plan:{plan.id}", hospital_id, old, _told(told))


def tree(store: Store, place: Place) -> Tree:
    """The goals of a plan and their links."""
    hospital_id, plan_id = place
    rows = store.frame(
        select(*columns(PlanGoal, *GOALS.columns))
        .where(
            col(PlanGoal.plan_id) == plan_id,
            col(PlanGoal.hospital_id) == hospital_id,
            ~col(PlanGoal.removed),
        )
        .order_by(col(PlanGoal.number))
    )
    placed = [
        Placed(row["number"], row["parent"], row["version"], goal_in(row["content"]))
        for row in GOALS.check(rows).to_dict("records")
    ]
    links = store.frame(
        select(*columns(GoalLink, "goal", "supports", "strength"))
        .where(col(GoalLink.plan_id) == plan_id, col(GoalLink.hospital_id) == hospital_id)
        .order_by(col(GoalLink.goal), col(GoalLink.supports))
    )
    return tree_of(placed, [Link(**row) for row in links.to_dict("records")])  # type: ignore[misc]


def goal_in(content: str) -> Goal:
    """The goal of a stored content."""
    return from_content(json.loads(content))


def versions(store: Store, place: Place, number: int) -> pd.DataFrame:
    """version, parent, content, reason, who, at of a goal, the newest first."""
    hospital_id, plan_id = place
    names = ("version", "parent", "content", "reason", "who", "at")
    return store.frame(
        select(*columns(GoalVersion, *names))
        .where(
            col(GoalVersion.plan_id) == plan_id,
            col(GoalVersion.hospital_id) == hospital_id,
            col(GoalVersion.number) == number,
        )
        .order_by(col(GoalVersion.version).desc())
    )


def add_goals(
    store: Store, actor: Actor, place: Place, changes: Sequence[Change]
) -> tuple[int, ...]:
    """New goals in one write; their numbers. A parent may be one added before it.

    DataError E_GOAL_TITLE, E_GOAL_PARENT, E_GOAL_LEVEL, E_PLAN, E_GOAL_REASON (an approved plan
    asks for one).
    """
    hospital_id, plan_id = place
    with store.write(actor) as work:
        plan = _owned(work, place)
        for change in changes:
            _reasoned(plan, change.reason)
        last = select(func.max(col(PlanGoal.number))).where(col(PlanGoal.plan_id) == plan_id)
        number = work.session.scalar(last) or 0
        known = {placed.number: placed for placed in _placed(work, place)}
        made: list[int] = []
        for change in changes:
            number += 1
            _fits(change, known, number)
            known[number] = Placed(number, change.parent, 1, change.goal)
            _write(work, place, known[number], change.reason)
            made.append(number)
        told = [[number, known[number].parent, known[number].goal.title] for number in made]
        work.record("goal.add", f"plan:{plan_id}", hospital_id, new={"goals": told})
        return tuple(made)


def save_goal(
    store: Store, actor: Actor, place: Place, seen: tuple[int, int], change: Change
) -> int:
    """Change the goal whose number and version the person saw; its new version.

    DataError E_GOAL_TITLE, E_GOAL_PARENT, E_GOAL_LEVEL, E_GOAL_REASON (an approved plan asks for
    one); ConflictError E_CONFLICT with what is stored when somebody else was first.
    """
    hospital_id, plan_id = place
    with store.write(actor) as work:
        plan = _owned(work, place)
        row = _seen(work, place, seen)
        _reasoned(plan, change.reason)
        known = {placed.number: placed for placed in _placed(work, place)}
        _fits(change, known, row.number)
        old = {"parent": row.parent, **json.loads(row.content)}
        row.parent, row.content = change.parent, _content(change.goal)
        row.version += 1
        row.who, row.at = actor.name, store.clock()
        work.session.add(_version(work, row, change.reason))
        new = {"parent": row.parent, "reason": change.reason, **json.loads(row.content)}
        work.record("goal.save", f"plan:{plan_id} goal:{row.number}", hospital_id, old, new)
        return row.version


def remove_goal(
    store: Store, actor: Actor, place: Place, seen: tuple[int, int], reason: str = ""
) -> None:
    """Take out a goal without sub-goals; its versions stay. DataError E_GOAL_CHILDREN,
    E_GOAL_REASON (an approved plan asks for one).
    """
    hospital_id, plan_id = place
    with store.write(actor) as work:
        plan = _owned(work, place)
        row = _seen(work, place, seen)
        _reasoned(plan, reason)
        if any(placed.parent == row.number for placed in _placed(work, place)):
            raise DataError("E_GOAL_CHILDREN")
        row.removed = True
        row.version += 1
        subject = f"plan:{plan_id} goal:{row.number}"
        told = {"reason": reason.strip()[:LONGEST_REASON]} if reason.strip() else None
        work.record("goal.remove", subject, hospital_id, json.loads(row.content), told)


def save_links(
    store: Store, actor: Actor, place: Place, number: int, links: Sequence[tuple[int, Strength]]
) -> None:
    """The goals that this one also helps, in place of those before. DataError E_GOAL_LINK."""
    hospital_id, plan_id = place
    with store.write(actor) as work:
        _owned(work, place)
        known = {placed.number: placed for placed in _placed(work, place)}
        own = known.get(number)
        for other, strength in links:
            if own is None or other in (number, own.parent) or other not in known:
                raise DataError("E_GOAL_LINK")
            if strength not in STRENGTHS:
                raise ValueError(f"no such strength: {strength}")
        before = select(GoalLink).where(
            col(GoalLink.plan_id) == plan_id, col(GoalLink.goal) == number
        )
        old = {}
        for row in work.session.scalars(before).all():
            old[str(row.supports)] = row.strength
            work.session.delete(row)
        work.session.flush()
        for other, strength in dict(links).items():
            work.session.add(
                GoalLink(
                    plan_id=plan_id,
                    goal=number,
                    supports=other,
                    hospital_id=hospital_id,
                    strength=strength,
                )
            )
        new = {str(other): strength for other, strength in links}
        work.record("goal.link", f"plan:{plan_id} goal:{number}", hospital_id, old, new)


def _owned(work: Work, place: Place) -> StrategicPlan:
    """The plan, locked: writes to one tree follow each other."""
    row = work.session.get(StrategicPlan, place[1], with_for_update=True)
    if row is None or row.hospital_id != place[0]:
        raise DataError("E_PLAN", plan=place[1])
    return row


def _reasoned(plan: StrategicPlan, reason: str) -> None:
    if plan.state == "approved" and not reason.strip():
        raise DataError("E_GOAL_REASON")


def _placed(work: Work, place: Place) -> list[Placed]:
    rows = select(PlanGoal).where(col(PlanGoal.plan_id) == place[1], ~col(PlanGoal.removed))
    return [
        Placed(row.number, row.parent, row.version, goal_in(row.content))
        for row in work.session.scalars(rows).all()
    ]


def _fits(change: Change, known: dict[int, Placed], number: int) -> None:
    title = change.goal.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise DataError("E_GOAL_TITLE", most=LONGEST_TITLE)
    _bounded(change.goal)
    if not change.parent:
        return
    parent = known.get(change.parent)
    inside = {number, *_below(known, number)}
    if parent is None or change.parent in inside:
        raise DataError("E_GOAL_PARENT")
    if LEVELS.index(change.goal.level) < LEVELS.index(parent.goal.level):
        raise DataError("E_GOAL_LEVEL", parent=parent.goal.title)


def _bounded(goal: Goal) -> None:
    """Figures that can be stored, and a weight that is one."""
    if goal.weight is not None and not 0 <= goal.weight <= 100:
        raise DataError("E_GOAL_WEIGHT", weight=f"{goal.weight:g}")
    if not 0 <= (goal.budget_fen or 0) <= MOST_WAN * WAN:
        raise DataError("E_GOAL_BUDGET", most=f"{MOST_WAN:,.0f}")
    base = goal.baseline.value if goal.baseline else 0.0
    for value in (goal.target, goal.high, base, *(step.value for step in goal.milestones)):
        if value is not None and not abs(value) < MOST_VALUE:
            raise DataError("E_GOAL_VALUE")


def _below(known: dict[int, Placed], number: int) -> set[int]:
    found: set[int] = set()
    edge = {number}
    while edge:
        edge = {one.number for one in known.values() if one.parent in edge} - found
        found |= edge
    return found


def _write(work: Work, place: Place, placed: Placed, reason: str) -> None:
    row = PlanGoal(
        plan_id=place[1],
        number=placed.number,
        hospital_id=place[0],
        parent=placed.parent,
        content=_content(placed.goal),
        who=work.actor.name,
        at=work.clock(),
    )
    work.session.add(row)
    work.session.add(_version(work, row, reason))


def _version(work: Work, row: PlanGoal, reason: str) -> GoalVersion:
    return GoalVersion(
        plan_id=row.plan_id,
        number=row.number,
        version=row.version or 1,
        hospital_id=row.hospital_id,
        parent=row.parent,
        content=row.content,
        reason=reason.strip()[:LONGEST_REASON],
        who=work.actor.name,
        at=work.clock(),
    )


def _content(goal: Goal) -> str:
    told = to_content(replace(goal, title=goal.title.strip()))
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _seen(work: Work, place: Place, seen: tuple[int, int]) -> PlanGoal:
    """The goal at this version; ConflictError with what is stored now."""
    row = work.session.get(PlanGoal, (place[1], seen[0]), with_for_update=True)
    if row is None or row.hospital_id != place[0] or row.version != seen[1] or row.removed:
        stored = {}
        if row is not None:
            stored = {"version": row.version, "parent": row.parent, "content": row.content}
            stored |= {"who": row.who, "at": row.at, "removed": row.removed}
        raise ConflictError("E_CONFLICT", stored=stored)
    return row


def _checked(plan: Plan) -> Plan:
    name = " ".join(plan.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise DataError("E_PLAN_NAME", most=LONGEST_NAME)
    if months_between(plan.first, plan.last) < 0:
        raise DataError("E_PLAN_MONTHS")
    if plan.budget_fen is not None and not 0 <= plan.budget_fen <= MOST_WAN * WAN:
        raise DataError("E_PLAN_BUDGET")
    return replace(plan, name=name)


def _told(plan: Plan) -> dict[str, Any]:
    names = ("name", "first", "last", "office", "budget_fen", "state")
    return {name: getattr(plan, name) for name in names}


def _free(work: Work, hospital_id: int, name: str) -> None:
    taken = select(StrategicPlan).where(
        col(StrategicPlan.hospital_id) == hospital_id, col(StrategicPlan.name) == name
    )
    if work.session.scalars(taken).first() is not None:
        raise DataError("E_PLAN_TAKEN", name=name)
