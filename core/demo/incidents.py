"""A year of adverse events of the demo hospital, one by one.

Every month's, department's, grade's and type's number is that of the quality counts, which were
drawn before; grades and types are paired here. After the year come some reports of days that no
month has counted yet: they wait for triage.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.control.actions.records import raise_action
from core.control.incidents.analyses.records import analyses, lines
from core.control.incidents.analysis import MEASURE
from core.control.incidents.bulk.records import Batch, Content, has_events, put
from core.control.incidents.definitions import Definitions, load_definitions
from core.control.incidents.grading import number_of
from core.control.incidents.raising import draft_of
from core.control.incidents.records import incidents
from core.demo.drawn import stream
from core.demo.parameters import FOLDER
from core.frames import Scope
from core.hospital.records import facts
from core.months import LOCAL, add_months, days_in_month, first_day, local_date
from core.store.engine import Actor, Store

MONTHS, DESK, NUMBERS = 12, "质控 王蕾", 2**31 - 1
GRADES = {f"events_level{grade}": grade for grade in (1, 2, 3, 4)}
HARM = {1: ("severe", "severe"), 2: ("moderate", "mild"), 3: ("none", "mild"), 4: ("unsafe",) * 2}
JUDGED = {
    1: ("catastrophic", "remote"),
    2: ("major", "uncommon"),
    3: ("moderate", "occasional"),
    4: ("minor", "occasional"),
}
"""Severity and probability of a grade, as the desk of the demo hospital sees them."""
SEVERE, HAZARD = 2, 4
OFFICES = ("07", "08")
"""Departments without patients: of theirs, only what they saw is told."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Model):
    """What is told of one type: sentences by what it did, and where in care it happens."""

    code: str
    stages: dict[str, float]
    harm: list[str]
    none: list[str]
    hazard: list[str]


class Told(_Model):
    """An analysis of one type."""

    type: str
    team: list[str]
    timeline: list[dict[str, str]]
    bones: list[dict[str, str]]
    causes: list[dict[str, Any]]


class Given(_Model):
    kind: str
    note: str
    delay_days_pct: dict[int, float]
    part_pct: dict[str, float]
    near_miss_pct: float
    mild_pct: dict[int, float]
    new_per_day: float
    new_days: int
    type: list[Kind]
    analysis: list[Told]


@cache
def given() -> Given:
    """data/demo/incidents.toml, validated."""
    text = (FOLDER / "incidents.toml").read_text(encoding="utf-8")
    return Given.model_validate(tomllib.loads(text))


@dataclass
class Event:
    """An event before it is written."""

    month: int
    department: str
    grade: int
    type: str
    state: str = "closed"
    latest: dt.date = dt.date.max
    """The last day on which it can have been reported."""
    analysed: bool = False
    row: dict[str, Any] = field(default_factory=dict)


def make_incidents(
    store: Store, actor: Actor, hospital_id: int, last_month: int, seed: int
) -> None:
    """The year up to `last_month`; nothing where there are events already."""
    if has_events(store, hospital_id):
        return
    generator = stream(seed, "incidents")
    scope = Scope(hospital_id, add_months(last_month, 1 - MONTHS), last_month)
    counts = facts(store, scope, [*GRADES, *(f"events_{one.code}" for one in given().type)])
    events = _paired(counts, generator)
    repeated = _repeat(events)
    fresh = _fresh(events, last_month, local_date(store.clock()), generator)
    for event in (*events, *fresh):
        _told(event, generator)
    numbers = generator.choice(NUMBERS, len(events) + len(fresh), replace=False) + 1
    for number, event in zip(numbers, (*events, *fresh), strict=True):
        receipt = hashlib.sha256(f"demo:{seed}:{number}".encode()).hexdigest()
        event.row |= {"id": int(number), "receipt": receipt}
    contents = [*_sentinels(events), *_open(repeated)]
    every = [*events, *fresh]
    rows = [_row(event) for event in every]
    steps = [step for event in every for step in _steps(event)]
    asked = [event for event in every if event.state == "asked"]
    put(store, actor, hospital_id, Batch(rows, steps, _questions(asked, generator), contents))
    _raise(store, hospital_id)


