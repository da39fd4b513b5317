"""What the explore page says: changes, parts, units, sources."""

from __future__ import annotations

import math

from core.analysis.decompose import EFFECTS, Explained
from core.analysis.overview import POINTS
from core.catalog.model import Indicator
from core.formats import MISSING, amount_text, months_name, signed, value_text
from core.words import has, pick, t
from pages.shared.phrases import name_of, plain
from pages.shared.scope import View
from pages.shared.session import catalog

_UNSPACED = ("1:x", "指数", "比值")


def step_text(change: float, indicator: Indicator) -> str:
    """A difference in the indicator's unit with its sign: +0.8 个百分点, −32 元."""
    decimals = max(1, indicator.decimals) if indicator.unit in POINTS else indicator.decimals
    if indicator.unit in POINTS:
        word = t("format.points" if indicator.unit == "%" else "format.permille")
        return f"{signed(change, decimals)} {word}"
    if indicator.unit in _UNSPACED or math.isnan(change):
        return signed(change, decimals)
    sign = "" if round(change, decimals) == 0 else "+" if change > 0 else "−"
    return sign + value_text(abs(change), indicator.unit, decimals)


def moved_word(change: float, indicator: Indicator) -> str:
    """Rises, falls, stays: by what can be seen of it."""
    if round(change, max(1, indicator.decimals)) == 0:
        return t("explore.moved.same")
    return t("explore.moved.up" if change > 0 else "explore.moved.down")


def part_name(code: str, names: dict[str, str]) -> str:
    """A member's name, a measure's, or what stands for the rest."""
    if code in names and code:
        return names[code]
    measure = catalog().measures.get(code)
    if measure is not None:
        return pick(measure.name.zh, measure.name.en)
    return t(f"explore.part.{code or 'rest'}")


def parts_sentence(found: Explained, by: str, names: dict[str, str], shown: View) -> str:
    """Its change as a sum: 药占比上升 0.8 个百分点 = 各科自身水平 +0.5、科室结构 +0.3；……"""
    indicator = catalog().find(found.indicator)
    words = {
        "indicator": name_of(indicator),
        "moved": moved_word(found.change, indicator),
        "change": step_text(abs(found.change), indicator).removeprefix("+"),
        "before": value_text(found.before, indicator.unit, indicator.decimals),
        "after": value_text(found.after, indicator.unit, indicator.decimals),
        "months": months_name(shown.comparison.now),
    }
    largest = ""
    told = found.parts[found.parts["part"] != ""]
    if len(told):
        first = told.iloc[0]
        largest = t(
            "explore.largest",
            name=plain(part_name(first["part"], names)),
            change=step_text(float(first["total"]), indicator),
        )
    sums = found.summed()
    if found.effects == EFFECTS["target"]:
        return t("explore.sentence.target", **words) + largest
    if found.effects == EFFECTS["ratio"]:
        level = by if has(f"explore.own.{by}") else "department"
        own, mix = (step_text(sums[name], indicator) for name in ("rate", "mix"))
        return t(
            "explore.sentence.ratio",
            **words,
            own=t(f"explore.own.{level}"),
            rate=own,
            structure=t(f"explore.structure.{level}"),
            mix=mix,
        ) + largest  # fmt: skip
    return t("explore.sentence.amount", **words) + largest


def side_text(value: float, part: str, indicator: Indicator) -> str:
    """What a side of the quotient was added up to."""
    terms = getattr(indicator.formula, part, (part,))
    measure = catalog().measures.get(terms[0].removeprefix("-"))
    if measure is None or math.isnan(value):
        return MISSING
    return amount_text(value, measure.unit)
