"""The workload table: wards, visits and operations put together by clinical department."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.demo.days import Days
from core.demo.parameters import Department, Parameters
from core.demo.stays import Stays, discharged_days
from core.demo.visits import Operations
from core.demo.wards import WardDays
from core.months import add_months, days_in_month

COLUMNS = (
    "month", "dept_code", "dept_name", "outpatient_visits", "emergency_visits", "admissions",
    "discharges", "bed_days_used", "bed_days_open", "surgeries", "checkup_visits",
    "transfers_in", "transfers_out", "in_bed_start", "in_bed_end", "discharged_bed_days",
    "level4_surgeries", "minimally_invasive_surgeries", "elective_surgeries", "day_surgeries",
    "remark",
)  # fmt: skip
WARD_COLUMNS = (
    "admissions", "discharges", "transfers_in", "transfers_out", "in_bed_start", "in_bed_end",
    "bed_days_used",
)  # fmt: skip
REQUIRED = ("admissions", "discharges", "bed_days_used", "bed_days_open", "surgeries")
"""Columns the contract wants from every department: a clinic truly has 0 of these."""


@dataclass(frozen=True)
class Workload:
    """Counts of every month and clinical department: arrays [month, department] by column.

    Masked where a department does not have the thing counted.
    """

    months: tuple[int, ...]
    departments: tuple[Department, ...]
    counts: dict[str, np.ma.MaskedArray]

    def filled(self, column: str) -> np.ndarray:
        """The counts with 0 where a department does not have them."""
        return self.counts[column].filled(0)


def workload(
    given: Parameters,
    days: Days,
    beds: tuple[WardDays, Stays],
    seen: dict[str, np.ndarray],
    done: Operations,
) -> Workload:
    """The workload of all simulated months: wards and stays, visits seen, operations done."""
    counts = {name: np.ma.array(values, dtype=np.int64) for name, values in seen.items()}
    wards, stays = beds
    counts |= _bed_counts(given, days, wards, done.day)
    counts["discharged_bed_days"] = np.ma.array(
        discharged_days(stays, days, len(given.clinical)), mask=counts["discharges"].mask
    )
    counts |= _operation_counts(given, done.within(counts["discharges"].filled(0)))
    no_checkup = [not department.checkup_visits for department in given.clinical]
    counts["checkup_visits"][:, no_checkup] = np.ma.masked
    for name in REQUIRED:
        counts[name] = np.ma.array(counts[name].filled(0))
    return Workload(days.months, given.clinical, counts)


def workload_frame(work: Workload, given: Parameters, months: tuple[int, ...]) -> pd.DataFrame:
    """The contract table of `months`, without the month that one department did not report."""
    kept = [work.months.index(month) for month in months]
    codes = [department.code for department in work.departments]
    names = [department.name["zh"] for department in work.departments]
    columns: dict[str, object] = {
        "month": np.repeat(np.array(months, dtype=np.int64), len(codes)),
        "dept_code": codes * len(months),
        "dept_name": names * len(months),
        "remark": [""] * (len(codes) * len(months)),
    }
    for name, counts in work.counts.items():
        chosen = counts[kept].ravel()
        columns[name] = pd.arrays.IntegerArray(chosen.filled(0), np.ma.getmaskarray(chosen))
    frame = pd.DataFrame({name: columns[name] for name in COLUMNS})
    story = given.hospital.stories.unreported
    silent = add_months(months[-1], -story.month_offset)
    missing = (frame["dept_code"] == story.department) & (frame["month"] == silent)
    return frame.loc[~missing].reset_index(drop=True)


def _bed_counts(
    given: Parameters, days: Days, wards: WardDays, day_cases: np.ndarray
) -> dict[str, np.ma.MaskedArray]:
    shape = (len(days.months), len(given.clinical))
    counts = {
        name: np.ma.array(np.zeros(shape, dtype=np.int64), mask=True)
        for name in (*WARD_COLUMNS, "bed_days_open")
    }
    lengths = np.array([days_in_month(month) for month in days.months])
    by_ward = _ward_months(wards, days)
    ward_codes = [ward.code for ward in given.wards]
    for position, department in enumerate(given.clinical):
        if department.day_ward:
            for name in WARD_COLUMNS:
                # In and out on the day: one bed-day a case, no one in bed at midnight.
                at_midnight = name.startswith(("in_bed", "transfers"))
                counts[name][:, position] = 0 if at_midnight else day_cases[:, position]
        elif department.code in ward_codes:
            ward = ward_codes.index(department.code)
            for name in WARD_COLUMNS:
                counts[name][:, position] = by_ward[name][:, ward]
        if department.beds:
            counts["bed_days_open"][:, position] = department.beds * lengths
    return counts


def _ward_months(wards: WardDays, days: Days) -> dict[str, np.ndarray]:
    """WARD_COLUMNS as arrays [month, department with patients at midnight]."""
    flows = {
        "admissions": wards.admitted,
        "discharges": wards.discharged,
        "transfers_in": wards.moved_in,
        "transfers_out": wards.moved_out,
        "bed_days_used": wards.in_bed,
    }
    ends = np.append(days.starts[1:], len(days.dates)) - 1
    in_bed = np.concatenate([wards.in_bed_before[None], wards.in_bed[ends]])
    months = {name: days.monthly(daily) for name, daily in flows.items()}
    return months | {"in_bed_start": in_bed[:-1], "in_bed_end": in_bed[1:]}


def _operation_counts(given: Parameters, done: Operations) -> dict[str, np.ma.MaskedArray]:
    counts = {
        "surgeries": done.surgeries,
        "level4_surgeries": done.level4,
        "minimally_invasive_surgeries": done.minimally_invasive,
        "elective_surgeries": done.elective,
        "day_surgeries": done.day,
    }
    without = np.array([department.surgery is None for department in given.clinical])
    return {
        name: np.ma.array(values, mask=np.broadcast_to(without, values.shape).copy())
        for name, values in counts.items()
    }
