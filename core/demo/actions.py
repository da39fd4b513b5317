"""A year of improvement actions of the demo hospital, consistent with its planted stories.

Titles, people and histories are invented (data/demo/actions.toml); whether an action worked is
worked out from the hospital's figures like any other.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.before_after import before_after
from core.analysis.control import direction_of
from core.analysis.series import all_series
from core.catalog.cube import cube_of
from core.catalog.model import Catalog
from core.catalog.needs import needed
from core.control.actions.effect import Aim, Judged, judged, start_of
from core.control.actions.made.records import Done, Made, store_made
from core.control.actions.model import Draft, Origin
from core.control.actions.reads.records import newest
from core.control.actions.rows import Move
from core.control.actions.rules import rules
from core.frames import Scope
from core.hospital.records import departments, facts
from core.months import LOCAL, add_months, days_in_month, month_of
from core.store.engine import Actor, Store

FILE = Path(__file__).resolve().parents[2] / "data" / "demo" / "actions.toml"
SEED = 20260107
MONTHS = 12
_KINDS = {"CK": "finding", "IN": "incident", "CO": "cost", "EQ": "finding"}


def make_actions(
    store: Store, actor: Actor, catalog: Catalog, hospital_id: int, months: tuple[int, int]
) -> None:
    """A year of actions up to the last month with figures; nothing where there are some already."""
    if newest(store, hospital_id)[0]:
        return
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    codes = [one["indicator"] for one in told["planted"] if any("last" in s for s in one["steps"])]
    figures = _Figures(store, catalog, Scope(hospital_id, *months), codes)
    made = [_planted(entry, months[1], figures) for entry in told["planted"]]
    made += _routine(told, months[1])
    store_made(store, actor, hospital_id, sorted(made, key=lambda one: one.at))


class _Figures:
    """What the signal says of an action's indicator."""

    def __init__(self, store: Store, catalog: Catalog, scope: Scope, codes: list[str]) -> None:
        own, asked = departments(store, scope), needed(catalog, codes)
        cube = cube_of(facts(store, scope, asked), catalog, own)
        self.catalog = catalog
        self.series = all_series(catalog, codes, cube, scope.months, "department")
        self.series |= all_series(catalog, codes, cube, scope.months, "hospital")

    def judged(self, draft: Draft, done: dt.datetime) -> Judged:
        """Of its department, else of the hospital."""
        indicator, found = self.catalog.indicators[draft.indicator], self.series
        place = draft.department if (draft.indicator, draft.department) in found else ""
        start = start_of(done)
        drawn = before_after(
            found[draft.indicator, place], indicator, start, rules().effect.base_months
        )
        aim = Aim(draft.indicator, place, direction_of(indicator), start, draft.periods)
        return judged(aim, drawn.chart, drawn.chart.marks, (drawn.before, drawn.after))


def _planted(entry: dict[str, Any], last: int, figures: _Figures) -> Made:
    """An action of the file."""
    begun = _moment(add_months(last, -entry["month"]), entry["day"])
    codes = {"month": add_months(last, -entry["month"] - 1)} if entry["origin"] == "signal" else {}
    draft = Draft(
        entry["title"],
        entry["department"],
        Origin(entry["origin"], entry["key"], codes),
        entry["severity"],
        entry["problem"],
        entry["expected"],
        entry.get("indicator", ""),
        entry.get("owner", ""),
        tuple(entry.get("helpers", ())),
        entry.get("verifier", ""),
        rules().due(entry["severity"], begun.date()),
        entry.get("periods", rules().effect.periods),
    )
    end = _moment(last, days_in_month(last))
    steps, done = [], begun
    for step in entry["steps"]:
        at = end if step.get("last") else begun + dt.timedelta(days=step["after"], hours=1)
        if step["move"] == "conclude":
            steps.append(Done(figures.judged(draft, done), step["who"], at))
            continue
        done = at if step["move"] == "submit" else done
        steps.append(Done(Move(step["move"], step.get("text", "")), step["who"], at))
    if "again" in entry:
        steps.append(_again(draft, entry, last))
    return Made(draft, entry["raised_by"], begun, tuple(steps))


