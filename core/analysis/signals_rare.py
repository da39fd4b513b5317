"""Signals from rare events, of which a month holds too few for a chart: year against year.

The last twelve months are held against the twelve before. Told is a rate that fell or rose by
two fifths, in both halves of the year, where both years together hold enough events. Under
chance alone some one in thirty would do so: such signals rank low (assumptions).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.analysis.series import Series
from core.analysis.signals import YEAR, Found, rows_of, size_of
from core.catalog.model import Catalog
from core.months import add_months, month_range

Array = npt.NDArray[np.floating]
Key = tuple[str, str]
MONTHS, HALF = 12, 6
LEAST_EVENTS = 20
"""Of both years together."""
MOST_A_MONTH = 5
"""Of more, a chart judges month by month."""
CHANGE = 0.6
"""What a rate must fall to, or rise from."""
EARLIEST, LATEST = 17, 6
"""How many months ago the change may have begun."""


def rare_events(catalog: Catalog, series: Mapping[Key, Series], month: int) -> pd.DataFrame:
    """FOUND rows of departments' rates of events that changed from year to year.

    series: by indicator and department, with the tops and bottoms; those whose chart counts
    events (u and p), and of which fewer are better.
    """
    found = []
    for (code, place), one in series.items():
        indicator = catalog.indicators[code]
        if indicator.chart not in ("u", "p") or indicator.better != "lower" or not place:
            continue
        events, exposed = _of(one.top, one, month), _of(one.bottom, one, month)
        if events is None or exposed is None or not _changed(events, exposed):
            continue
        per = float(getattr(indicator.formula, "per", 1))
        usual, value = (
            float(events[part].sum() / exposed[part].sum() * per)
            for part in (slice(0, MONTHS), slice(MONTHS, None))
        )
        bottom = float(exposed[MONTHS:].sum())
        size = size_of(catalog, indicator, value - usual, bottom, float("nan"))
        if not size.unit:
            continue
        found.append(
            Found(
                code,
                place,
                month,
                add_months(month, _began(events, exposed) - 2 * MONTHS + 1),
                YEAR,
                "better" if value < usual else "worse",
                value,
                indicator.unit,
                usual=usual,
                stake=size.stake,
                stake_unit=size.unit,
                stake_months=MONTHS,
            )
        )
    return rows_of(found)


def _of(values: Array, series: Series, month: int) -> Array | None:
    """The two years up to the month; None where a month is not there."""
    wanted = month_range(add_months(month, 1 - 2 * MONTHS), month)
    if wanted[0] not in series.months or series.months[-1] < month:
        return None
    first = series.months.index(wanted[0])
    found = values[first : first + 2 * MONTHS]
    return None if np.isnan(found).any() or len(found) < 2 * MONTHS else found


def _changed(events: Array, exposed: Array) -> bool:
    if events.sum() < LEAST_EVENTS or events[:MONTHS].sum() > MOST_A_MONTH * MONTHS:
        return False
    parts = (slice(0, MONTHS), slice(MONTHS, None), slice(MONTHS, -HALF), slice(-HALF, None))
    exposures = [float(exposed[part].sum()) for part in parts]
    if min(exposures) <= 0:
        return False
    before, now, *halves = (
        float(events[part].sum()) / size for part, size in zip(parts, exposures, strict=True)
    )
    fell = now <= CHANGE * before and all(half < before for half in halves)
    rose = before <= CHANGE * now and all(half > before for half in halves)
    return fell or rose


def _began(events: Array, exposed: Array) -> int:
    """The place of the first month of the change: where two rates fit best (Poisson likelihood)."""
    size = len(events)
    steps = range(size - EARLIEST, size - LATEST + 1)
    return max(
        steps,
        key=lambda step: _fit(events[:step], exposed[:step]) + _fit(events[step:], exposed[step:]),
    )


def _fit(events: Array, exposed: Array) -> float:
    total = float(events.sum())
    return total * float(np.log(total / exposed.sum())) if total else 0.0
