"""Patients in bed, day by day: admitted, moved between departments, discharged, at midnight.

A ward here is a department with beds. Every ward figure of a month is a sum of these days, so
that they hang together exactly. A first run with expected values sets the pace of discharge at
which each ward reaches its occupied bed-days; the second run draws whole patients, and
`core.demo.stays` says which patient it was each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from core.demo.days import Days, daily_curve, growth, in_bed_curve
from core.demo.parameters import DAYS_IN_YEAR, Department, Parameters

CALIBRATION_ROUNDS = 6
CALLING = 2.0
"""Waiting patients are called in by the square of how far a ward is from its plan (assumption)."""
CALLING_LIMITS = (0.5, 2.0)
CHANCE_BEND = 0.7


@dataclass(frozen=True)
class WardDays:
    """Flows of each day, warm-up included: arrays [day, ward], whole numbers once drawn."""

    admitted: np.ndarray
    discharged: np.ndarray
    travels: np.ndarray
    """[day, from ward, to ward]."""
    in_bed: np.ndarray
    """At midnight."""
    in_bed_before: np.ndarray
    """[ward]: at midnight before the first day."""

    @property
    def moved_in(self) -> np.ndarray:
        return self.travels.sum(axis=1)

    @property
    def moved_out(self) -> np.ndarray:
        return self.travels.sum(axis=2)


@dataclass(frozen=True)
class WardPlan:
    """What drives the wards: arrays [day, ward] unless said otherwise."""

    admissions: np.ndarray
    usual: np.ndarray
    """Patients a ward is used to; more of them leave sooner."""
    discharge_rate: np.ndarray
    move_rate: np.ndarray
    routes: np.ndarray
    """[from ward, to ward], each row adds up to 1."""
    calm_routes: np.ndarray
    """The same with no one moving to the calm ward."""
    calm_ward: int
    calm_days: np.ndarray
    """[day]: whether no one moves to or from the calm ward, as its month is not reported."""
    limit: np.ndarray
    """[ward]: most patients with extra beds."""
    pressure: float
    expected: np.ndarray | None = None
    """In bed at midnight as the calibrated plan expects it; None while calibrating."""

    def calling(self, day: int, in_bed: np.ndarray) -> np.ndarray:
        """How much sooner or later waiting patients are called in, as beds are free or not."""
        if self.expected is None or day == 0:
            return np.ones_like(in_bed)
        short = self.expected[day - 1] / np.maximum(in_bed, 1)
        return np.clip(short**CALLING, *CALLING_LIMITS)

    def moving(self, day: int) -> tuple[np.ndarray, np.ndarray]:
        """Rate of moving and routes of the day."""
        if not self.calm_days[day]:
            return self.move_rate[day], self.routes
        rate = self.move_rate[day].copy()
        rate[self.calm_ward] = 0
        return rate, self.calm_routes


class Draw(Protocol):
    """How a number of patients comes about from what is expected."""

    def arrivals(self, mean: np.ndarray) -> np.ndarray: ...

    def some(self, count: np.ndarray, share: np.ndarray) -> np.ndarray: ...

    def spread(self, count: np.ndarray, shares: np.ndarray) -> np.ndarray: ...


class Expected:
    """Exactly what is expected, in fractions of patients."""

    def arrivals(self, mean: np.ndarray) -> np.ndarray:
        return mean

    def some(self, count: np.ndarray, share: np.ndarray) -> np.ndarray:
        return count * share

    def spread(self, count: np.ndarray, shares: np.ndarray) -> np.ndarray:
        return count[:, None] * shares


class Chance:
    """Whole patients: beds are booked, so arrivals vary half as much as by pure chance."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def arrivals(self, mean: np.ndarray) -> np.ndarray:
        slots = np.ceil(2 * mean).astype(np.int64)
        return self._generator.binomial(slots, mean / np.maximum(slots, 1))

    def some(self, count: np.ndarray, share: np.ndarray) -> np.ndarray:
        return self._generator.binomial(count.astype(np.int64), share)

    def spread(self, count: np.ndarray, shares: np.ndarray) -> np.ndarray:
        return self._generator.multinomial(count, shares)


def ward_days(given: Parameters, days: Days, generator: np.random.Generator) -> WardDays:
    """The days of every ward of `given.wards`, warm-up included."""
    plan = _calibrated(_plan(given, days), given, days)
    found = _run(plan, Chance(generator))
    whole = {name: np.rint(values).astype(np.int64) for name, values in vars(found).items()}
    return WardDays(**whole)


def _plan(given: Parameters, days: Days) -> WardPlan:
    wards = given.wards
    moves = _annual_moves(given)
    bed_days = np.array([ward.annual_bed_days for ward in wards])
    discharges = np.array([ward.annual_discharges for ward in wards])
    outward = moves.sum(axis=1)
    weekday = np.array(given.calendar.weekday["discharge"])
    pace = weekday[[date.weekday() for date in days.dates]] / weekday.mean()
    shorter = growth(days, given.calendar.growth["length_of_stay"])[:, None]
    story = given.hospital.stories.unreported
    codes = [ward.code for ward in wards]
    calm = codes.index(story.department)
    routes = moves / np.maximum(outward, 1e-12)[:, None]
    return WardPlan(
        admissions=_admissions(given, days, discharges + outward - moves.sum(axis=0)),
        usual=_usual(given, days, bed_days),
        discharge_rate=(discharges / bed_days) / shorter * pace[:, None],
        move_rate=np.tile(outward / bed_days, (len(days.dates), 1)),
        routes=routes,
        calm_routes=_without_ward(routes, calm),
        calm_ward=calm,
        calm_days=days.month == days.months[-1 - story.month_offset],
        limit=np.array([ward.beds or 0 for ward in wards]) * given.volume.wards.extra_beds_limit,
        pressure=given.volume.wards.pressure,
    )


