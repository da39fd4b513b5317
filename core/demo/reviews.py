"""Rounds of judging in the demo hospital: one with a disagreement, and four plans to compare."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.catalog.model import Catalog, Indicator
from core.demo.parameters import FOLDER
from core.demo.plans import FEN_PER_YUAN, lines_before
from core.months import add_months
from core.planning.goals.actuals import baseline_of
from core.planning.goals.model import Baseline, Goal, Milestone, Plan
from core.planning.goals.records import Change, add_goals, add_plan, plans
from core.planning.reviews.model import Member, Round, Sheet, asked
from core.planning.reviews.records import (
    add_note,
    open_round,
    release,
    rounds,
    score_again,
    submit,
)
from core.planning.rubric import Rubric, load_rubric
from core.store.engine import Actor, Store

RUBRIC = Path(FOLDER).parent / "planning"
PLACE = ("OP020", "0503")
"""What the four plans want to raise: operations of the day-surgery centre."""
Scores = dict[str, list[int]]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Model):
    item: str
    who: str
    text: str


class Main(_Model):
    name: str
    conflict: dict[str, str]
    first: Scores
    second: Scores
    note: tuple[Said, ...]


class Other(_Model):
    name: str
    budget_yuan: int
    percent: float
    scores: Scores


class Written(_Model):
    """data/demo/reviews.toml."""

    main: Main
    other: tuple[Other, ...]


@cache
def written() -> Written:
    """What the file says."""
    return Written(**tomllib.loads((FOLDER / "reviews.toml").read_text(encoding="utf-8")))


def make_reviews(store: Store, actor: Actor, hospital_id: int, catalog: Catalog, last: int) -> None:
    """Rounds of the demo's plans; nothing where there are rounds already, or no plan."""
    known = plans(store, hospital_id)
    if rounds(store, hospital_id) or not known:
        return
    rubric = load_rubric(RUBRIC)
    _judge_main(store, actor, (hospital_id, known[0].id), rubric)
    line = lines_before(store, hospital_id, catalog, add_months(last, 1), {PLACE})[PLACE]
    base = baseline_of(line, add_months(last, -11), last)
    for other in written().other:
        goal = _goal(catalog.indicators[PLACE[0]], base, last, other)
        plan_id = _add_other(store, actor, hospital_id, goal, other)
        _judge_other(store, actor, (hospital_id, plan_id), rubric, other)


def _judge_main(store: Store, actor: Actor, place: tuple[int, int], rubric: Rubric) -> None:
    """First scores, released, talked over, scored again."""
    given = written().main
    people = [Member(name) for name in given.first]
    people += [Member(name, why) for name, why in given.conflict.items()]
    draft = Round(place[1], given.name, "full", tuple(people), rubric.weights)
    spot = (place[0], open_round(store, actor, place[0], draft))
    codes = asked(rubric, "full")
    _hand_in(store, spot, 1, codes, given.first)
    release(store, actor, spot, 1)
    for note in given.note:
        add_note(store, Actor(note.who, actor.origin), spot, note.item, note.text)
    score_again(store, actor, spot, 2)
    _hand_in(store, spot, 2, codes, given.second)
    release(store, actor, spot, 3)


def _hand_in(
    store: Store, spot: tuple[int, int], turn: int, codes: tuple[str, ...], given: Mapping
) -> None:
    for name, scores in given.items():
        told = {code: float(score) for code, score in zip(codes, scores, strict=True)}
        submit(store, Actor(name, "demo"), spot, Sheet(name, turn, told), codes)


def _add_other(store: Store, actor: Actor, hospital_id: int, goal: Goal, other: Other) -> int:
    """A plan of two years with one measured goal."""
    plan = Plan(0, other.name, goal.start, goal.due, "", goal.budget_fen, "draft", 1)
    plan_id = add_plan(store, actor, hospital_id, plan)
    add_goals(store, actor, (hospital_id, plan_id), [Change(goal)])
    return plan_id


def _goal(known: Indicator, base: Baseline | None, last: int, other: Other) -> Goal:
    first = (last // 100 + 1) * 100 + 1
    return Goal(
        f"日间手术中心手术台次增加 {other.percent:g}%",
        side="scale",
        indicator=PLACE[0],
        department=PLACE[1],
        direction="raise",
        basis="percent",
        target=other.percent,
        unit=known.unit,
        baseline=base,
        weight=100,
        owner="运营 林晓",
        start=first,
        due=add_months(first, 23),
        milestones=(
            Milestone(add_months(first, 5), "半年评估"),
            Milestone(add_months(first, 11), "年度考评"),
        ),
        source=known.data_source.zh,
        collector=known.owner.zh,
        frequency="month",
        budget_fen=other.budget_yuan * FEN_PER_YUAN,
        measures=other.name.partition("：")[2],
    )


def _judge_other(
    store: Store, actor: Actor, place: tuple[int, int], rubric: Rubric, other: Other
) -> None:
    people = tuple(Member(name) for name in other.scores)
    draft = Round(place[1], f"{other.name[:10]}快评", "quick", people, rubric.weights)
    spot = (place[0], open_round(store, actor, place[0], draft))
    _hand_in(store, spot, 1, asked(rubric, "quick"), other.scores)
    release(store, actor, spot, 1)
