"""Facts as one array: month x department x measure, derived measures filled in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.model import Catalog, Measure
from core.frames import DEPARTMENTS, FACTS
from core.months import days_in_month

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cube:
    """Facts of some months and departments; what is missing is NaN."""

    months: tuple[int, ...]
    departments: tuple[str, ...]
    measures: tuple[str, ...]
    values: Array
    """[month, department, measure]; read-only; money in 分."""
    categories: tuple[str, ...]
    """Category of each department."""
    with_beds: tuple[bool, ...]
    """Whether each department has beds: as stated, else whether it opened a bed-day."""

    def restrict(self, departments: Collection[str]) -> Cube:
        """The same cube with these departments only; codes it does not hold are ignored."""
        kept = [place for place, code in enumerate(self.departments) if code in departments]
        values = self.values[:, kept, :]
        values.setflags(write=False)
        return replace(
            self,
            departments=tuple(self.departments[place] for place in kept),
            values=values,
            categories=tuple(self.categories[place] for place in kept),
            with_beds=tuple(self.with_beds[place] for place in kept),
        )


def cube_of(facts: pd.DataFrame, catalog: Catalog, departments: pd.DataFrame) -> Cube:
    """The cube of FACTS rows, with the departments of DEPARTMENTS rows and of the facts.

    A detail of a table (income_drug) reads as 0 where the table has other rows of that month
    and department, and as missing where it has none. Measures that the catalogue does not know
    and values of derived measures are left out. A key that occurs twice is a ValueError.
    """
    FACTS.check(facts)
    DEPARTMENTS.check(departments)
    measures = tuple(catalog.measures)
    codes = tuple(sorted({*departments["department"], *facts["department"].unique()}))
    months = tuple(sorted({int(month) for month in facts["month"].unique()}))
    values = _spread(facts, months, codes, measures)
    _fill_details(values, catalog)
    stated = dict(zip(departments["department"], departments["beds"], strict=True))
    beds = np.array([stated.get(code, np.nan) for code in codes], dtype=float)
    named = dict(zip(departments["department"], departments["category"], strict=True))
    categories = tuple(str(named.get(code) or "unclassified") for code in codes)
    _fill_derived(values, catalog, months, categories)
    values.setflags(write=False)
    return Cube(months, codes, measures, values, categories, _with_beds(beds, values, measures))


def _spread(
    facts: pd.DataFrame, months: tuple[int, ...], codes: tuple[str, ...], measures: tuple[str, ...]
) -> Array:
    shape = (len(months), len(codes), len(measures))
    axes = (("month", months), ("department", codes), ("measure", measures))
    places = [_places(pd.Index(facts[column]), labels) for column, labels in axes]
    known = places[2] >= 0
    kept = tuple(place[known] for place in places)
    values = np.full(shape, np.nan)
    if not known.any():
        return values
    flat = np.ravel_multi_index(kept, shape)
    if np.bincount(flat).max() > 1:
        raise ValueError("facts hold a month, department and measure twice")
    values.flat[flat] = facts["value"].to_numpy(dtype=float, na_value=np.nan)[known]
    return values


def _places(column: pd.Index, labels: tuple[object, ...]) -> npt.NDArray[np.intp]:
    """The place of each row's label among `labels`, -1 where it is none of them."""
    rows, found = pd.factorize(column)
    return pd.Index(labels).get_indexer(pd.Index(found))[rows]


def _fill_details(values: Array, catalog: Catalog) -> None:
    """0 where a table has rows but none of this detail."""
    places = {code: place for place, code in enumerate(catalog.measures)}
    for code, whole in _wholes(catalog).items():
        detail = values[:, :, places[code]]
        detail[np.isnan(detail) & ~np.isnan(values[:, :, places[whole]])] = 0.0


def _wholes(catalog: Catalog) -> dict[str, str]:
    """Each detail measure with the measure of the same table that leaves nothing out."""
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


def _with_beds(stated: Array, values: Array, measures: tuple[str, ...]) -> tuple[bool, ...]:
    opened = np.zeros(len(stated), dtype=bool)
    if "bed_days_open" in measures:
        opened = (values[:, :, measures.index("bed_days_open")] > 0).any(axis=0)
    return tuple(bool(has) for has in np.where(np.isnan(stated), opened, stated > 0))