def _raise(store: Store, hospital_id: int) -> None:
    """The measures of the first finished analysis became improvement actions."""
    scope = Scope(hospital_id, 0, 999_999)
    events = incidents(store, scope).set_index("id")
    done = analyses(store, scope)
    done = done[done["state"] == "finished"].sort_values("begun_on")
    if done.empty:
        return
    first = done.iloc[0].to_dict()
    told = lines(store, hospital_id, int(first["id"]))
    event = events.loc[first["incident_id"]].to_dict() | {"id": int(first["incident_id"])}
    for line in told:
        if line.section == MEASURE and _definitions().strength(line.content["measure"]) != "weak":
            cause = next(one for one in told if str(one.id) == line.content["cause"])
            raise_action(
                store,
                Actor(DESK, "start"),
                hospital_id,
                draft_of(int(first["id"]), event, cause, line),
            )


def _paired(counts: pd.DataFrame, generator: np.random.Generator) -> list[Event]:
    """Grades and types of each month and department, paired; harm of one type seldom repeats."""
    used: dict[str, set[str]] = defaultdict(set)
    found = []
    for (when, where), part in counts.groupby(["month", "department"]):
        month, place = int(str(when)), str(where)
        number = dict(zip(part["measure"], part["value"].astype(int), strict=True))
        types = [
            kind.code for kind in given().type for _ in range(number.get(f"events_{kind.code}", 0))
        ]
        generator.shuffle(types)
        grades = [grade for name, grade in GRADES.items() for _ in range(number.get(name, 0))]
        for grade in grades[: len(types)]:
            chosen = _type_for(grade, types, used[place])
            types.remove(chosen)
            if grade <= SEVERE:
                used[place].add(chosen)
            found.append(Event(month, place, grade, chosen))
    return found


def _type_for(grade: int, left: list[str], used: set[str]) -> str:
    """A sentinel event has one that an analysis is told of; harm one that is new there."""
    if grade == 1:
        wanted: Iterable[str] = [one.type for one in given().analysis]
    else:
        wanted = [one for one in left if grade > SEVERE or one not in used]
    return next((one for one in wanted if one in left), left[0])


def _repeat(events: list[Event]) -> Event | None:
    """Make the last harm of a department one that happened there before: a tube, twice."""
    kind = given().analysis[-1].type
    harmed = [event for event in events if event.grade == SEVERE]
    for last in reversed(harmed):
        for first in harmed:
            if first is last or first.department != last.department or first.month >= last.month:
                continue
            if all(_retyped(events, one, kind) for one in (first, last)):
                return last
    return None


def _retyped(events: list[Event], event: Event, kind: str) -> bool:
    """Give the event this type, in exchange with a harmless one of its month and department."""
    if event.type == kind:
        return True
    for other in events:
        place = (other.month, other.department) == (event.month, event.department)
        if place and other.type == kind and other.grade > SEVERE:
            other.type, event.type = event.type, kind
            return True
    return False


def _fresh(
    events: list[Event], last_month: int, today: dt.date, generator: np.random.Generator
) -> list[Event]:
    """Reports of the days after the last month, up to today: some graded, most not."""
    month = add_months(last_month, 1)
    start = first_day(month)
    days = (today - start).days + 1 if today.year * 100 + today.month == month else given().new_days
    found = []
    days = max(0, min(days, given().new_days))
    for day in range(1, days + 1):
        for _ in range(int(generator.poisson(given().new_per_day))):
            like = events[int(generator.integers(len(events)))]
            grade = max(like.grade, 3)
            state = "graded" if day <= given().new_days // 2 else "new"
            event = Event(month, like.department, grade, like.type, state)
            event.latest = start + dt.timedelta(days=days - 1)
            event.row["occurred_on"] = month * 100 + day
            found.append(event)
    for event in found[-3:]:
        event.state = "asked"
    return found


