"""What past forecasts of the census were worth: mean and chance held against what came.

Discharges swing together (a holiday, a shortage of beds) and chance alone does not know it: how
much farther the census went than chance says widens the intervals of the next days.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.flow.board import Lying, Measured, curve_of, in_bed
from core.flow.census import Ward, moments
from core.flow.coming import Coming

LEVEL, NORMAL = 0.8, 1.2816
"""The share of days that an interval is to hold, and its reach in standard deviations."""
ENOUGH = 3
"""Origins below which nothing is measured."""


def measured(
    census: pd.DataFrame,
    lying: Lying,
    present: Mapping[pd.Timestamp, pd.DataFrame],
    coming: Coming,
) -> Measured:
    """How forecasts of CENSUS_DAYS at the origins of `present` would have done.

    present: PRESENT rows by the last day known; each needs what `coming` said then. The stays are
    those of today: leaving has no memory of its origin.
    """
    held = census.pivot_table(index="date", columns="ward", values="occupied", aggfunc="sum")
    held.index = pd.to_datetime(held.index.astype(str), format="%Y%m%d")
    wards = [ward for ward in held.columns if held[ward].max() > 0]
    curves = {ward: curve_of(ward, census, lying)[0] for ward in wards}
    own, whole, errors = [], [], []
    for origin, here in present.items():
        said = coming.past.get(origin)
        if said is None or origin not in held.index:
            continue
        found = _at(held, origin, here, said, (curves, coming))
        if found is None:
            continue
        miss, spread, wider = found
        own.append(np.abs(miss) / np.sqrt(np.maximum(spread, 0.25)))
        together = np.abs(miss.sum(axis=0))
        whole.append(together / np.sqrt(np.maximum(wider.sum(axis=0), 0.25)))
        errors.append(together)
    if len(errors) < ENOUGH:
        return Measured()
    reach = [
        max(1.0, float(np.quantile(np.concatenate(one, None), LEVEL) / NORMAL))
        for one in (own, whole)
    ]
    return Measured(len(errors), float(np.mean(errors)), *reach)


Matrix = npt.NDArray[np.float64]


def _at(
    held: pd.DataFrame,
    origin: pd.Timestamp,
    here: pd.DataFrame,
    said: Mapping[str, Matrix],
    known: tuple[Mapping[str, Matrix], Coming],
) -> tuple[Matrix, Matrix, Matrix] | None:
    """Misses, variances by the wards' own and by the whole's dispersion [ward, day]."""
    curves, coming = known
    horizon = len(next(iter(said.values())))
    days = pd.date_range(origin + pd.Timedelta(days=1), periods=horizon)
    if not days.isin(held.index).all():
        return None
    misses, own, wider = [], [], []
    for ward, curve in curves.items():
        came = held.loc[days, ward].to_numpy(float)
        now = float(held.loc[[origin], ward].iloc[0])
        if ward not in said or not np.isfinite(came).all() or not now >= 0:
            continue
        lie = in_bed(here[here["ward"] == ward], int(now))
        admissions = np.maximum(np.nan_to_num(said[ward]), 0.0)
        mean, spread = moments(Ward(lie, curve, admissions, coming.dispersion[ward]))
        _, together = moments(Ward(lie, curve, admissions, coming.whole))
        misses.append(came - mean)
        own.append(spread)
        wider.append(together)
    return (np.array(misses), np.array(own), np.array(wider)) if misses else None
