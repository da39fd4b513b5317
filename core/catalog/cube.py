"""Facts as one array: month x department x measure, derived measures filled in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.model import Catalog, Measure
from core.frames import DEPARTMENTS, FACTS
from core.months import days_in_month

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
REPORTED = ("value", "top", "bottom")
_REPORTED, _GROUP = "reported.", "disease_group."


def reported_measure(code: str, part: str = "value") -> str:
    """The measure under which a reported indicator's value, top or bottom is rolled up."""
    return _REPORTED + (code if part == "value" else f"{code}.{part}")


def group_measure(code: str) -> str:
    """The measure under which a disease group's cases stand among facts."""
    return _GROUP + code


@dataclass(frozen=True, eq=False)
class Cube:
    """Facts of some months and departments; what is missing is NaN."""

    months: tuple[int, ...]
    departments: tuple[str, ...]
    """Or disease groups, machines, groups of staff, where `by` says so. Never ''."""
    measures: tuple[str, ...]
    """Those of the catalogue, then three of each reported indicator."""
    values: Array
    """[month, department, measure]; read-only; money in 分."""
    categories: tuple[str, ...]
    """Category of each department."""
    with_beds: tuple[bool, ...]
    """Whether each department has beds: as stated, else whether it opened a bed-day."""
    whole: Array
    """[month, measure] of facts that name no department: the whole hospital's."""
    treated: Mask
    """[month, department, disease group] whether it had a case."""
    by: Literal["department", "disease_group", "machine", "staff_group"] = "department"

    def restrict(self, departments: Collection[str]) -> Cube:
        """The same cube with these departments only; codes it does not hold are ignored.

        What belongs to the whole hospital stays behind.
        """
        kept = [place for place, code in enumerate(self.departments) if code in departments]
        values, whole = self.values[:, kept, :], np.full(self.whole.shape, np.nan)
        for array in (values, whole):
            array.setflags(write=False)
        return replace(
            self,
            departments=tuple(self.departments[place] for place in kept),
            values=values,
            categories=tuple(self.categories[place] for place in kept),
            with_beds=tuple(self.with_beds[place] for place in kept),
            whole=whole,
            treated=self.treated[:, kept, :],
        )


def cube_of(facts: pd.DataFrame, catalog: Catalog, departments: pd.DataFrame) -> Cube:
    """The cube of FACTS rows, with the departments of DEPARTMENTS rows and of the facts.

    A detail of a table (income_drug) reads as 0 where the table has other rows of that month
    and department, and as missing where it has none. Measures that the catalogue does not know
    and values of derived measures are left out. A key that occurs twice is a ValueError.
    """
    FACTS.check(facts)
    DEPARTMENTS.check(departments)
    reported = [reported_measure(code, part) for code in catalog.reported for part in REPORTED]
    measures = (*catalog.measures, *reported)
    rows, groups = _coded(facts["measure"])
    treated = sorted(code.removeprefix(_GROUP) for code in groups if code.startswith(_GROUP))
    axes = _Axes(
        tuple(sorted({int(month) for month in facts["month"].unique()})),
        ("", *sorted({*departments["department"], *facts["department"].unique()} - {""})),
        (*measures, *(group_measure(code) for code in treated)),
    )
    codes = axes.departments[1:]
    named = dict(zip(departments["department"], departments["category"], strict=True))
    categories = tuple(str(named.get(code) or "unclassified") for code in codes)
    every = _spread(facts, axes, (rows, groups))
    values = every[:, :, : len(measures)]
    _fill_details(values, catalog)
    _fill_derived(values, catalog, axes.months, ("", *categories))
    _pair(values, len(catalog.measures))
    whole, values = values[:, 0, :].copy(), values[:, 1:, :].copy()
    for array in (whole, values):
        array.setflags(write=False)
    return Cube(
        axes.months,
        codes,
        measures,
        values,
        categories,
        _with_beds(departments, codes, values, measures),
        whole,
        every[:, 1:, len(measures) :] > 0,
    )


@dataclass(frozen=True)
class _Axes:
    months: tuple[int, ...]
    departments: tuple[str, ...]
    """'' first: the whole hospital."""
    measures: tuple[str, ...]


