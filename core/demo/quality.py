"""Quality counts by item, department and month, drawn from rates and the department's own work.

Shares never exceed their denominators. Adverse events are drawn once and split twice, by grade
and by kind; complaints once, by kind. What is also counted among events is a part of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER
from core.demo.quality_bases import Bases
from core.demo.quality_draws import Cells, binomial, poisson, split, summed

CATALOG = FOLDER.parent / "catalog" / "quality_items.toml"
HOSPITAL, OTHER_ITEM = "hospital", "item."
COLUMNS = ("month", "dept_code", "item_code", "numerator", "denominator", "remark")
FEW_REPORTERS = 6
"""With fewer than this the stated rate is theirs; with more it is their mean."""
VISITS_A_DISCHARGE = 10
"""A stay brings about as many contacts that may end in a complaint as ten visits (assumption)."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Model):
    """How one item is counted; data/demo/quality.toml says what each key means."""

    base: str | float
    rate: float
    draw: Literal["binomial", "poisson", "sum"]
    departments: list[str]
    share: float = 1.0
    share_by_department: dict[str, float] = {}
    by_department: dict[str, float] = {}
    trend_pct: float = 0.0
    months: list[int] = []
    only: list[str] = []
    keeper: str = ""
    within: str = ""
    cases: str = ""
    above: str = ""
    note: str = ""


class Events(_Model):
    """Adverse events a hundred discharges, and how they are split."""

    per_100_discharges: float
    trend_pct: float
    departments: list[str]
    department_share_pct: dict[str, float]
    by_grade_pct: dict[str, float]
    by_type_pct: dict[str, float]
    note: str = ""


class Complaints(_Model):
    per_10000_visits: float
    departments: list[str]
    department_share_pct: dict[str, float]
    by_type_pct: dict[str, float]
    note: str = ""


class InfectionControl(_Model):
    """From `month_offset` months before the last one on, an item's rate is another."""

    item: str
    department: str
    month_offset: int
    before: float
    after: float


class BookingChange(_Model):
    """From `month_offset` months before the last one on, one kind of complaint multiplies."""

    department: str
    type: str
    month_offset: int
    factor: float


class QualityStories(_Model):
    infection_control: InfectionControl
    booking_change: BookingChange


class QualityParameters(_Model):
    kind: str
    events: Events
    complaints: Complaints
    story: QualityStories
    item: dict[str, Item]


@cache
def quality_parameters() -> QualityParameters:
    """data/demo/quality.toml, validated."""
    text = (FOLDER / "quality.toml").read_text(encoding="utf-8")
    return QualityParameters.model_validate(tomllib.loads(text))


@cache
def items_with_denominator() -> frozenset[str]:
    """Codes of the quality catalogue that are reported with a denominator."""
    items = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["item"]
    return frozenset(item["code"] for item in items if "denominator" in item)


@dataclass(frozen=True)
class _Counting:
    """What items are drawn with, and those drawn so far by code."""

    given: QualityParameters
    bases: Bases
    generator: np.random.Generator
    drawn: dict[str, Cells]


