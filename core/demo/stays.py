"""Which patient came, moved and left: the days of the wards handed out to single stays.

On each day the numbers are those of `core.demo.wards`. Who leaves is decided here: of the
patients of a department those whose stay is due first; who moves is chance. So stays, census,
cases and arrivals add up to the workload table exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo.days import Days, daily_curve
from core.demo.masters import Ward
from core.demo.parameters import Parameters
from core.demo.visits import Operations
from core.demo.wards import WardDays

NOT_YET = 1_000_000
"""Day of leaving of patients still in bed at the end."""
STAY_SPREAD = 0.62
"""Spread of the logarithm of intended stays in a department (assumption)."""
AFTER_MOVE = 3.0
"""Days on average that a patient stays in the next department at least (assumption)."""
UNEVEN = 0.06
"""How far wards of a department are filled unevenly on a day, as a share of beds (assumption)."""
SATURDAY = 5


@dataclass(frozen=True)
class Segments:
    """Parts of stays in one ward; in the order of their first day, day cases last."""

    patient: np.ndarray
    """Position in the stays."""
    department: np.ndarray
    """Position among the clinical departments."""
    ward: np.ndarray
    """Position among the wards."""
    start: np.ndarray
    """First day (index of Days.dates); negative before the first simulated day."""
    end: np.ndarray
    """Day of leaving: the first midnight not spent there. NOT_YET while in bed."""


@dataclass(frozen=True)
class Stays:
    """One patient a position, in the order of admission; day cases last."""

    admitted: np.ndarray
    discharged: np.ndarray
    """Day index; NOT_YET while in bed; the day of admission for day cases."""
    first: np.ndarray
    """Department of admission, position among the clinical departments."""
    department: np.ndarray
    """Department of discharge, or where the patient lies at the end."""
    ward: np.ndarray
    transfers: np.ndarray
    intensive: np.ndarray
    """Whether the patient lay in intensive care on the way."""
    segments: Segments

    @property
    def in_bed(self) -> np.ndarray:
        return self.discharged == NOT_YET

    @property
    def days(self) -> np.ndarray:
        """Nights until discharge, 1 for a day case; of patients in bed not meaningful."""
        return np.maximum(self.discharged - self.admitted, 1)


@dataclass(frozen=True)
class _House:
    """What does not change from day to day."""

    usual_stay: np.ndarray
    """[department with beds] days."""
    beds: np.ndarray
    """[ward]."""
    department: np.ndarray
    """[ward]: its department with beds."""

    def wards_for(
        self, department: np.ndarray, lying: np.ndarray, draw: np.random.Generator
    ) -> np.ndarray:
        """A ward of each patient's department: the next bed of the ward that is least full."""
        wanted = np.bincount(department, minlength=len(self.usual_stay))
        most = int(wanted.max(initial=0))
        next_beds = lying[:, None] + 1 + np.arange(most)
        full = next_beds / self.beds[:, None] + draw.normal(0, UNEVEN, (len(lying), 1))
        owner = np.repeat(self.department, most)
        order = np.lexsort((full.ravel(), owner))
        sizes = np.bincount(owner, minlength=len(wanted))
        rank = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[owner[order]]
        taken = order[rank < wanted[owner[order]]] // max(most, 1)
        found = np.empty(len(department), dtype=np.int64)
        found[np.argsort(department, kind="stable")] = taken
        return found


