"""What every patient was charged: the month's inpatient income shared out to who lay there.

A department's income of a month and category is shared to the patients in its beds that month, to
the 分. So for the hospital, and for each department without transfers, in every category:
unsettled at the start + income - charges of the discharged = unsettled at the end, never below 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo.drawn import Drawn
from core.demo.drg import drg
from core.demo.illness import Illness
from core.demo.rounding import fit_margins
from core.months import add_months

WITH_DAYS = {
    **dict.fromkeys(("bed", "nursing", "consultation"), 1.0),
    **dict.fromkeys(("drug", "treatment"), 0.6),
    **dict.fromkeys(("exam", "lab"), 0.4),
    **dict.fromkeys(("material", "surgery", "other"), 0.1),
}
"""How charges of a category grow with the length of a stay within its group: the exponent."""
NOT_OPERATED = 0.03
"""Operation charges of a patient not operated on, against one who is (assumption)."""
RECENT = 12


@dataclass(frozen=True)
class Bills:
    """What was charged to whom, by month: one row a patient, part of the stay and month."""

    patient: np.ndarray
    month: np.ndarray
    """Position among the simulated months."""
    amounts: np.ndarray
    """分 [row, category]."""
    categories: tuple[str, ...]

    def of_patients(self, count: int) -> np.ndarray:
        """分 [patient, category] so far."""
        sums = [np.bincount(self.patient, column, minlength=count) for column in self.amounts.T]
        return np.rint(np.stack(sums, axis=1)).astype(np.int64)


@dataclass(frozen=True)
class _Rows:
    """Parts of stays cut at the ends of months."""

    patient: np.ndarray
    department: np.ndarray
    month: np.ndarray
    nights: np.ndarray


def bills(drawn: Drawn, had: Illness) -> Bills:
    """Inpatient income of all simulated months, shared out to patients."""
    rows = _rows(drawn)
    departments = len(drawn.given.clinical)
    order = np.argsort(rows.month * departments + rows.department, kind="stable")
    rows = _Rows(*(values[order] for values in vars(rows).values()))
    cell = rows.month * departments + rows.department
    weights = _weights(drawn, had, rows)
    pools = _pools(drawn)
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    amounts = np.empty(weights.shape, dtype=np.int64)
    for position in range(weights.shape[1]):
        pool = pools[..., position].ravel()[cell[starts]]
        amounts[:, position] = _shared(pool, weights[:, position], starts)
    return Bills(rows.patient, rows.month, amounts, drawn.ordered.categories)


def _rows(drawn: Drawn) -> _Rows:
    parts, days = drawn.stays.segments, drawn.days
    length = len(days.dates)
    month_of_day = np.searchsorted(days.starts, np.arange(length), side="right") - 1
    start = np.maximum(parts.start, 0)
    # A day case is charged on its day though it spends no night.
    end = np.minimum(np.where(parts.end == parts.start, parts.end + 1, parts.end), length)
    real = np.flatnonzero(end > start)
    start, end = start[real], end[real]
    first, last = month_of_day[start], month_of_day[end - 1]
    count = last - first + 1
    part = np.repeat(np.arange(len(real)), count)
    month = np.arange(len(part)) - np.repeat(np.cumsum(count) - count, count) + first[part]
    ends = np.append(days.starts[1:], length)
    nights = np.minimum(end[part], ends[month]) - np.maximum(start[part], days.starts[month])
    chosen = real[part]
    return _Rows(parts.patient[chosen], parts.department[chosen], month, nights)


def _pools(drawn: Drawn) -> np.ndarray:
    """Inpatient income in 分 [month, clinical department, category]."""
    ordered = drawn.ordered
    shape = (len(ordered.months), len(drawn.given.clinical), len(ordered.categories))
    pools = np.zeros(shape, dtype=np.int64)
    for place, (department, unit) in enumerate(ordered.units):
        if unit == "inpatient":
            pools[:, drawn.given.clinical.index(department)] = ordered.amounts[:, place]
    return pools


def _weights(drawn: Drawn, had: Illness, rows: _Rows) -> np.ndarray:
    """What each row would be charged by itself [row, category]; only proportions matter."""
    stays, told, patient = drawn.stays, drg(), rows.patient
    usual = _usual_charges(drawn, had)
    so_far = np.minimum(stays.discharged, len(drawn.days.dates)) - stays.admitted
    length = np.maximum(np.where(stays.in_bed, _mean_days(drawn, had), so_far), 1)
    length = np.maximum(length, so_far)
    ratio = length / np.maximum(_mean_days(drawn, had), 1)
    exponents = np.array([WITH_DAYS[name] for name in drawn.ordered.categories])
    own = usual[stays.department[patient], had.group[patient]]
    own = own * ratio[patient, None] ** exponents / length[patient, None]
    # Who lies elsewhere for a while is charged there like others by the day.
    elsewhere = rows.department != stays.department[patient]
    own[elsewhere] = _per_day(drawn)[rows.department[elsewhere]]
    weights = own * rows.nights[:, None] * _differences(drawn)[patient, None]
    cut = add_months(drawn.days.months[-1], -drawn.given.hospital.stories.stent_cut.month_offset)
    dear = (np.array(drawn.days.months)[rows.month] < cut) & ~elsewhere
    dear &= had.group[patient] == told.codes.index(told.story.group)
    weights[dear, drawn.ordered.categories.index("material")] *= told.story.material_before
    return np.maximum(weights, 1e-6)


def _mean_days(drawn: Drawn, had: Illness) -> np.ndarray:
    """Usual length of each patient's group in the department, from those discharged."""
    stays, groups = drawn.stays, len(drg().group)
    key = stays.department * groups + had.group
    gone = ~stays.in_bed
    size = len(drawn.given.clinical) * groups
    total = np.bincount(key[gone], stays.days[gone], minlength=size)
    count = np.bincount(key[gone], minlength=size)
    stated = np.tile(drg().of("days"), len(drawn.given.clinical))
    return np.where(count > 0, total / np.maximum(count, 1), stated)[key]


