"""A year of inspections of the demo hospital: self-checks, hospital inspections, the committee.

Records are drawn from its own cases by a stored seed; what is found follows from
data/demo/inspections.toml, where one department's self-check flatters, and where infection
control gets better when the infection-control story says so.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.control.checklists import Checklists, load_checklists
from core.control.inspections.drawing import Wanted, digest, drawn
from core.control.inspections.editing import Template
from core.control.inspections.past.records import Filled, Past, has_rounds, store_past
from core.control.inspections.records import form_of
from core.control.inspections.samples.records import population
from core.control.inspections.templates.records import shipped_templates
from core.control.scoring import Answer
from core.demo.drawn import stream
from core.demo.parameters import FOLDER, parameters
from core.errors import DataError
from core.frames import Scope
from core.months import LOCAL, add_months, days_in_month, months_between
from core.store.engine import Actor, Store

CHECKLISTS = FOLDER.parent / "checklists"
SURGICAL = 0.3
"""Operations a discharge above which a department is inspected for them."""
MET, NA, SLIGHT = Answer("met"), Answer("na"), Answer("partly", 1)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Flatters(_Model):
    department: str
    faults: float
    seen: float


class Infection(_Model):
    checklist: str
    department: str
    months: int
    month_offset: int
    before: float
    after: float


class Planned(_Model):
    """A kind of round: how often, at which levels, of whom."""

    checklist: str
    levels: list[Literal[1, 2, 3]]
    every: int
    sample: bool = False
    group: str = ""
    off_hours: list[str] = [""]


class InspectionParameters(_Model):
    kind: str
    months: int
    seed: str
    faults: float
    spread: float
    trend: float
    seen: float
    stricter: float
    unmet: float
    veto: float
    not_applicable: float
    inspectors: list[str]
    flatters: Flatters
    infection: Infection
    round: list[Planned]
    group: dict[str, list[str]]


@cache
def inspection_parameters() -> InspectionParameters:
    """data/demo/inspections.toml, validated."""
    text = (FOLDER / "inspections.toml").read_text(encoding="utf-8")
    return InspectionParameters.model_validate(tomllib.loads(text))


@dataclass(frozen=True)
class _Year:
    """What a year is drawn with."""

    given: InspectionParameters
    templates: dict[str, Template]
    last: int
    skill: dict[str, float]
    """How many times the usual faults a department has."""
    chance: np.random.Generator


def make_inspections(
    store: Store, actor: Actor, hospital_id: int, last_month: int, seed: int
) -> None:
    """A year up to `last_month`, and one round that is half filled; nothing where there is any."""
    if has_rounds(store, hospital_id):
        return
    year = _year(last_month, load_checklists(CHECKLISTS), seed)
    rounds: list[Past] = []
    for month in _months(year):
        for planned in year.given.round:
            if _is_due(year, planned, month):
                rounds += _rounds(store, hospital_id, year, planned, month)
    rounds.append(_half_filled(year))
    store_past(store, actor, hospital_id, rounds)


def _year(last: int, shipped: Checklists, seed: int) -> _Year:
    given, chance = inspection_parameters(), stream(seed, "inspections")
    codes = [one.code for one in parameters().departments]
    skill = np.exp(chance.normal(0, given.spread, len(codes)))
    by_code = dict(zip(codes, skill.tolist(), strict=True))
    return _Year(given, shipped_templates(shipped), last, by_code, chance)


def _months(year: _Year) -> tuple[int, ...]:
    longest = max(year.given.months, year.given.infection.months)
    return tuple(add_months(year.last, step) for step in range(1 - longest, 1))


def _is_due(year: _Year, planned: Planned, month: int) -> bool:
    back, story = months_between(month, year.last), year.given.infection
    most = story.months if planned.checklist == story.checklist else year.given.months
    return back < most and back % planned.every == 0


def _members(year: _Year, planned: Planned) -> tuple[str, ...]:
    """Departments of a group: named, or all with beds, operations or outpatients."""
    if planned.group in year.given.group:
        return tuple(year.given.group[planned.group])
    every = parameters().departments
    kept = {
        "beds": lambda one: bool(one.beds) and one.category == "clinical",
        "surgery": lambda one: one.surgery is not None and one.surgery.rate > SURGICAL,
        "outpatient": lambda one: one.outpatient_visits > 10_000,
    }[planned.group]
    return tuple(one.code for one in every if kept(one))


def _rounds(
    store: Store, hospital_id: int, year: _Year, planned: Planned, month: int
) -> Iterator[Past]:
    """The same forms at each level: the department's own check a week before the inspection."""
    told: dict[str, Any] = {}
    wanted = None
    if planned.sample:
        wanted = Wanted(f"{year.given.seed}-{month}")
        try:
            there = population(store, Scope(hospital_id, month, month))
            forms = [form_of(row) for row in drawn(there, wanted).to_dict("records")]
        except DataError:  # no cases in this month
            return
        told = digest(there) | {"of": []}
    else:
        blank = {"kind": "place", "record": "", "disease_group": ""}
        places = enumerate(_members(year, planned), 1)
        forms = [{"place": place, "department": code, **blank} for place, code in places]
    truth = [_truth(year, planned.checklist, form["department"], month) for form in forms]
    for level in planned.levels:
        yield _round(year, planned, (month, level, wanted, told), (forms, truth))


