"""A signal in words: its mark, what, where, since when, how large, and one sentence why.

The same words on every screen, in the monthly report and on the agenda. Names that people typed
in come back as they are: whoever shows them as Markdown escapes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.analysis.signals import (
    BAND,
    BOTTLENECK,
    BUDGET,
    CAUSE,
    GAP,
    IDLE,
    LOSS,
    MISSED,
    PLAN,
    ROSTER,
    YEAR,
)
from core.catalog.model import Catalog
from core.formats import listed, money, month_name, number, unit_name, value_text
from core.months import months_between
from core.planning.goals.model import Goal
from core.reports.plans.phrases import value_words
from core.words import has, pick, t

Row = Mapping[Any, Any]
SHAPES = {"high": "■", "medium": "▲", "low": "○", "better": "●", "neutral": "◆"}
COLOURS = {"high": "red", "medium": "orange", "low": "gray", "better": "blue", "neutral": "gray"}
DECIMALS, MONEY = 1, "元"
"""Of shares that are no indicator's."""


@dataclass(frozen=True)
class Names:
    """What codes are called: departments, tables, and subjects as machine:CODE, group:CODE."""

    departments: Mapping[str, str]
    subjects: Mapping[str, str]
    tables: Mapping[str, str]


def standing(row: Row) -> str:
    """What the mark is about: high | medium | low, or better | neutral."""
    return row["severity"] if row["direction"] == "worse" else row["direction"]


def mark_of(row: Row) -> str:
    """Shape and word: ■ 要紧."""
    place = standing(row)
    return f"{SHAPES[place]} {t('signals.mark.' + place)}"


def subject_of(row: Row, catalog: Catalog, names: Names) -> str:
    """What it is about: an indicator's name, 未报送：工作量表, 病组 I07 脊柱后路融合."""
    kind, _, code = str(row["subject"]).partition(":")
    if not code:
        indicator = catalog.indicators[kind]
        return pick(indicator.name.zh, indicator.name.en)
    if kind == "gap":
        name = names.tables.get(code, code)
    elif kind == "machines":
        name = t(f"equipment.kind.{code}") if has(f"equipment.kind.{code}") else code
    elif kind == "roster":
        name = t(f"signals.stream.{code}")
    elif kind == "goal":
        name = str(row["detail"]).partition(":")[2]
    else:
        name = names.subjects.get(row["subject"], "")
    return t(f"signals.subject.{kind}", code=code, name=name).strip()


def place_of(row: Row, names: Names) -> str:
    """The department's name, or the whole hospital."""
    code = row["department"]
    return names.departments.get(code, code) if code else t("scope.whole")


def since_of(row: Row) -> str:
    """Since when, and how many months that is."""
    months = months_between(row["since"], row["month"]) + 1
    if months <= 1:
        return t("signals.since.now", month=month_name(row["since"]))
    return t("signals.since", month=month_name(row["since"]), months=months)


def size_of(row: Row) -> str:
    """How large in money or patients; '' where it cannot be said."""
    if math.isnan(row["stake"]) or not row["stake_unit"]:
        return ""
    key = "year" if row["stake_months"] > 1 else "month"
    unit, stake = row["stake_unit"], row["stake"]
    # A queue before machines is counted in examinations, not in visits.
    queue = BOTTLENECK in row["reasons"].split(",")
    name = t("signals.unit.examinations") if queue else unit_name(unit)
    text = money(stake) if unit == MONEY else f"{number(stake)} {name}"
    return t(f"signals.size.{key}", stake=text)


def reasons_of(row: Row) -> str:
    """The kinds of reason, side by side."""
    return listed(t(f"signals.reason.{reason}") for reason in row["reasons"].split(","))


def why(row: Row, catalog: Catalog, names: Names) -> str:
    """One sentence: the figure, what is wrong with it, what is usual, and how large it is."""
    parts = [_WHYS[reason](row, catalog, names) for reason in row["reasons"].split(",")]
    if row["subject"] in catalog.indicators:
        parts.insert(0, _value(row, "value", catalog))
    size = size_of(row)
    return t("signals.comma").join([*parts, size] if size else parts) + t("signals.stop")


def _value(row: Row, name: str, catalog: Catalog) -> str:
    indicator = catalog.indicators.get(row["subject"])
    decimals = indicator.decimals if indicator else DECIMALS
    return value_text(float(row[name]), row["unit"], decimals)


def _cause(row: Row, catalog: Catalog, names: Names) -> str:
    return t(
        f"signals.why.cause.{row['detail']}",
        month=month_name(row["since"]),
        usual=_value(row, "usual", catalog),
    )


def _year(row: Row, catalog: Catalog, names: Names) -> str:
    return t("signals.why.year", usual=_value(row, "usual", catalog))


def _missed(row: Row, catalog: Catalog, names: Names) -> str:
    key = "low" if row["value"] < row["bound"] else "high"
    kind = t(f"catalog.target_kind.{row['source_kind']}") if row["source_kind"] else ""
    return t(f"signals.why.missed.{key}", bound=_value(row, "bound", catalog), kind=kind)


def _budget(row: Row, catalog: Catalog, names: Names) -> str:
    over = value_text(float(row["value"]) - 100, row["unit"], DECIMALS)
    return t("signals.why.budget", over=over)


def _gap(row: Row, catalog: Catalog, names: Names) -> str:
    return t("signals.why.gap", month=month_name(row["month"]))


def _loss(row: Row, catalog: Catalog, names: Names) -> str:
    return t("signals.why.loss", less=value_text(-float(row["value"]), "%", DECIMALS))


def _idle(row: Row, catalog: Catalog, names: Names) -> str:
    key = "alone" if math.isnan(row["usual"]) else "beside"
    return t(
        f"signals.why.idle.{key}",
        value=_value(row, "value", catalog),
        usual=_value(row, "usual", catalog),
    )


def _bottleneck(row: Row, catalog: Catalog, names: Names) -> str:
    return t("signals.why.bottleneck", count=row["detail"], value=_value(row, "value", catalog))


def _roster(row: Row, catalog: Catalog, names: Names) -> str:
    start, end, first, last = str(row["detail"]).split("-")
    return t(
        "signals.why.roster",
        start=start,
        end=end,
        first=first,
        last=last,
        value=_value(row, "value", catalog),
        usual=_value(row, "usual", catalog),
        kind=t(f"catalog.target_kind.{row['source_kind']}"),
    )


def _plan(row: Row, catalog: Catalog, names: Names) -> str:
    """Figures of the goal where it stands alone; beside other reasons that it lags as well."""
    if row["reasons"] != PLAN:
        return t("signals.why.plan.too")
    if math.isnan(row["bound"]):
        return t("signals.why.plan.steps", late=number(row["value"]), plan=row["source"])
    goal = Goal("", indicator=str(row["detail"]).partition(":")[0], unit=row["unit"])
    value, bound = (value_words(goal, float(row[name]), catalog) for name in ("value", "bound"))
    return t("signals.why.plan.figures", value=value, bound=bound, plan=row["source"])


_WHYS = {
    CAUSE: _cause,
    YEAR: _year,
    MISSED: _missed,
    BAND: _missed,
    BUDGET: _budget,
    GAP: _gap,
    LOSS: _loss,
    IDLE: _idle,
    BOTTLENECK: _bottleneck,
    ROSTER: _roster,
    PLAN: _plan,
}
