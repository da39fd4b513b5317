"""How likely so many events are by chance alone."""

from __future__ import annotations

from scipy.special import pdtr, pdtrc


def poisson_tail(count: float, expected: float) -> float:
    """The chance of so many events or more (or fewer, below `expected`), 0-1.

    1, so that nothing is told, where a number is missing or negative.
    """
    if not (count >= 0 and expected >= 0):
        return 1.0
    if count > expected:
        return float(pdtrc(count - 1, expected)) if count >= 1 else 1.0
    return float(pdtr(count, expected))
