"""Cases by disease group as a cube, so that the same formulas give their values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.cube import Array, Cube
from core.catalog.model import Catalog, Measure
from core.frames import CASES

_COUNTED = {"surgical_cases": "surgical", "charge_total": "charge"}
"""Columns of the contract that the frame calls otherwise."""
_CONDITIONS = {"died": "deaths", "yes": "surgical"}
"""Cases under a condition (outcome died, surgical yes) are kept as counts of their own."""


def disease_cube(catalog: Catalog, cases: pd.DataFrame, cube: Cube, department: str = "") -> Cube:
    """A cube whose members are disease groups, of the hospital or of one department.

    cases: CASES rows; those that were not grouped are left out. A measure that the hospital's
    own `cube` has in no department of a month is missing here too: nobody stated it.
    """
    CASES.check(cases)
    wanted = (cases["disease_group"] != "") & cases["month"].isin(cube.months)
    if department:
        wanted &= cases["department"] == department
    rows = cases[wanted]
    groups = tuple(sorted(rows["disease_group"].unique()))
    months = np.searchsorted(np.array(cube.months, dtype=int), rows["month"].to_numpy(int))
    members = pd.Index(groups).get_indexer(pd.Index(rows["disease_group"]))
    flat = months * len(groups) + members
    values = np.full((len(cube.months), len(groups), len(cube.measures)), np.nan)
    stated = np.asarray(~np.isnan(cube.values).all(axis=1))
    for place, measure in enumerate(catalog.measures.values()):
        if measure.by_disease_group:
            summed = _summed(flat, _counted(measure, rows), values.shape[:2])
            values[:, :, place] = np.where(stated[:, place, None], summed, np.nan)
    values.setflags(write=False)
    return Cube(
        cube.months,
        groups,
        cube.measures,
        values,
        ("",) * len(groups),
        (True,) * len(groups),
        np.full((len(cube.months), len(cube.measures)), np.nan),
        np.zeros((*values.shape[:2], 0), dtype=bool),
        "disease_group",
    )


def _summed(flat: npt.NDArray[np.intp], counted: Array, shape: tuple[int, int]) -> Array:
    """[month, group] sums; NaN where no row says anything."""
    most = shape[0] * shape[1]
    said = ~np.isnan(counted)
    sums = np.bincount(flat[said], weights=counted[said], minlength=most)
    there = np.bincount(flat[said], minlength=most) > 0
    return np.where(there, sums, np.nan).reshape(shape)


def _counted(measure: Measure, rows: pd.DataFrame) -> Array:
    """What each row adds to the measure; NaN where nobody stated it."""
    source = measure.source
    column = _COUNTED.get(source.column, source.column)
    inside = np.ones(len(rows), dtype=bool)
    unsaid = np.zeros(len(rows), dtype=bool)
    if "risk" in source.where:
        unsaid = (rows["risk"] == "").to_numpy()
    if column in ("settlement", "settled_charge"):
        unsaid = unsaid | (rows["settled_cases"] == 0).to_numpy()
    for name, wanted in source.where.items():
        if name in ("payer", "risk"):
            inside &= (rows[name] == wanted).to_numpy()
        elif name == "grouped":
            inside &= wanted == "yes"
        else:
            column = _CONDITIONS[wanted]
    if "benchmark" in column:
        by_days = column in ("benchmark_days", "benchmarked_cases")
        benchmark = rows["benchmark_days" if by_days else "benchmark_charge"].to_numpy(float)
        unsaid = unsaid | ~(benchmark > 0)
        counted = rows["cases"].to_numpy(float)
        if column in ("benchmark_days", "benchmark_charge"):
            counted = rows["days" if by_days else "charge"].to_numpy(float)
            counted = counted / np.where(unsaid, 1.0, benchmark)
    else:
        counted = rows[column].to_numpy(float)
    return np.where(unsaid, np.nan, np.where(inside, counted, 0.0))