def _differences(drawn: Drawn) -> np.ndarray:
    """How much dearer or cheaper each patient is than the group: chance, and complications."""
    draw, told = drawn.stream("charges"), drg().case
    count = len(drawn.stays.first)
    factor = np.exp(draw.normal(0, told.charge_spread, count))
    complicated = draw.random(count) < told.complicated_share
    return factor * np.where(complicated, draw.uniform(*told.complicated_factor, count), 1)


def _usual_charges(drawn: Drawn, had: Illness) -> np.ndarray:
    """Charge of a case [department, group, category], fitted to the most recent year's income."""
    told, stays = drg(), drawn.stays
    pools = _pools(drawn)[-RECENT:].sum(axis=0).astype(float)
    recent = stays.discharged >= drawn.days.starts[-RECENT]
    recent &= ~stays.in_bed
    groups = len(told.group)
    size = len(drawn.given.clinical) * groups
    cases = np.bincount((stays.department * groups + had.group)[recent], minlength=size)
    cases = cases.reshape(-1, groups).astype(float)
    tilt = np.ones((groups, len(drawn.ordered.categories)))
    tilt[:, drawn.ordered.categories.index("material")] = told.of("material")
    operation = drawn.ordered.categories.index("surgery")
    tilt[:, operation] = np.where(told.of("surgical"), 1, NOT_OPERATED)
    found = np.zeros((*cases.shape, tilt.shape[1]))
    for place in np.flatnonzero(pools.sum(axis=1)):
        rows = np.maximum(cases[place], 0.1) * told.of("charge")
        rows *= np.isin(told.codes, list(told.mix[drawn.given.clinical[place].code]))
        rows *= pools[place].sum() / rows.sum()
        start = rows[:, None] * tilt * pools[place]
        found[place] = fit_margins(start, rows, pools[place], 60)
        found[place] /= np.maximum(cases[place], 0.1)[:, None]
    return found


def _per_day(drawn: Drawn) -> np.ndarray:
    """Mean charge of a bed-day in the most recent year [department, category]."""
    bed_days = drawn.work.filled("bed_days_used")[-RECENT:].sum(axis=0)
    return _pools(drawn)[-RECENT:].sum(axis=0) / np.maximum(bed_days, 1)[:, None]


def _shared(pool: np.ndarray, weights: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Each pool in whole 分 to the rows from its start to the next, by rounded running totals."""
    sizes = np.diff(np.append(starts, len(weights)))
    sums = np.add.reduceat(weights, starts)
    running = np.cumsum(weights * np.repeat(pool / sums, sizes))
    before = np.repeat(np.append(0, running[starts[1:] - 1]), sizes)
    whole = np.rint(running - before).astype(np.int64)
    whole[starts + sizes - 1] = pool
    parts = np.diff(whole, prepend=0)
    parts[starts] = whole[starts]
    return parts