class _InBed:
    """Patients in bed, one a position, and everything that has happened to them."""

    def __init__(self, house: _House, wards: WardDays, generator: np.random.Generator) -> None:
        self._house, self._draw = house, generator
        before = wards.in_bed_before
        people = int(before.sum() + wards.admitted.sum())
        parts = people + int(wards.travels.sum())
        self.admitted = np.zeros(people, dtype=np.int64)
        self.discharged = np.full(people, NOT_YET)
        self.parts = {
            name: np.zeros(parts, dtype=np.int64)
            for name in ("patient", "department", "ward", "start")
        }
        self.parts["end"] = np.full(parts, NOT_YET)
        self._people = self._parts = 0
        none = np.zeros(0, dtype=np.int64)
        self._patient = self._part = self._department = self._ward = none
        self._due = np.zeros(0)
        department = np.repeat(np.arange(len(before)), before)
        # Whoever lies there already has come some days ago, and is due some days from now.
        passed = 1 + self._draw.random(len(department)) * house.usual_stay[department]
        left = self._draw.random(len(department)) * house.usual_stay[department]
        self._enter(-np.ceil(passed).astype(np.int64), department, left)

    def one_day(self, day: int, flows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        """Who moves, who leaves, who comes; flows: discharged, travels, admitted of the day."""
        discharged, travels, admitted = flows
        movers = self._first(self._draw.random(len(self._due)), travels.sum(axis=1))
        staying_due = self._due.copy()
        staying_due[movers] = np.inf
        leavers = self._first(staying_due, discharged)
        self.discharged[self._patient[leavers]] = day
        self.parts["end"][self._part[leavers]] = day
        self.parts["end"][self._part[movers]] = day
        to = np.repeat(np.tile(np.arange(len(travels)), len(travels)), travels.ravel())
        moving = self._patient[movers]
        rest = day + 1 + self._draw.exponential(AFTER_MOVE, len(movers))
        due = np.maximum(self._due[movers], rest)
        self._keep_all_but(np.concatenate([movers, leavers]))
        self._lie_down(moving, to, due, np.full(len(moving), day))
        coming = np.repeat(np.arange(len(admitted)), admitted)
        mean = np.log(self._house.usual_stay[coming]) - STAY_SPREAD**2 / 2
        stay = np.exp(self._draw.normal(mean, STAY_SPREAD))
        self._enter(np.full(len(coming), day), coming, day + stay)

    def _first(self, key: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Positions of the `counts` patients of each department with the lowest key."""
        order = np.lexsort((key, self._department))
        grouped = self._department[order]
        sizes = np.bincount(grouped, minlength=len(counts))
        rank = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[grouped]
        return order[rank < counts[grouped]]

    def _enter(self, day: np.ndarray, department: np.ndarray, due: np.ndarray) -> None:
        new = np.arange(self._people, self._people + len(day))
        self._people += len(day)
        self.admitted[new] = day
        self._lie_down(new, department, due, day)

    def _lie_down(
        self, patient: np.ndarray, department: np.ndarray, due: np.ndarray, day: np.ndarray
    ) -> None:
        lying = np.bincount(self._ward, minlength=len(self._house.beds))
        ward = self._house.wards_for(department, lying, self._draw)
        part = np.arange(self._parts, self._parts + len(patient))
        self._parts += len(patient)
        values = {"patient": patient, "department": department, "ward": ward, "start": day}
        for name, column in values.items():
            self.parts[name][part] = column
        self._patient = np.concatenate([self._patient, patient])
        self._part = np.concatenate([self._part, part])
        self._department = np.concatenate([self._department, department])
        self._ward = np.concatenate([self._ward, ward])
        self._due = np.concatenate([self._due, due])

    def _keep_all_but(self, gone: np.ndarray) -> None:
        kept = np.ones(len(self._patient), dtype=bool)
        kept[gone] = False
        for name in ("_patient", "_part", "_department", "_ward", "_due"):
            setattr(self, name, getattr(self, name)[kept])


def hand_out(
    given: Parameters, wards: WardDays, rooms: tuple[Ward, ...], generator: np.random.Generator
) -> Stays:
    """Single stays whose counts by day and department are those of `wards`; no day cases."""
    codes = [department.code for department in given.wards]
    places = [place for place, room in enumerate(rooms) if room.department in codes]
    house = _House(
        usual_stay=np.array([_usual_stay(given, code) for code in codes]),
        beds=np.array([rooms[place].beds for place in places]),
        department=np.array([codes.index(rooms[place].department) for place in places]),
    )
    lying = _InBed(house, wards, generator)
    flows = zip(wards.discharged, wards.travels, wards.admitted, strict=True)
    for day, flow in enumerate(flows):
        lying.one_day(day, flow)
    clinical = [department.code for department in given.clinical]
    parts = dict(lying.parts)
    parts["department"] = np.array([clinical.index(code) for code in codes])[parts["department"]]
    parts["ward"] = np.array(places)[parts["ward"]]
    intensive = clinical.index(given.volume.transfers.intensive)
    return _stays(lying.admitted, lying.discharged, Segments(**parts), intensive)


def _usual_stay(given: Parameters, code: str) -> float:
    """Days in a department: stated, or bed-days by who leaves it (intensive care)."""
    department = next(ward for ward in given.wards if ward.code == code)
    if department.los_days:
        return department.los_days
    leaving = department.annual_discharges + given.volume.transfers.from_intensive
    return department.annual_bed_days / leaving


def _stays(admitted: np.ndarray, discharged: np.ndarray, parts: Segments, intensive: int) -> Stays:
    """Stays put together from their parts, which are in the order of time."""
    people = len(admitted)
    first = np.full(people, -1)
    first[parts.patient[::-1]] = parts.department[::-1]
    department, ward = first.copy(), first.copy()
    department[parts.patient], ward[parts.patient] = parts.department, parts.ward
    passed = np.zeros(people, dtype=bool)
    passed[parts.patient[parts.department == intensive]] = True
    moves = np.bincount(parts.patient, minlength=people) - 1
    return Stays(admitted, discharged, first, department, ward, moves, passed, parts)


def with_day_cases(
    stays: Stays,
    rooms: tuple[Ward, ...],
    done: Operations,
    calendar: tuple[Parameters, Days],
    generator: np.random.Generator,
) -> Stays:
    """The stays and the cases of the day ward, in and out on the same working day."""
    given, days = calendar
    department = next(place for place, d in enumerate(given.clinical) if d.day_ward)
    code = given.clinical[department].code
    ward = next(place for place, room in enumerate(rooms) if room.department == code)
    day = _working_days(given, days, department, done.day[:, department], generator)
    people = np.arange(len(stays.admitted), len(stays.admitted) + len(day))
    same, lain = np.full(len(day), department), np.full(len(day), ward)
    none = np.zeros(len(day), dtype=np.int64)
    own = Stays(
        day, day, same, same, lain, none, none.astype(bool), Segments(people, same, lain, day, day)
    )
    segments = Segments(**_joined(stays.segments, own.segments))
    return Stays(**_joined(stays, own), segments=segments)


def _joined(one: Stays | Segments, other: Stays | Segments) -> dict[str, np.ndarray]:
    """The arrays of both, one after the other."""
    return {
        name: np.concatenate([values, getattr(other, name)])
        for name, values in vars(one).items()
        if isinstance(values, np.ndarray)
    }


def _working_days(
    given: Parameters,
    days: Days,
    department: int,
    cases: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """A day for each of the cases [month] of the day ward, in order."""
    group = given.calendar.group[given.clinical[department].season]
    busy = daily_curve(days, given.calendar, "elective", group)
    busy[[date.weekday() >= SATURDAY for date in days.dates]] = 0
    ends = np.append(days.starts[1:], len(days.dates))
    drawn = []
    for count, start, end in zip(cases, days.starts, ends, strict=True):
        counts = generator.multinomial(int(count), busy[start:end] / busy[start:end].sum())
        drawn.append(np.repeat(np.arange(start, end), counts))
    return np.concatenate(drawn)


def discharged_days(stays: Stays, days: Days, departments: int) -> np.ndarray:
    """Bed-days of the patients discharged [month, clinical department], wherever they lay."""
    gone = ~stays.in_bed
    month = np.searchsorted(days.starts, stays.discharged[gone], side="right") - 1
    cell = month * departments + stays.department[gone]
    shape = (len(days.months), departments)
    total = np.bincount(cell, stays.days[gone], minlength=shape[0] * shape[1])
    return np.rint(total).astype(np.int64).reshape(shape)
