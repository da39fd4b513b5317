"""Values of indicators and measures, as frames.

Flows are summed over the months that count, stocks are averaged or taken from the first or
last of them; a ratio divides the sums. What counts: `core.catalog.sums`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.cube import Cube
from core.catalog.formulas import Formulas, Result
from core.catalog.model import Catalog, Level
from core.catalog.sums import REASONS, Groups, Periods, Sums, groups_of
from core.months import add_months


def year_before(periods: Periods) -> dict[str, tuple[int, ...]]:
    """The same labels with the same months of the year before."""
    return {
        label: tuple(add_months(month, -12) for month in months)
        for label, months in periods.items()
    }


def evaluate(
    catalog: Catalog,
    codes: Iterable[str],
    cube: Cube,
    periods: Periods,
    level: Level = "hospital",
) -> pd.DataFrame:
    """VALUES of the indicators (codes or slugs), by period, then group, then indicator.

    top and bottom are the sums used; of a change they are this period's value and last
    year's, over the months that both years have; of a spread the deviation and the mean. At
    level disease_group (of a cube made by `core.catalog.disease`) `department` holds groups.
    """
    groups = groups_of(cube, level)
    formulas = Formulas(Sums(catalog, cube, groups, periods))
    indicators = [catalog.find(code) for code in codes]
    results = [formulas.indicator(indicator) for indicator in indicators]
    return _frame([indicator.code for indicator in indicators], groups, periods, results)


def tables(
    catalog: Catalog,
    codes: Iterable[str],
    cube: Cube,
    periods: Periods,
    level: Level = "hospital",
) -> tuple[tuple[str, ...], dict[str, Result]]:
    """The same as `evaluate` for many periods at once: groups, and by code [period, group]."""
    groups = groups_of(cube, level)
    formulas = Formulas(Sums(catalog, cube, groups, periods))
    found = {indicator.code: indicator for indicator in map(catalog.find, codes)}
    return groups.labels, {code: formulas.indicator(one) for code, one in found.items()}


def measure_values(
    catalog: Catalog,
    codes: Iterable[str],
    cube: Cube,
    periods: Periods,
    level: Level = "hospital",
) -> pd.DataFrame:
    """VALUES of measures, each as a total of its own; the measure's code stands in `indicator`."""
    groups = groups_of(cube, level)
    formulas = Formulas(Sums(catalog, cube, groups, periods))
    measures = [catalog.measure(code).code for code in codes]
    results = [formulas.measure(code) for code in measures]
    return _frame(measures, groups, periods, results)


def _frame(
    codes: Sequence[str], groups: Groups, periods: Periods, results: Sequence[Result]
) -> pd.DataFrame:
    shape = (len(periods), len(groups.labels), len(codes))
    places = np.indices(shape).reshape(3, -1)

    def stacked(name: str) -> npt.NDArray[np.generic]:
        if not results:
            return np.zeros(0)
        return np.stack([getattr(result, name) for result in results], axis=2).reshape(-1)

    def labels(names: Iterable[str], of: npt.NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
        return pd.array(list(names), dtype="str").take(of)

    return pd.DataFrame(
        {
            "period": labels(periods, places[0]),
            "department": labels(groups.labels, places[1]),
            "indicator": labels(codes, places[2]),
            "value": stacked("value"),
            "top": stacked("top"),
            "bottom": stacked("bottom"),
            "reason": labels(REASONS, stacked("reason").astype(np.intp)),
        }
    )