def quality_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of quality counts: a row, even of 0, from each who reports."""
    counting = _Counting(quality_parameters(), Bases(drawn), drawn.stream("quality"), {})
    counting.drawn.update(_events(counting))
    counting.drawn.update(_complaints(counting))
    for code, item in counting.given.item.items():
        counting.drawn[code] = _one(counting, code, item)
    pieces = [_rows(counting.bases, code, cells) for code, cells in counting.drawn.items()]
    frame = pd.concat(pieces, ignore_index=True)
    order = ["month", "dept_code", "item_code"]
    return frame[list(COLUMNS)].sort_values(order, ignore_index=True)


def _rows(bases: Bases, code: str, cells: Cells) -> pd.DataFrame:
    month, department = np.nonzero(cells.reports)
    bottom = np.full(len(month), np.nan)
    if code in items_with_denominator():
        bottom = cells.denominator[month, department]
    return pd.DataFrame(
        {
            "month": bases.months[month],
            "dept_code": bases.codes[department],
            "item_code": code,
            "numerator": cells.numerator[month, department].astype(float),
            "denominator": bottom.astype(float),
            "remark": "",
        }
    )


def _events(counting: _Counting) -> dict[str, Cells]:
    """Adverse events by grade and by kind: the same events twice."""
    events, bases, generator = counting.given.events, counting.bases, counting.generator
    pace = bases.trend(events.trend_pct)
    whole = bases.of("discharges").sum(axis=1) * events.per_100_discharges / 100 * pace
    expected = whole[:, None] * bases.shares(events.department_share_pct, bases.staff[-1])
    total = generator.poisson(expected)
    reports = np.broadcast_to(expected[-1] > 0, expected.shape)
    # Serious events were never left out: more reports mean more of the slight ones.
    grades = np.array(list(events.by_grade_pct.values())) / 100
    by_month = np.tile(grades, (len(pace), 1))
    by_month[:, :2] /= pace[:, None]
    by_month[:, 2:] *= ((1 - by_month[:, :2].sum(axis=1)) / grades[2:].sum())[:, None]
    kinds = np.tile(np.array(list(events.by_type_pct.values())) / 100, (len(pace), 1))
    found = split(total, by_month, list(events.by_grade_pct), generator)
    found |= split(total, kinds, list(events.by_type_pct), generator)
    return {code: Cells(reports, counts, counts) for code, counts in found.items()}


def _complaints(counting: _Counting) -> dict[str, Cells]:
    """Complaints and their kinds; one kind multiplies where the booking was changed."""
    complaints, bases, generator = counting.given.complaints, counting.bases, counting.generator
    contacts = bases.of("visits") + VISITS_A_DISCHARGE * bases.of("discharges")
    size = np.where(contacts[-1] > 0, contacts[-12:].sum(axis=0), bases.staff[-1])
    treated = (bases.of("visits") + bases.of("discharges")).sum(axis=1)
    whole = treated * complaints.per_10000_visits / 10_000
    expected = whole[:, None] * bases.shares(complaints.department_share_pct, size)
    total = generator.poisson(expected)
    kinds = np.tile(np.array(list(complaints.by_type_pct.values())) / 100, (len(whole), 1))
    found = split(total, kinds, list(complaints.by_type_pct), generator)
    story = counting.given.story.booking_change
    column, later = bases.place(story.department), bases.since(story.month_offset)
    usual = expected[later, column] * complaints.by_type_pct[story.type] / 100
    found[story.type][later, column] += generator.poisson(usual * (story.factor - 1))
    found["complaints"] = np.sum(list(found.values()), axis=0)
    reports = np.broadcast_to(expected[-1] > 0, expected.shape)
    return {code: Cells(reports, counts, counts) for code, counts in found.items()}


def _one(counting: _Counting, code: str, item: Item) -> Cells:
    """One item's counts [month, department]."""
    bases, generator = counting.bases, counting.generator
    base = _base(counting, item)
    reports = _reports(counting, item, base)
    exposed = base * bases.by_department(item.share, item.share_by_department)
    if item.above:
        return _above(counting, item, base, reports)
    rate = _rate(counting, code, item)
    if item.cases:
        counts = bases.of(item.cases)
        eligible = np.minimum(np.rint(counts / rate), exposed)
        return Cells(reports, counts, np.maximum(eligible, counts))
    if item.within:
        whole = _whole(counting, item.within)
        part = (exposed * rate * reports).sum() / (whole * reports).sum()
        return Cells(reports, generator.binomial(whole, min(part, 1)), np.rint(exposed))
    alone = reports.any(axis=0).sum() < FEW_REPORTERS
    stated = [*item.by_department, counting.given.story.infection_control.department]
    differs = ~np.isin(bases.codes, stated) & ~alone
    draws = {"binomial": binomial, "poisson": poisson, "sum": summed}
    return draws[item.draw](reports, exposed, rate, differs, generator)


def _whole(counting: _Counting, name: str) -> np.ndarray:
    """What another item counts, or a sort of cases."""
    if name in counting.drawn:
        return counting.drawn[name].numerator
    return counting.bases.of(name).astype(np.int64)


def _rate(counting: _Counting, code: str, item: Item) -> np.ndarray:
    """Expected numerator a denominator [month, department]."""
    bases, story = counting.bases, counting.given.story.infection_control
    rate = bases.by_department(item.rate, item.by_department)
    rate = rate * bases.trend(item.trend_pct)[:, None]
    if code == story.item:
        later = bases.since(story.month_offset)
        rate[:, bases.place(story.department)] = np.where(later, story.after, story.before)
    return rate


def _base(counting: _Counting, item: Item) -> np.ndarray:
    """What an item counts from: work, another item, or so many a month in the hospital."""
    bases = counting.bases
    if isinstance(item.base, str):
        if item.base.startswith(OTHER_ITEM):
            return counting.drawn[item.base.removeprefix(OTHER_ITEM)].numerator.astype(float)
        base = bases.of(item.base)
        if item.departments == [HOSPITAL]:
            whole = np.zeros_like(base)
            whole[:, bases.place(item.keeper)] = base.sum(axis=1)
            return whole
        return base
    members = bases.members(item.departments, item.only, item.keeper)
    size = bases.staff[-1] * members
    return np.tile(item.base * size / size.sum(), (len(bases.months), 1))


def _reports(counting: _Counting, item: Item, base: np.ndarray) -> np.ndarray:
    """[month, department]: who has the thing counted, in the months it is counted."""
    bases = counting.bases
    members = bases.members(item.departments, item.only, item.keeper)
    parent = counting.drawn.get(str(item.base).removeprefix(OTHER_ITEM))
    counted = parent.reports if parent else (base.sum(axis=0) > 0)[None]
    return members[None] & counted & bases.in_months(item.months)[:, None]


def _above(counting: _Counting, item: Item, base: np.ndarray, reports: np.ndarray) -> Cells:
    """At least another item's counts: those, and some of what they leave of the base."""
    floor = counting.drawn[item.above].numerator.astype(np.int64)
    lower = counting.given.item[item.above].rate
    left = base.astype(np.int64) - floor
    more = counting.generator.binomial(left, (item.rate - lower) / (1 - lower))
    return Cells(reports, floor + more, base)