def _told(event: Event, generator: np.random.Generator) -> None:
    """Day, hour, stage, what it did, and the sentence."""
    told, kinds = given(), {one.code: one for one in given().type}
    about = kinds[event.type]
    if "occurred_on" not in event.row:
        day = int(generator.integers(1, days_in_month(event.month) + 1))
        event.row["occurred_on"] = event.month * 100 + day
    kind = "event"
    if event.grade == HAZARD:
        kind = "near_miss" if generator.random() * 100 < told.near_miss_pct else "hazard"
    mild = generator.random() * 100 < told.mild_pct.get(event.grade, 0)
    usual, other = HARM[event.grade]
    sentences = {1: about.harm, 2: about.harm, 3: about.none, 4: about.hazard}[event.grade]
    if event.department.startswith(OFFICES) and event.grade > SEVERE:
        sentences = about.hazard
    days = int(event.row["occurred_on"])
    occurred = dt.date(days // 10_000, days // 100 % 100, days % 100)
    late = int(_one(told.delay_days_pct, generator))
    end = min(event.latest, first_day(add_months(event.month, 1)) - dt.timedelta(days=1))
    event.row |= {
        "kind": kind,
        "harm": other if mild else usual,
        "stage": _one(about.stages, generator),
        "part": _one(told.part_pct, generator),
        "narrative": sentences[int(generator.integers(len(sentences)))],
        "remedy": "",
        "reported_on": number_of(min(occurred + dt.timedelta(days=late), end)),
    }


def _one(shares: dict[Any, float], generator: np.random.Generator) -> Any:
    names, weights = list(shares), np.array(list(shares.values()), dtype=float)
    return names[int(generator.choice(len(names), p=weights / weights.sum()))]


def _row(event: Event) -> dict[str, Any]:
    """The columns of an event; what is not graded yet has no grade."""
    graded = event.state not in ("new", "asked")
    severity, probability = JUDGED[event.grade] if graded else ("", "")
    return event.row | {
        "department": event.department,
        "type": event.type,
        "state": event.state,
        "grade": event.grade if graded else 0,
        "severity": severity,
        "probability": probability,
        "sac": _definitions().score(severity, probability),
        "chosen": False,
        "version": 1 + len(_steps(event)),
    }


@cache
def _definitions() -> Definitions:
    return load_definitions(FOLDER.parent / "incidents" / "incidents.toml")


WAYS = {
    "new": (),
    "asked": ("new", "asked"),
    "graded": ("new", "graded"),
    "closed": ("new", "graded", "closed"),
    "analysing": ("new", "graded", "analysing"),
}
LATER = (1, 9, 30)
"""Days after the report of each step (assumption)."""


def _steps(event: Event) -> list[dict[str, Any]]:
    """What the desk did: grade on the next day, close a week later."""
    way = WAYS[event.state]
    if event.analysed:
        way = ("new", "graded", "analysing", "closed")
    day = _day(event.row["reported_on"])
    return [
        {
            "incident_id": event.row["id"],
            "before": before,
            "after": after,
            "note": "",
            "who": DESK,
            "at": dt.datetime.combine(day + dt.timedelta(days=later), dt.time(10), LOCAL),
        }
        for before, after, later in zip(way, way[1:], LATER, strict=False)
    ]


def _questions(asked: list[Event], generator: np.random.Generator) -> list[dict[str, Any]]:
    numbers = generator.choice(NUMBERS, len(asked), replace=False) + 1
    return [
        {
            "id": int(number),
            "incident_id": event.row["id"],
            "place": 1,
            "side": "desk",
            "body": "当时现场有没有别的设备或人员变动？方便的话请补充。",
            "said_on": number_of(_day(event.row["reported_on"]) + dt.timedelta(days=1)),
        }
        for number, event in zip(numbers, asked, strict=True)
    ]


def _sentinels(events: list[Event]) -> list[Content]:
    """Each event of grade I was analysed within its 45 days."""
    kinds = {one.type: one for one in given().analysis}
    first = [event for event in events if event.grade == 1 and event.type in kinds]
    return [_analysis(event, kinds[event.type], finished=True) for event in first]


def _open(event: Event | None) -> list[Content]:
    """The analysis that is going on."""
    if event is None:
        return []
    event.state = "analysing"
    return [_analysis(event, given().analysis[-1], finished=False)]


def _analysis(event: Event, told: Told, finished: bool) -> Content:
    begun = _day(event.row["reported_on"]) + dt.timedelta(days=LATER[1])
    if finished:
        event.analysed = True
    head = {
        "incident_id": event.row["id"],
        "state": "finished" if finished else "open",
        "team": _names(told.team),
        "begun_on": number_of(begun),
        "due_on": number_of(begun + dt.timedelta(days=45)),
        "finished_on": number_of(begun + dt.timedelta(days=21)) if finished else 0,
    }
    causes = [
        cause | {"measures": [one | {"department": event.department} for one in cause["measures"]]}
        for cause in told.causes
    ]
    return Content(head, told.timeline, told.bones, causes)


def _names(team: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in team) + "]"


def _day(number: int) -> dt.date:
    return dt.date(number // 10_000, number // 100 % 100, number % 100)
