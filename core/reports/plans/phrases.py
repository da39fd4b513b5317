"""Goals in words: targets, values, what a check found, who and when."""

from __future__ import annotations

import math

from core.catalog.model import Catalog
from core.formats import MISSING, month_name, number, signed, unit_name, value_text
from core.months import month_range
from core.planning.goals.actuals import adds_up
from core.planning.goals.checks import Found
from core.planning.goals.model import Goal, goal_bounds, goal_value
from core.planning.goals.progress import Standing
from core.words import t

DECIMALS = 1
SHAPES = {"good": "●", "watch": "▲", "bad": "■", "none": "○"}
CHECK_SHAPES = {"pass": "●", "doubt": "▲", "missing": "■"}
CHECK_TONES = {"pass": "good", "doubt": "watch", "missing": "bad"}


def decimals_of(goal: Goal, catalog: Catalog) -> int:
    """Decimals of the goal's figures: those of its indicator."""
    known = catalog.indicators.get(goal.indicator)
    if known is None:
        return DECIMALS
    return 0 if adds_up(known) else known.decimals


def value_words(goal: Goal, value: float | None, catalog: Catalog) -> str:
    """A value with the goal's unit; of a year where its months add up: 1,368 台次/年."""
    if value is None or math.isnan(value):
        return MISSING
    said = value_text(value, goal.unit, decimals_of(goal, catalog))
    known = catalog.indicators.get(goal.indicator)
    return f"{said}{t('plan.a_year')}" if known is not None and adds_up(known) else said


def target_words(goal: Goal, catalog: Catalog) -> str:
    """What is good at the end: ≥ 25%, 90%–95%, ≤ 6.7 天; — without a target."""
    low, high = goal_bounds(goal)
    if low is not None and high is not None:
        return f"{number(low, decimals_of(goal, catalog))}–{value_words(goal, high, catalog)}"
    if low is not None:
        return f"≥ {value_words(goal, low, catalog)}"
    return MISSING if high is None else f"≤ {value_words(goal, high, catalog)}"


def stated_words(goal: Goal, catalog: Catalog) -> str:
    """The target as it was stated: a change with its unit, or the value itself."""
    if goal.target is None:
        return MISSING
    if goal.basis == "value":
        return target_words(goal, catalog)
    if goal.basis == "percent":
        said = t("plan.stated.percent", change=signed(goal.target))
    else:
        unit = t("format.points") if goal.unit == "%" else unit_name(goal.unit)
        decimals = max(decimals_of(goal, catalog), 1)
        said = t("plan.stated.points", change=signed(goal.target, decimals), unit=unit)
    aim = value_words(goal, goal_value(goal, goal.target), catalog)
    return said if aim == MISSING else t("plan.stated", change=said, value=aim)


def baseline_words(goal: Goal, catalog: Catalog) -> str:
    """7.5 天（2024年1月至2024年12月）; — without one."""
    base = goal.baseline
    if base is None:
        return MISSING
    months = month_range(base.first, base.last)
    span = t("plan.span", first=month_name(base.first), last=month_name(base.last))
    told = span if len(months) > 1 else month_name(base.first)
    return t("plan.baseline.of", value=value_words(goal, base.value, catalog), months=told)


def natural_words(goal: Goal, catalog: Catalog) -> str:
    """How far a month varies by itself: 7.1–8.0 天; — where it is not known."""
    base = goal.baseline
    if base is None or base.lower is None or base.upper is None:
        return MISSING
    low = number(base.lower, decimals_of(goal, catalog))
    return f"{low}–{value_words(goal, base.upper, catalog)}"


def check_words(found: Found) -> str:
    """■ A4 有第一责任人：没有第一责任人."""
    name = t(f"plan.check.{found.check}")
    said = f"{CHECK_SHAPES[found.state]} {found.check} {name}"
    return said if found.state == "pass" else t("plan.found", check=said, why=reason_words(found))


def reason_words(found: Found) -> str:
    """Why a check did not pass."""
    return t(f"plan.reason.{found.reason}") if found.reason else ""


def state_words(one: Standing) -> str:
    """● 按计划; where nothing can be told, why."""
    if one.state == "none":
        why = t(f"plan.why.{one.reason}") if one.reason else t("plan.state.none")
        return f"{SHAPES['none']} {why}"
    return f"{SHAPES[one.state]} {t(f'plan.state.{one.state}')}"


def share_words(share: float) -> str:
    """A share of 0-1 as per cent; — when missing."""
    return MISSING if math.isnan(share) else f"{number(share * 100)}%"