def _again(draft: Draft, entry: dict[str, Any], last: int) -> Done:
    """It was found again, and is opened again."""
    again = entry["again"]
    at = _moment(add_months(last, -again["month"]), again["day"])
    origin = Origin(draft.origin.kind, draft.origin.key, {"month": month_of(at)})
    told = Draft(draft.title, draft.department, origin, draft.severity, again["problem"])
    return Done(told, entry["raised_by"], at)


def _routine(told: dict[str, Any], last: int) -> Iterator[Made]:
    """Findings of a year, a few a month, each once a department; drawn from a fixed seed."""
    plan, rng = told["routine_plan"], np.random.default_rng(SEED)
    pairs = [(one, place) for one in told["routine"] for place in plan["departments"]]
    order = iter(rng.permutation(len(pairs)))
    end = _moment(last, days_in_month(last))
    for offset in range(MONTHS, -1, -1):
        month = add_months(last, -offset)
        latest = days_in_month(month) if offset else plan["last_month_day"]
        for _ in range(plan["a_month"] if offset else plan["last_month"]):
            entry, place = pairs[int(next(order))]
            begun = _moment(month, int(rng.integers(1, latest + 1)))
            yield _found(entry, place, begun, (plan, rng, end))


def _found(
    entry: dict[str, Any],
    place: str,
    begun: dt.datetime,
    drawn: tuple[dict[str, Any], np.random.Generator, dt.datetime],
) -> Made:
    plan, rng, end = drawn
    numbers = {"seen": int(rng.integers(8, 21)), "bad": int(rng.integers(2, 5))}
    due = rules().due(entry["severity"], begun.date())
    draft = Draft(
        entry["title"],
        place,
        Origin(_KINDS[entry["key"][:2]], entry["key"], {"month": month_of(begun)}),
        entry["severity"],
        entry["problem"].format(**numbers),
        owner=entry["owner"],
        verifier=entry["verifier"],
        due=due,
        periods=rules().effect.periods,
    )
    texts = {name: entry[name].format(**numbers) for name in ("work", "check")}
    lately = begun > end - dt.timedelta(days=plan["left_days"])
    course = _course(draft, begun, texts, (plan, rng, lately))
    steps = [one for one in course if one.at <= end]
    return Made(draft, entry["verifier"], begun, tuple(steps))


def _course(
    draft: Draft,
    begun: dt.datetime,
    texts: dict[str, str],
    drawn: tuple[dict[str, Any], np.random.Generator, bool],
) -> Iterator[Done]:
    """What became of it: void, left open (lately), late, sent back once, or closed in time."""
    plan, rng, lately = drawn
    fate, back = rng.random(), rng.random() < plan["back_share"]
    hours = rules().deadline_days[draft.severity] * 24
    void, left, late = np.cumsum([plan["void_share"], plan["left_share"], plan["late_share"]])
    if fate < void:
        yield Done(Move("void", plan["void_text"]), draft.verifier, _after(begun, hours / 3))
        return
    yield Done(Move("start"), draft.owner, _after(begun, hours / 8))
    if fate < left and lately:
        return
    ready = hours * rng.uniform(1.05, 1.6) if fate < late else hours * rng.uniform(0.3, 0.7)
    yield Done(Move("submit", texts["work"]), draft.owner, _after(begun, ready))
    if back:
        yield Done(Move("send_back", plan["back_text"]), draft.verifier, _after(begun, ready * 1.1))
        ready *= 1.2
        yield Done(Move("submit", plan["again_text"]), draft.owner, _after(begun, ready))
    yield Done(Move("close", texts["check"]), draft.verifier, _after(begun, ready * 1.12))


def _after(begun: dt.datetime, hours: float) -> dt.datetime:
    return begun + dt.timedelta(minutes=round(hours * 60))


def _moment(month: int, day: int) -> dt.datetime:
    """Nine in the morning of a day in Shanghai."""
    return dt.datetime(month // 100, month % 100, day, 9, 0, tzinfo=LOCAL)
