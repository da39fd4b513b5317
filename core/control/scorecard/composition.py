"""Scores of departments by quality domain, and where chance does not explain the difference.

A domain's score is the weighted mean of what is known of it: inspections, indicators, actions.
Its interval holds the uncertainty of the sample of inspections alone. Departments are compared by
the share of checked items that were not met, in a funnel; never ranked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from core.control.scorecard.rules import PARTS, Rules
from core.frames import Frame
from core.statistics.funnel import Funnel, FunnelRule, funnel

LEAST_ITEMS = 30
"""Checked items below which a department is not held against others (assumption)."""
_Row = dict[Any, Any]
READ = Frame(
    "readings of a scorecard",
    {"department": "code", "indicator": "code", "points": "0-100, higher is better"},
    key=("department", "indicator"),
)
CLOSING = Frame(
    "closing",
    {"department": "code", "due": "actions that were due", "closed": "of them closed"},
    key=("department",),
)
COMPOSED = Frame(
    "composed",
    {
        "department": "code",
        "domain": "code; '' is all domains together",
        "score": "0-100, NaN where nothing is known",
        "low": "95 % interval of the sample of inspections; NaN with fewer than two forms",
        "high": "its other end",
        "inspections": "mean score, 0-100; NaN without a form",
        "forms": "number",
        "indicators": "mean points, 0-100; NaN without a reading",
        "actions": "closed / due x 100; NaN where none was due",
        "known": "share of the weights that is known, 0-1",
    },
    key=("department", "domain"),
)


@dataclass(frozen=True, eq=False)
class Found:
    """What departments are composed of, over a period."""

    forms: pd.DataFrame
    """FORMS: submitted ones of level 2 and 3 count."""
    read: pd.DataFrame
    closing: pd.DataFrame


def composed(found: Found, rules: Rules) -> pd.DataFrame:
    """COMPOSED rows of every department with an inspection or a reading, domains then ''."""
    forms = found.forms[(found.forms["state"] == "submitted") & (found.forms["level"] > 1)]
    forms = forms.assign(domain=forms["checklist"].map(dict(rules.of_checklist)))
    scores = forms.dropna(subset=["domain", "score"]).groupby(["department", "domain"])["score"]
    table = scores.agg(["mean", "std", "count"]).reset_index()
    looked = {
        (str(row["department"]), str(row["domain"])): (row["mean"], row["std"], int(row["count"]))
        for row in table.to_dict("records")
    }
    points = {
        (str(row["department"]), str(row["indicator"])): float(row["points"])
        for row in found.read.dropna(subset=["points"]).to_dict("records")
    }
    rates = {
        row["department"]: row["closed"] / row["due"] * 100
        for row in found.closing.to_dict("records")
        if row["due"]
    }
    places = sorted({code for code, _ in looked} | {code for code, _ in points})
    rows = []
    for place in places:
        own = [_domain(place, one, (looked, points, rates), rules) for one in rules.domains]
        rows += [*own, _whole(place, own, rules)]
    return pd.DataFrame(rows, columns=pd.Index(COMPOSED.columns))


def _domain(
    place: str,
    domain: str,
    told: tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]],
    rules: Rules,
) -> dict[Any, Any]:
    looked, points, rates = told
    mean, spread, count = looked.get((place, domain), (math.nan, math.nan, 0))
    read = [points.get((place, code)) for code in rules.domains[domain].indicators]
    known = [one for one in read if one is not None]
    parts = {
        "inspections": mean,
        "indicators": sum(known) / len(known) if known else math.nan,
        "actions": rates.get(place, math.nan),
    }
    if math.isnan(parts["inspections"]) and math.isnan(parts["indicators"]):
        parts["actions"] = math.nan  # closing actions alone says nothing of a domain
    weights = {name: float(getattr(rules.part, name)) for name in PARTS}
    score, share = weighed(parts, weights)
    reach = math.nan
    if count > 1 and share > 0:
        half = float(special.stdtrit(count - 1, 0.975)) * spread / math.sqrt(count)
        reach = half * weights["inspections"] / (share * sum(weights.values()))
    ends = {"low": max(score - reach, 0.0), "high": min(score + reach, 100.0)}
    if math.isnan(reach):
        ends = {"low": math.nan, "high": math.nan}
    about = {"department": place, "domain": domain, "score": score, "forms": count}
    return about | ends | parts | {"known": share}


def _whole(place: str, own: list[_Row], rules: Rules) -> _Row:
    """All domains: their weighted mean; intervals are put together as independent ones."""
    weights = {one.code: one.weight for one in rules.domain}
    score, share = weighed({row["domain"]: row["score"] for row in own}, weights)
    told = [row for row in own if not math.isnan(row["score"])]
    total = sum(weights[row["domain"]] for row in told)
    halves = [
        (row["score"] - row["low"]) * weights[row["domain"]] / total
        for row in told
        if total and not math.isnan(row["low"])
    ]
    reach = math.sqrt(sum(half**2 for half in halves)) if halves else math.nan
    means = {name: weighed({row["domain"]: row[name] for row in own}, weights)[0] for name in PARTS}
    about = {"department": place, "domain": "", "score": score, "known": share}
    ends = {"low": max(score - reach, 0.0), "high": min(score + reach, 100.0)}
    if math.isnan(reach):
        ends = {"low": math.nan, "high": math.nan}
    return about | ends | means | {"forms": sum(row["forms"] for row in own)}


def weighed(values: Mapping[str, float], weights: Mapping[str, float]) -> tuple[float, float]:
    """The weighted mean of what is known, and the share of the weights that is known.

    NaN and 0 where nothing that weighs anything is known.
    """
    whole = sum(weights.values())
    known = {name: value for name, value in values.items() if not math.isnan(value)}
    held = sum(weights[name] for name in known)
    if not held or not whole:
        return math.nan, 0.0
    return sum(value * weights[name] for name, value in known.items()) / held, held / whole


@dataclass(frozen=True, eq=False)
class Compared:
    """Departments in a funnel of items not met."""

    table: pd.DataFrame
    """department, unmet, counted, rate (%), outside (bad | good | none), by items checked."""
    funnel: Funnel | None
    """None where fewer than two departments were inspected."""


def compared(checked: pd.DataFrame, rules: Rules, domain: str = "") -> Compared:
    """The share of checked items that were not met, of levels 2 and 3, by department.

    checked: CHECKED rows. domain: '' is all. Departments below LEAST_ITEMS are left out. Limits
    allow for over-dispersion, for the items of one form resemble each other; outside means beyond
    99.8 %.
    """
    rows = checked[checked["level"] > 1]
    if domain:
        rows = rows[rows["checklist"].map(dict(rules.of_checklist)) == domain]
    table = rows.groupby("department")[["met", "counted"]].sum().reset_index()
    table = table[table["counted"] >= LEAST_ITEMS]
    table = table.assign(unmet=table["counted"] - table["met"])
    table = table.sort_values(["counted", "department"], ignore_index=True)
    none = np.full(len(table), "none", dtype=object)
    if len(table) < 2 or not table["unmet"].sum():
        rate = table["unmet"] / table["counted"] * 100
        return Compared(table.assign(rate=rate, outside=none), None)
    made = funnel(table["unmet"].tolist(), table["counted"].tolist(), FunnelRule(multiplier=100))
    rate = table["unmet"].to_numpy(float) / table["counted"].to_numpy(float) * 100
    above = rate > made.target * 100
    outside = np.where(made.outlier, np.where(above, "bad", "good"), "none")
    return Compared(table.assign(rate=rate, outside=outside), made)


def closing_of(due: Iterable[_Row]) -> pd.DataFrame:
    """CLOSING rows of what was due in a span, as core.control.actions.summary tells it.

    due: department and state of ACTIONS rows. Those of the whole hospital belong to no department.
    """
    rows = [(row["department"], row["state"] == "closed") for row in due if row["department"]]
    told = pd.DataFrame(rows, columns=pd.Index(["department", "closed"]))
    closed = told["closed"].groupby(told["department"]).agg(["size", "sum"])
    return pd.DataFrame(
        {
            "department": list(closed.index),
            "due": closed["size"].to_numpy(int),
            "closed": closed["sum"].to_numpy(int),
        }
    )
