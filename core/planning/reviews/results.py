"""The result of a round: scores under their caps, grade, agreement, what would raise it most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.planning.agreement import alpha, icc, kendall, why_not
from core.planning.reviews.model import Form, Sheet, asked
from core.planning.rubric import MOST, Rubric

Array = npt.NDArray[np.float64]
ICC_LEVELS, W_LEVELS, ALPHA_LEVELS = (0.5, 0.75, 0.9), (0.3, 0.5, 0.7), (0.667, 0.8)
"""plan_rubric.yaml `review.thresholds`; below the first agreement is low."""
APART = 2.0
"""Scores that lie so far apart are worth talking about (assumption)."""
STRONG = 4.0
THREE = 3
TOLERANCE = 1e-9


@dataclass(frozen=True)
class ItemResult:
    """One item (or criterion of the quick form).

    mean: of the reviewers, 0-5, NaN when nobody scored; capped: after the cap; cap: the highest
    score, NaN without one; because: the missing checks; points: what a 5 brings; score: points.
    """

    code: str
    mean: float
    capped: float
    spread: float
    cap: float
    because: tuple[str, ...]
    points: float
    score: float


@dataclass(frozen=True)
class Agreement:
    """Measures of agreement, NaN where they cannot be told; which one decides; how it reads."""

    icc: float = math.nan
    icc_mean: float = math.nan
    w: float = math.nan
    p: float = math.nan
    alpha: float = math.nan
    decides: Literal["icc", "alpha", ""] = ""
    level: Literal["low", "fair", "good", "excellent", "unknown"] = "unknown"
    reason: str = ""


@dataclass(frozen=True)
class Improvement:
    """What would raise the score: gaps of goals to fill, or an item one level up.

    gain: points of 100; effort: goals to fill, 0 where it is the plan's text.
    """

    kind: Literal["gap", "level"]
    code: str
    gain: float
    effort: int
    checks: tuple[str, ...] = ()
    goals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """items in the order of the rubric; score and uncapped of 100; grade of the score."""

    items: tuple[ItemResult, ...]
    score: float
    uncapped: float
    grade: str
    agreement: Agreement
    apart: tuple[str, ...]
    strengths: tuple[str, ...]
    improvements: tuple[Improvement, ...]

    def by_criterion(self, rubric: Rubric) -> dict[str, float]:
        """Points by criterion."""
        found = dict.fromkeys(rubric.criteria, 0.0)
        for one in self.items:
            found[criterion_of(rubric, one.code)] += one.score
        return found


@dataclass(frozen=True)
class Ground:
    """By what sheets are added up: form, weights of criteria, missing checks with their goals."""

    rubric: Rubric
    form: Form
    weights: Mapping[str, float]
    missing: Mapping[str, tuple[int, ...]]


def criterion_of(rubric: Rubric, code: str) -> str:
    """The criterion an item belongs to; a criterion is its own."""
    if code in rubric.criteria:
        return code
    return next(
        name for name, one in rubric.criteria.items() if any(item.code == code for item in one.item)
    )


def table_of(codes: Sequence[str], sheets: Sequence[Sheet]) -> Array:
    """(reviewers, codes), NaN where one was not scored."""
    return np.array(
        [[float(one.scores.get(code, math.nan)) for code in codes] for one in sheets], dtype=float
    ).reshape(len(sheets), len(codes))


def result(ground: Ground, sheets: Sequence[Sheet]) -> Result:
    """Of the sheets of one turn."""
    codes = asked(ground.rubric, ground.form)
    ratings = table_of(codes, sheets)
    points, caps = _points(ground), _caps(ground)
    items = tuple(
        _item(code, ratings[:, place], points[code], caps.get(code))
        for place, code in enumerate(codes)
    )
    score = sum(one.score for one in items)
    whole = sum(points[one.code] * _or_zero(one.mean) / MOST for one in items)
    told = [one for one in items if not math.isnan(one.mean)]
    apart = sorted(
        (one for one in told if one.spread >= APART), key=lambda one: (-one.spread, one.code)
    )
    strong = sorted(
        (one for one in told if one.capped >= STRONG), key=lambda one: (-one.capped, one.code)
    )
    return Result(
        items,
        score,
        whole,
        ground.rubric.grade_of(score),
        agreed(ratings),
        tuple(one.code for one in apart),
        tuple(one.code for one in strong[:THREE]),
        _improvements(ground, items),
    )


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _points(ground: Ground) -> dict[str, float]:
    if ground.form == "quick":
        return dict(ground.weights)
    return ground.rubric.points(ground.weights)


def _caps(ground: Ground) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Of items; of the quick form what the items' caps leave of each criterion."""
    caps = ground.rubric.caps(ground.missing)
    if ground.form == "full":
        return caps
    found: dict[str, tuple[float, tuple[str, ...]]] = {}
    for code, one in ground.rubric.criteria.items():
        own = {item.code: caps[item.code] for item in one.item if item.code in caps}
        if own:
            best = sum(item.weight * own.get(item.code, (MOST, ()))[0] for item in one.item)
            because = dict.fromkeys(check for _, checks in own.values() for check in checks)
            found[code] = (best / one.weight, tuple(because))
    return found