def _round(
    year: _Year,
    planned: Planned,
    when: tuple[int, int, Wanted | None, dict[str, Any]],
    found: tuple[list[dict[str, Any]], list[dict[str, Answer]]],
) -> Past:
    month, level, wanted, told = when
    template = year.templates[planned.checklist]
    quarter = months_between(month, year.last) // planned.every
    about = {
        "month": month,
        "level": level,
        "title": f"{month // 100}年{month % 100}月 {template.sheet.name.zh}",
        "seed": wanted.seed if wanted else "",
        "as_at": 0,
        "running": wanted.running if wanted else 0,
        "archived": wanted.archived if wanted else 0,
        "off_hours": planned.off_hours[quarter % len(planned.off_hours)] if level > 1 else "",
        "due": month * 100 + days_in_month(month),
    }
    filled = [
        Filled(form, _seen(year, form["department"], truth, level), *_by(year, form, about))
        for form, truth in zip(*found, strict=True)
    ]
    return Past(template, about, told, filled)


def _by(year: _Year, form: dict[str, Any], about: dict[str, Any]) -> tuple[str, dt.datetime]:
    """Who filled it and when: by day at the desk, by night or on Saturday in the ward."""
    month, level = about["month"], about["level"]
    day = 14 if level == 1 else 21
    hour = 21 if about["off_hours"] == "night" else 10
    at = dt.datetime(month // 100, month % 100, day, hour, form["place"] % 60, tzinfo=LOCAL)
    if about["off_hours"] == "holiday":
        at += dt.timedelta(days=(5 - at.weekday()) % 7)
    people = year.given.inspectors
    return ("科室质控员" if level == 1 else people[form["place"] % len(people)]), at


def _rate(year: _Year, checklist: str, department: str, month: int) -> float:
    """Chance of a fault at an item."""
    given, back = year.given, months_between(month, year.last)
    if checklist == given.infection.checklist and department == given.infection.department:
        later = back <= given.infection.month_offset
        return given.infection.after if later else given.infection.before
    if checklist == "CK-MR" and department == given.flatters.department:
        return given.flatters.faults
    return min(given.faults * year.skill[department] * (1 - given.trend * back / 12), 0.9)


def _truth(year: _Year, checklist: str, department: str, month: int) -> dict[str, Answer]:
    """What there is to find, item by item."""
    given, items = year.given, year.templates[checklist].sheet.items
    rate, draws = _rate(year, checklist, department, month), year.chance.random((len(items), 5))
    found = {}
    for item, (fault, unmet, veto, absent, many) in zip(items, draws.tolist(), strict=True):
        if absent < given.not_applicable:
            found[item.code] = NA
        elif fault >= rate:
            found[item.code] = MET
        else:
            vetoed = item.veto is not None and veto < given.veto
            result = "unmet" if unmet < given.unmet or vetoed else "partly"
            found[item.code] = Answer(result, 2 if many < 0.25 else 1, vetoed)
    return found


def _seen(year: _Year, department: str, truth: dict[str, Answer], level: int) -> dict[str, Answer]:
    """What a level finds of it: the department itself overlooks some."""
    if level > 1:
        return truth
    given = year.given
    share = given.flatters.seen if department == given.flatters.department else given.seen
    eyes = year.chance.random(len(truth)).tolist()
    found = {}
    for (code, answer), eye in zip(truth.items(), eyes, strict=True):
        strict = answer.result == "met" and eye > 1 - given.stricter
        kept = answer.result in ("met", "na") or eye < share
        found[code] = SLIGHT if strict else answer if kept else MET
    return found


def _half_filled(year: _Year) -> Past:
    """A night inspection that somebody is in the middle of: one done, one half, the rest empty."""
    template, month = year.templates["CK-CS"], year.last
    codes: Sequence[str] = ("0101", "0205", "0302", "0501")
    planned = Planned(checklist="CK-CS", levels=[2], every=1, off_hours=["night"])
    blank = {"kind": "place", "record": "", "disease_group": ""}
    forms = [{"place": n, "department": code, **blank} for n, code in enumerate(codes, 1)]
    truth = [_truth(year, "CK-CS", code, month) for code in codes]
    past = _round(year, planned, (month, 2, None, {}), (forms, truth))
    about = {**past.about, "title": f"{month // 100}年{month % 100}月 夜间核心制度督查"}
    about["due"] = add_months(month, 1) * 100 + 20
    kept = [len(template.sheet.items), 6, 0, 0]
    filled = [
        Filled(
            one.form,
            dict(list(one.answers.items())[:count]),
            one.who,
            one.at + dt.timedelta(days=14),
            done=place == 0,
        )
        for place, (one, count) in enumerate(zip(past.filled, kept, strict=True))
    ]
    return Past(template, about, past.population, filled)
