"""The five-year plan of the demo hospital: a tree of goals bound to its own figures.

It begins in January of last year; baselines are the twelve months before. Gaps named in
data/demo/plan.toml are left in it on purpose.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.catalog.cube import cube_of
from core.catalog.model import Catalog
from core.catalog.needs import needed
from core.demo.parameters import FOLDER
from core.frames import Scope
from core.hospital.records import departments, facts
from core.months import add_months, month_range
from core.planning.goals.actuals import Line, Subject, baseline_of, joined, lines
from core.planning.goals.model import (
    Aggregation,
    Basis,
    Direction,
    Goal,
    Level,
    Milestone,
    Plan,
    Side,
    Strength,
)
from core.planning.goals.records import (
    Change,
    add_goals,
    add_plan,
    plans,
    save_goal,
    save_links,
    save_plan,
)
from core.store.engine import Actor, Store

YEARS = 5
FEN_PER_YUAN = 100
CHANGED, BEFORE, REASON = "S2", -0.5, "职代会审议后加码：五年目标由 0.5 天提高到 0.8 天"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Model):
    after: int
    text: str
    done: bool


class Planned(_Model):
    """A goal of the file; `flaws` are gaps that are left open."""

    key: str
    parent: str
    level: Level
    side: Side
    title: str
    indicator: str = ""
    department: str = ""
    direction: Direction | Literal[""] = ""
    basis: Basis = "value"
    target: float | None = None
    high: float | None = None
    aggregation: Aggregation = "own"
    weight: float | None = None
    owner: str = ""
    helpers: tuple[str, ...] = ()
    measures: str = ""
    template: str = ""
    budget_yuan: int | None = None
    no_budget: str = ""
    step: tuple[Step, ...] = ()
    flaws: tuple[Literal["milestones", "owner", "source", "baseline", "sum", "all"], ...] = ()


class Linked(_Model):
    goal: str
    supports: str
    strength: Strength


class Written(_Model):
    """data/demo/plan.toml."""

    name: str
    office: str
    budget_yuan: int
    goal: tuple[Planned, ...]
    link: tuple[Linked, ...]


@cache
def written() -> Written:
    """What the file says."""
    return Written(**tomllib.loads((FOLDER / "plan.toml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class _Ground:
    """What goals are made from: the plan's months, the last month, lines of the baseline."""

    catalog: Catalog
    months: tuple[int, ...]
    last: int
    lines: Mapping[Subject, Line]

    @property
    def before(self) -> tuple[int, int]:
        return add_months(self.months[0], -12), add_months(self.months[0], -1)


def make_plan(store: Store, actor: Actor, hospital_id: int, catalog: Catalog, last: int) -> None:
    """The plan of data/demo/plan.toml; nothing where the hospital has a plan already."""
    if plans(store, hospital_id):
        return
    given, first = written(), (last // 100 - 1) * 100 + 1
    months = month_range(first, add_months(first, 12 * YEARS - 1))
    subjects = {(one.indicator, one.department) for one in given.goal if one.indicator}
    ground = _Ground(
        catalog, months, last, lines_before(store, hospital_id, catalog, first, subjects)
    )
    name = f"{months[0] // 100}–{months[-1] // 100} {given.name}"
    budget = given.budget_yuan * FEN_PER_YUAN
    plan = Plan(0, name, months[0], months[-1], given.office, budget, "draft", 1)
    place = (hospital_id, add_plan(store, actor, hospital_id, plan))
    numbers = {one.key: number for number, one in enumerate(given.goal, start=1)}
    add_goals(store, actor, place, list(_changes(given, ground, numbers)))
    _change_one(store, actor, place, _goals(given, ground)[CHANGED], numbers)
    for key in dict.fromkeys(one.goal for one in given.link):
        own = [one for one in given.link if one.goal == key]
        told: list[tuple[int, Strength]] = [(numbers[one.supports], one.strength) for one in own]
        save_links(store, actor, place, numbers[key], told)
    save_plan(store, actor, hospital_id, replace(plan, id=place[1], state="approved"))


def lines_before(
    store: Store, hospital_id: int, catalog: Catalog, first: int, subjects: Collection[Subject]
) -> Mapping[Subject, Line]:
    """Lines of the twelve months before a month."""
    scope = Scope(hospital_id, add_months(first, -12), add_months(first, -1))
    wanted = needed(catalog, tuple(sorted({code for code, _ in subjects})))
    cube = cube_of(facts(store, scope, wanted), catalog, departments(store, scope))
    return lines(catalog, cube, subjects, scope.months)


def _changes(given: Written, ground: _Ground, numbers: Mapping[str, int]) -> Iterator[Change]:
    goals = _goals(given, ground)
    for one in given.goal:
        goal = goals[one.key]
        if one.key == CHANGED:
            goal = replace(goal, target=BEFORE)
        yield Change(goal, numbers.get(one.parent, 0))


def _change_one(
    store: Store, actor: Actor, place: tuple[int, int], goal: Goal, numbers: Mapping[str, int]
) -> None:
    parent = next(one.parent for one in written().goal if one.key == CHANGED)
    change = Change(goal, numbers[parent], REASON)
    save_goal(store, actor, place, (numbers[CHANGED], 1), change)


def _goals(given: Written, ground: _Ground) -> dict[str, Goal]:
    """Goals by key; one that is made of its sub-goals begins where they begin together."""
    made = {one.key: _goal(one, ground) for one in given.goal}
    for one in given.goal:
        if one.aggregation not in ("sum", "ratio"):
            continue
        kids = [kid for kid in given.goal if kid.parent == one.key]
        own = [ground.lines[kid.indicator, kid.department] for kid in kids]
        whole = joined(own, one.aggregation)
        base = baseline_of(whole, *ground.before) if whole else None
        made[one.key] = replace(made[one.key], baseline=base, unit=made[kids[0].key].unit)
    return made


def _goal(one: Planned, ground: _Ground) -> Goal:
    if "all" in one.flaws:
        return Goal(one.title, one.level, one.side, weight=one.weight, owner=one.owner)
    known = ground.catalog.indicators.get(one.indicator)
    line = ground.lines.get((one.indicator, one.department))
    sourced = known is not None and "source" not in one.flaws
    base = baseline_of(line, *ground.before) if line and "baseline" not in one.flaws else None
    budget = None if one.budget_yuan is None else one.budget_yuan * FEN_PER_YUAN
    taken = one.model_dump(exclude={"key", "parent", "flaws", "step", "budget_yuan"})
    return Goal(
        **taken,
        unit=known.unit if known else "",
        baseline=base,
        start=ground.months[0],
        due=ground.months[-1],
        milestones=_milestones(one, ground),
        source=known.data_source.zh if known and sourced else "演示：规划台账" if one.step else "",
        collector=known.owner.zh if known and sourced else "院长办公室" if one.step else "",
        frequency="month" if sourced else "half" if one.step else "",
        budget_fen=budget,
    )


def _milestones(one: Planned, ground: _Ground) -> tuple[Milestone, ...]:
    """Its own steps, else a check at the end of each year but the last."""
    if "milestones" in one.flaws:
        return ()
    if one.step:
        told = [(ground.months[step.after - 1], step.text, step.done) for step in one.step]
    else:
        ends = [month for month in ground.months[:-1] if month % 100 == 12]
        told = [(month, "年度考评", month <= ground.last) for month in ends]
    return tuple(Milestone(month, text, None, month * done) for month, text, done in told)
