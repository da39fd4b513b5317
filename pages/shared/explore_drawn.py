"""Ranked bars and parts of a change: a kept spec, the sentence that says what to see, the table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.analysis.decompose import EFFECTS, Explained
from core.analysis.levels import INSIDE
from core.catalog.model import Indicator
from core.charts import explore as charts
from core.charts.theme import palette
from core.errors import DataError
from core.formats import signed, unit_name, value_text
from core.words import error_text, t
from pages.shared import explore_reads
from pages.shared.explore_choice import Choice
from pages.shared.explore_phrases import part_name, parts_sentence, side_text, step_text
from pages.shared.kept import kept
from pages.shared.phrases import (
    SHAPES,
    Row,
    bounds_text,
    name_of,
    plain,
    reading_change,
    reading_text,
    state_word,
)
from pages.shared.pictures import plain_spec
from pages.shared.scope import View
from pages.shared.session import catalog

BARS = 20
"""At most so many bars; the table has them all."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """One indicator's picture: its spec (None when there is nothing to draw), words, table."""

    spec: dict[str, Any] | None
    sentence: str
    table: pd.DataFrame
    members: tuple[str, ...] = ()
    """The code of each row of the table, where a click on it leads down."""
    warning: str = ""


@dataclass(frozen=True)
class Asked:
    """All that a picture depends on, besides the data."""

    shown: View
    choice: Choice
    code: str
    language: str
    dark: bool

    @property
    def indicator(self) -> Indicator:
        return catalog().find(self.code)

    @property
    def axis(self) -> charts.Axis:
        return charts.Axis(unit_name(self.indicator.unit), min(1, self.indicator.decimals))

    def nothing(self, text: str) -> Drawn:
        """No picture, and why."""
        return Drawn(None, t(text, indicator=name_of(self.indicator)), pd.DataFrame())


@kept(512)
def ranked(key: Any, asked: Asked) -> Drawn:
    """Members as bars, each in the colour of its state and with its own target."""
    shown, choice, indicator = asked.shown, asked.choice, asked.indicator
    rows = explore_reads.readings(shown, choice, asked.code)
    names = explore_reads.member_names(shown, choice.by)
    if rows.empty:
        return asked.nothing("explore.none")
    told = rows.to_dict("records")
    bars = pd.DataFrame(
        [_bar(row, names, indicator, shown.department) for row in told[:BARS]],
    )
    spec = plain_spec(charts.state_bars(bars, asked.axis, palette(asked.dark)))
    missed = int((rows["state"] == "bad").sum())
    judged = bool((rows["state"] != "none").any())
    how = "missed" if missed else "none" if judged else "free"
    sentence = t(
        f"explore.ranked.{how}",
        indicator=name_of(indicator),
        count=len(rows),
        missed=missed,
        name=plain(bars["name"].iloc[0]),
        value=reading_text(told[0], indicator),
    )
    shares = explore_reads.shares(shown, choice, asked.code, rows)
    lines = [
        {
            t(f"explore.by.{choice.by}"): names.get(row["department"], row["department"]),
            name_of(indicator): reading_text(row, indicator),
            **({t("explore.share"): value_text(shares[place], "%", 1)} if shares else {}),
            t("column.state"): state_word(row),
            t("column.target"): bounds_text(row, indicator) or "—",
            t("column.change"): reading_change(row, indicator),
        }
        for place, row in enumerate(told)
    ]
    return Drawn(spec, sentence, pd.DataFrame(lines), tuple(rows["department"]))


def _bar(row: Row, names: dict[str, str], indicator: Indicator, department: str) -> dict[str, Any]:
    return {
        "code": row["department"],
        "name": names.get(row["department"], row["department"]),
        "value": row["value"],
        "end": _end(row),
        "text": f"{SHAPES[row['state']]} {reading_text(row, indicator)}",
        "state": row["state"],
        "low": row["low"],
        "high": row["high"],
        "target": bounds_text(row, indicator) or "—",
        "change": reading_change(row, indicator),
        "subject": bool(department) and row["department"] == department,
    }


def _end(row: Row) -> float:
    """Where a bar's number stands: beyond the target's tick."""
    bounds = [row[name] for name in ("value", "low", "high") if not math.isnan(row[name])]
    return row["value"] if row["value"] < 0 else max(bounds)


@kept(512)
def parts(key: Any, asked: Asked) -> Drawn:
    """What the change is made of, as bars to either side."""
    choice, indicator = asked.choice, asked.indicator
    found = explore_reads.explained(asked.shown, choice, asked.code)
    if isinstance(found, str):
        level = t(f"explore.by.{choice.by}")
        error = DataError(found, indicator=name_of(indicator), value=level)
        return Drawn(None, error_text(error), pd.DataFrame())
    level = choice.by if choice.by in INSIDE else "department"
    sides = found.effects == EFFECTS["sides"]
    names = {} if sides else explore_reads.member_names(asked.shown, level)
    rows = _part_rows(found, names, sides)
    sentence = parts_sentence(found, level, names, asked.shown)
    if not rows:
        return Drawn(None, sentence, pd.DataFrame())
    bars = pd.DataFrame(rows[:BARS])
    spec = plain_spec(charts.part_bars(bars, asked.axis, palette(asked.dark)))
    several = found.effects if len(found.effects) > 1 else ()
    lines = [
        {
            t("explore.part"): row["name"],
            t("explore.before"): row["before"],
            t("explore.after"): row["after"],
            **{t(f"explore.effect.{name}"): step_text(row[name], indicator) for name in several},
            t("explore.total"): row["text"],
        }
        for row in rows
    ]
    members = () if sides else tuple(row["code"] for row in rows)
    return Drawn(spec, sentence, pd.DataFrame(lines), members)


def _part_rows(found: Explained, names: dict[str, str], sides: bool) -> list[dict[str, Any]]:
    indicator = catalog().find(found.indicator)
    sign = {"higher": 1, "lower": -1}.get(indicator.better, 0)

    def end(row: dict[Any, Any], name: str) -> str:
        if sides:
            return side_text(row[name], row["part"], indicator)
        return value_text(row[name], indicator.unit, indicator.decimals)

    return [
        {
            "code": row["part"],
            "name": part_name(row["part"], names),
            "value": row["total"],
            "text": step_text(row["total"], indicator),
            "short": signed(row["total"], max(1, indicator.decimals)),
            "favourable": sign * (1 if row["total"] > 0 else -1),
            "before": end(row, "before"),
            "after": end(row, "after"),
            **{name: row[name] for name in found.effects},
        }
        for row in found.parts.to_dict("records")
        if row["total"] != 0
    ]
