"""Intervals of rates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Array = npt.NDArray[np.float64]


def wilson(
    hits: npt.ArrayLike, counts: npt.ArrayLike, level: float = 0.95
) -> tuple[Array, Array, Array]:
    """Shares and the two ends of their Wilson score intervals, 0-1, without a correction.

    hits, counts: [rates], 0 <= hits <= counts; level: of the interval. NaN where a count is zero
    or either is missing. ValueError: hits outside. Source: Wilson 1927; quality.md section 3.
    """
    k, n = np.broadcast_arrays(np.asarray(hits, float), np.asarray(counts, float))
    if np.any((k < 0) | (k > n)):
        raise ValueError("hits are not between 0 and the count")
    n = np.where(n > 0, n, np.nan)
    z = float(special.ndtri(0.5 + level / 2))
    share = k / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = np.where(k == 0, np.where(np.isnan(n), np.nan, 0.0), middle - reach)
    high = np.where(k == n, 1.0, middle + reach)
    return share, low, high
