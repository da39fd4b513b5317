"""Beds moved between wards until they are used alike; operations that become day cases."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

SHIFTED = ("ward", "open", "moved")


def levelled(wards: pd.DataFrame, days: float, wanted: float) -> pd.DataFrame | None:
    """Beds moved one by one from the emptiest to the fullest ward until the spread is wanted.

    wards: WARDS rows of `days` days. Columns of SHIFTED: beds after, moved (negative: given away).
    Patients stay where they are. None where no number of beds gets there.
    """
    rows = wards[wards["open"] > 0].reset_index(drop=True)
    held = (rows["occupied"] / days).to_numpy(float)
    beds = (rows["open"] / days).to_numpy(float)
    moved = np.zeros(len(rows), dtype=np.int64)
    while _variation(held, beds + moved) > wanted:
        now = held / (beds + moved)
        giver, taker = int(now.argmin()), int(now.argmax())
        trial = moved.copy()
        trial[giver] -= 1
        trial[taker] += 1
        least = (beds + trial).min() <= 1
        if least or _variation(held, beds + trial) >= _variation(held, beds + moved):
            return None
        moved = trial
    return pd.DataFrame({"ward": rows["ward"], "open": beds + moved, "moved": moved})


def _variation(held: npt.NDArray[np.float64], beds: npt.NDArray[np.float64]) -> float:
    share = held / beds
    return float(share.std() / share.mean()) if share.mean() > 0 else 0.0


def day_case_nights(stays: Mapping[int, int], moved: float) -> float:
    """Nights saved when `moved` patients go home the same day: those who stay shortest first.

    stays: planned operations by nights, 1 or more. Fewer than moved: all of them.
    """
    saved, left = 0.0, moved
    for nights in sorted(stays):
        taken = min(left, float(stays[nights]))
        saved, left = saved + taken * nights, left - taken
        if left <= 0:
            break
    return saved
