"""How counts of quality items are drawn: events, parts of a whole, and sums of measurements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST = 0.999
"""A share that trends upwards stops here."""
BETWEEN_ODDS, BETWEEN_RATES, BETWEEN_SUMS = 0.22, 0.15, 0.04
"""How far departments differ for good: of log odds, log rates and log sums (assumptions)."""
MONTHLY_ODDS, MONTHLY_SUMS = 0.07, 0.015


@dataclass(frozen=True)
class Cells:
    """Counts of one item: arrays [month, department], of meaning where `reports`."""

    reports: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


def binomial(
    reports: np.ndarray,
    exposed: np.ndarray,
    rate: np.ndarray,
    differs: np.ndarray,
    generator: np.random.Generator,
) -> Cells:
    """A part of the denominator; `exposed` and `rate` [month, department], `differs` [department].

    Departments that differ keep their own odds over the months.
    """
    count = _denominator(exposed, generator)
    level = np.clip(rate, 1e-6, MOST)
    own = generator.normal(0, BETWEEN_ODDS, level.shape[1]) * differs
    odds = np.log(level / (1 - level)) + own
    odds = odds + generator.normal(0, MONTHLY_ODDS, level.shape)
    parts = generator.binomial(count.astype(np.int64), 1 / (1 + np.exp(-odds)))
    return Cells(reports, parts, count)


def poisson(
    reports: np.ndarray,
    exposed: np.ndarray,
    rate: np.ndarray,
    differs: np.ndarray,
    generator: np.random.Generator,
) -> Cells:
    """Events at a rate, independent of each other."""
    # What is expected of a whole hospital, 0.01 a month, must not be rounded away.
    count = _denominator(exposed, generator) if exposed.max(initial=0) > 1 else exposed
    own = np.exp(generator.normal(0, BETWEEN_RATES, rate.shape[1]) * differs)
    return Cells(reports, generator.poisson(count * rate * own), np.rint(count))


def summed(
    reports: np.ndarray,
    exposed: np.ndarray,
    rate: np.ndarray,
    differs: np.ndarray,
    generator: np.random.Generator,
) -> Cells:
    """The sum of a measurement (minutes, scores, money) over the denominator."""
    count = np.rint(exposed * np.exp(generator.normal(0, MONTHLY_SUMS, exposed.shape)))
    own = np.exp(generator.normal(0, BETWEEN_SUMS, rate.shape[1]) * differs)
    total = count * rate * own * np.exp(generator.normal(0, MONTHLY_SUMS, rate.shape))
    return Cells(reports, np.rint(total), count)


def split(
    total: np.ndarray, shares: np.ndarray, names: list[str], generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Whole counts [month, department] split by the month's shares [month, part], exactly."""
    parts = generator.multinomial(total, shares[:, None, :] / shares.sum(axis=1)[:, None, None])
    return {name: parts[..., place] for place, name in enumerate(names)}


def _denominator(exposed: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Whole numbers near `exposed`, varying as samples do but never far above it."""
    noise = np.exp(-np.abs(generator.normal(0, MONTHLY_SUMS, exposed.shape)))
    whole = exposed == np.rint(exposed)
    return np.where(whole, exposed, np.floor(exposed * noise + generator.random(exposed.shape)))