def _growth_pct(ward: Department, given: Parameters) -> float:
    if ward.growth_pct is not None:
        return ward.growth_pct
    return given.calendar.growth["discharges"]


def _admissions(given: Parameters, days: Days, annual: np.ndarray) -> np.ndarray:
    """Expected admissions of each day; those of the most recent year add up to `annual`."""
    columns = []
    for ward, total in zip(given.wards, annual, strict=True):
        group = given.calendar.group[ward.season]
        curve = daily_curve(days, given.calendar, "admission", group)
        curve = curve * growth(days, _growth_pct(ward, given))
        # A year of 366 days, or a window of other festivals, still means the stated year.
        columns.append(total * curve / curve[days.last_year].sum())
    return np.maximum(np.stack(columns, axis=1), 0)


def _usual(given: Parameters, days: Days, bed_days: np.ndarray) -> np.ndarray:
    stay = growth(days, given.calendar.growth["length_of_stay"])
    columns = []
    for ward, total in zip(given.wards, bed_days, strict=True):
        group = given.calendar.group[ward.season]
        level = stay * growth(days, _growth_pct(ward, given))
        columns.append(total / DAYS_IN_YEAR * level * in_bed_curve(days, given.calendar, group))
    return np.stack(columns, axis=1)


def _annual_moves(given: Parameters) -> np.ndarray:
    """Patients a year who move [from ward, to ward]."""
    wards, transfers = given.wards, given.volume.transfers
    codes = [ward.code for ward in wards]
    sources = np.array([transfers.intensive_sources.get(code, 0) for code in codes])
    targets = np.array([transfers.intensive_destinations.get(code, 0) for code in codes])
    # Births, eyes and teeth stay where they are; emergency patients are admitted from observation.
    mixing = np.array(
        [w.annual_discharges if w.season in ("general", "winter", "autumn") else 0 for w in wards]
    )
    between = np.outer(mixing, mixing)
    np.fill_diagonal(between, 0)
    moves = between * (transfers.between_wards / between.sum())
    intensive = codes.index(transfers.intensive)
    moves[:, intensive] += sources * (transfers.to_intensive / sources.sum())
    moves[intensive] += targets * (transfers.from_intensive / targets.sum())
    return moves


def _calibrated(plan: WardPlan, given: Parameters, days: Days) -> WardPlan:
    """The plan with paces of leaving at which expected bed-days meet the stated ones."""
    wanted = np.array([ward.annual_bed_days for ward in given.wards])
    discharge, move = plan.discharge_rate, plan.move_rate
    length = days.last_year.sum() / DAYS_IN_YEAR
    for _ in range(CALIBRATION_ROUNDS):
        trial = _with_rates(plan, discharge, move)
        reached = _run(trial, Expected()).in_bed[days.last_year].sum(axis=0) / length
        correction = (reached / wanted) ** (1 + plan.pressure)
        discharge, move = discharge * correction, move * correction
    expected = _run(_with_rates(plan, discharge, move), Expected()).in_bed
    # Both laws bend upwards: where numbers vary by chance, more patients come and more leave
    # than on average. The smaller the ward the more; found by trying twelve seeds.
    bend = 1 + CHANCE_BEND / plan.usual
    final = _with_rates(plan, discharge / bend, move / bend)
    return replace(final, admissions=plan.admissions / bend, expected=expected)


def _with_rates(plan: WardPlan, discharge: np.ndarray, move: np.ndarray) -> WardPlan:
    return replace(plan, discharge_rate=discharge, move_rate=move)


def _run(plan: WardPlan, draw: Draw) -> WardDays:
    """Day after day from the usual number in bed."""
    days, wards = plan.usual.shape
    in_bed = np.rint(plan.usual[0])
    record = WardDays(
        *[np.zeros((days, wards)) for _ in range(2)],
        travels=np.zeros((days, wards, wards)),
        in_bed=np.zeros((days, wards)),
        in_bed_before=in_bed,
    )
    for day in range(days):
        in_bed = _one_day(plan, draw, record, (day, in_bed))
    return record


def _one_day(
    plan: WardPlan, draw: Draw, record: WardDays, morning: tuple[int, np.ndarray]
) -> np.ndarray:
    """In bed at the next midnight; the day's flows go into the record."""
    day, in_bed = morning
    move_rate, routes = plan.moving(day)
    # An expected ward never empties quite; below a quarter patient the law has no meaning.
    crowding = (np.maximum(in_bed, 0.25) / plan.usual[day]) ** plan.pressure
    rate = plan.discharge_rate[day] + move_rate
    leaving = draw.some(in_bed, 1 - np.exp(-rate * crowding))
    moved = draw.some(leaving, move_rate / rate)
    travels = draw.spread(moved, routes)
    arriving = travels.sum(axis=0)
    called = plan.admissions[day] * plan.calling(day, in_bed)
    free = np.maximum(plan.limit - (in_bed - leaving + arriving), 0)
    admitted = np.minimum(draw.arrivals(called), np.floor(free))
    in_bed = in_bed - leaving + arriving + admitted
    record.admitted[day], record.discharged[day] = admitted, leaving - moved
    record.travels[day], record.in_bed[day] = travels, in_bed
    return in_bed


def _without_ward(routes: np.ndarray, ward: int) -> np.ndarray:
    """The routes with one destination closed; its patients go elsewhere."""
    open_routes = routes.copy()
    open_routes[:, ward] = 0
    sums = open_routes.sum(axis=1, keepdims=True)
    return np.divide(open_routes, sums, out=np.zeros_like(routes), where=sums > 0)
