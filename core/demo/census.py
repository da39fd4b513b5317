"""The daily census of every ward, counted from the stays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.demo.drawn import Drawn
from core.demo.stays import NOT_YET


def census_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table: one row a ward and reported day, in order of date and ward.

    Sums of a department's wards are those of its workload month; only a day ward has no one
    in bed at midnight while its workload counts a bed-day a case.
    """
    stays, parts, days = drawn.stays, drawn.stays.segments, drawn.days
    begins = parts.start == stays.admitted[parts.patient]
    leaves = (parts.end == stays.discharged[parts.patient]) & (parts.end != NOT_YET)
    moves_on = (parts.end != NOT_YET) & ~leaves
    counts = {
        "admitted": _count(drawn, parts.start, begins),
        "discharged": _count(drawn, parts.end, leaves),
        "transfers_in": _count(drawn, parts.start, ~begins),
        "transfers_out": _count(drawn, parts.end, moves_on),
    }
    came = counts["admitted"] + counts["transfers_in"]
    left = counts["discharged"] + counts["transfers_out"]
    before = np.bincount(parts.ward[parts.start < 0], minlength=len(drawn.rooms))
    counts["occupied"] = before + np.cumsum(came - left, axis=0)
    first = days.months.index(drawn.reported[0])
    kept = slice(int(days.starts[first]), None)
    dates = np.array([int(f"{date:%Y%m%d}") for date in days.dates[kept]])
    wards = len(drawn.rooms)
    date = np.repeat(dates, wards)
    return pd.DataFrame(
        {
            "date": date,
            "ward_code": [room.code for room in drawn.rooms] * len(dates),
            "open_beds": np.tile([room.beds for room in drawn.rooms], len(dates)),
            **{
                name: counts[name][kept].ravel()
                for name in ("occupied", "admitted", "discharged", "transfers_in", "transfers_out")
            },
            "remark": "",
            "month": date // 100,
        }
    )


def _count(drawn: Drawn, day: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """How many of the chosen parts of stays fall on each simulated day and ward."""
    length, wards = len(drawn.days.dates), len(drawn.rooms)
    inside = chosen & (day >= 0) & (day < length)
    cell = day[inside] * wards + drawn.stays.segments.ward[inside]
    return np.bincount(cell, minlength=length * wards).reshape(length, wards)