_Coded = tuple[npt.NDArray[np.intp], list[str]]


def _coded(column: pd.Series) -> _Coded:
    """The place of each row's label among the labels found, and these."""
    rows, found = pd.factorize(column)
    return rows, [str(label) for label in found]


def _spread(facts: pd.DataFrame, axes: _Axes, measures: _Coded) -> Array:
    """[month, department, measure] of the rows whose measure is on the axis."""
    shape = (len(axes.months), len(axes.departments), len(axes.measures))
    rows, found = pd.factorize(facts["month"])
    months = _places([int(month) for month in found], axes.months)[rows]
    rows, labels = _coded(facts["department"])
    departments = _places(labels, axes.departments)[rows]
    kinds = _places(measures[1], axes.measures)[measures[0]]
    known = kinds >= 0
    values = np.full(shape, np.nan)
    if not known.any():
        return values
    flat = np.ravel_multi_index((months[known], departments[known], kinds[known]), shape)
    if np.bincount(flat).max() > 1:
        raise ValueError("facts hold a month, department and measure twice")
    values.flat[flat] = facts["value"].to_numpy(dtype=float, na_value=np.nan)[known]
    return values


def _places(found: Sequence[object], labels: Sequence[object]) -> npt.NDArray[np.intp]:
    """The place of each label found among `labels`, -1 where it is none of them."""
    at = {label: place for place, label in enumerate(labels)}
    return np.array([at.get(label, -1) for label in found], dtype=np.intp)


def _fill_details(values: Array, catalog: Catalog) -> None:
    """0 where a table has rows but none of this detail."""
    places = {code: place for place, code in enumerate(catalog.measures)}
    for code, whole in _wholes(catalog).items():
        detail = values[:, :, places[code]]
        detail[np.isnan(detail) & ~np.isnan(values[:, :, places[whole]])] = 0.0


def _wholes(catalog: Catalog) -> dict[str, str]:
    """Each detail measure with the measure of the same table that leaves nothing out.

    Of income and direct cost, whose details are many; other tables are rolled up with their 0.
    """
    summed = [m for m in catalog.measures.values() if m.source.table in ("income", "direct_cost")]
    wholes = {
        (measure.source.table, measure.source.department): measure.code
        for measure in summed
        if not measure.source.where
    }
    keys = {m.code: (m.source.table, m.source.department) for m in summed if m.source.where}
    return {code: wholes[key] for code, key in keys.items() if key in wholes}


def _fill_derived(
    values: Array, catalog: Catalog, months: tuple[int, ...], categories: tuple[str, ...]
) -> None:
    places = {code: place for place, code in enumerate(catalog.measures)}
    days = np.array([days_in_month(month) for month in months], dtype=float)[:, None]
    for code, measure in catalog.measures.items():
        if measure.source.base:
            base = values[:, :, places[measure.source.base]]
            values[:, :, places[code]] = _derived(measure, base, days, categories)


def _derived(measure: Measure, base: Array, days: Array, categories: tuple[str, ...]) -> Array:
    if measure.source.per_day:
        return base / days
    if measure.source.times_days:
        return base * days
    inside = np.array([category == measure.source.category for category in categories], dtype=bool)
    return np.where(inside, base, np.nan)


def _pair(values: Array, first: int) -> None:
    """A reported top counts only with its bottom, and the other way round."""
    tops, bottoms = values[:, :, first + 1 :: 3], values[:, :, first + 2 :: 3]
    alone = np.isnan(tops) | np.isnan(bottoms)
    tops[alone] = np.nan
    bottoms[alone] = np.nan


def _with_beds(
    departments: pd.DataFrame, codes: tuple[str, ...], values: Array, measures: tuple[str, ...]
) -> tuple[bool, ...]:
    known = dict(zip(departments["department"], departments["beds"], strict=True))
    stated = np.array([known.get(code, np.nan) for code in codes], dtype=float)
    opened = np.zeros(len(codes), dtype=bool)
    if "bed_days_open" in measures:
        opened = (values[:, :, measures.index("bed_days_open")] > 0).any(axis=0)
    return tuple(bool(has) for has in np.where(np.isnan(stated), opened, stated > 0))