def _item(
    code: str, given: Array, points: float, cap: tuple[float, tuple[str, ...]] | None
) -> ItemResult:
    told = given[~np.isnan(given)]
    mean = float(told.mean()) if len(told) else math.nan
    most, because = cap or (math.nan, ())
    capped = min(mean, most) if cap and not math.isnan(mean) else mean
    spread = float(np.ptp(told)) if len(told) else math.nan
    score = points * _or_zero(capped) / MOST
    return ItemResult(code, mean, capped, spread, most, because, points, score)


def agreed(ratings: Array) -> Agreement:
    """How far reviewers agree. ICC(2,1) decides where every score is there, else alpha (ordinal);
    Kendall's W says whether they rank items alike. Where every reviewer gives one figure
    throughout there is nothing to tell apart, and no coefficient says anything.
    """
    reason = why_not(ratings)
    if reason is not None:
        return Agreement(reason=reason)
    told = ratings[~np.isnan(ratings).all(axis=1)]
    if np.all(np.nanmax(told, axis=1) - np.nanmin(told, axis=1) < 1e-9):
        return Agreement(reason="items_alike")
    if np.isnan(ratings).any():
        value = float(alpha(ratings, "ordinal"))
        return Agreement(alpha=value, decides="alpha", level=_alpha_level(value))
    coefficients, ranks = icc(ratings.T), kendall(ratings)
    one = coefficients["ICC2"]
    return Agreement(
        one,
        coefficients["ICC2k"],
        ranks.w,
        ranks.p,
        float(alpha(ratings, "ordinal")),
        "icc",
        _icc_level(one),
    )


def _icc_level(value: float) -> Literal["low", "fair", "good", "excellent", "unknown"]:
    if math.isnan(value):
        return "unknown"
    low, good, excellent = ICC_LEVELS
    return (
        "low"
        if value < low
        else "fair"
        if value < good
        else "good"
        if value < excellent
        else "excellent"
    )


def _alpha_level(value: float) -> Literal["low", "fair", "good", "excellent", "unknown"]:
    if math.isnan(value):
        return "unknown"
    low, good = ALPHA_LEVELS
    return "low" if value < low else "fair" if value < good else "good"


def _improvements(ground: Ground, items: Sequence[ItemResult]) -> tuple[Improvement, ...]:
    """The three cheapest: gaps by what each goal to fill brings, then items one level up."""
    gaps, levels = [], []
    for one in items:
        if math.isnan(one.mean):
            continue
        if one.because and one.mean > one.cap + TOLERANCE:
            goals = sorted({goal for check in one.because for goal in ground.missing[check]})
            gain = one.points * (one.mean - one.cap) / MOST
            gaps.append(Improvement("gap", one.code, gain, len(goals), one.because, tuple(goals)))
        elif one.mean < MOST - TOLERANCE and not one.because:
            gain = one.points * min(1.0, MOST - one.mean) / MOST
            levels.append(Improvement("level", one.code, gain, 0))
    gaps.sort(key=lambda one: (-one.gain / max(one.effort, 1), one.code))
    levels.sort(key=lambda one: (-one.gain, one.code))
    return tuple([*gaps, *levels][:THREE])
