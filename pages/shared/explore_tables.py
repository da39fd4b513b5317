"""Heat map and pivot of the explore page: members by indicators or months, totals computed anew."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from core.analysis.explore import TOTAL, month_shades
from core.analysis.overview import shades
from core.charts.overview import heat_map
from core.charts.theme import palette
from core.formats import MISSING, month_name, number, unit_name, value_text
from core.words import t
from pages.shared import explore_reads
from pages.shared.explore_drawn import Asked, Drawn
from pages.shared.kept import kept
from pages.shared.phrases import bounds_text, name_of, reading_change, reading_text
from pages.shared.pictures import plain_spec
from pages.shared.session import catalog

ROWS = 60
"""At most so many rows of a heat map: the first in the order chosen."""
_IN_CELL = ("%", "‰", "元", "1:x", "指数", "比值")
"""Units that stand with every number of a wide table; longer ones stand in its head."""


@kept(128)
def heat(key: Any, asked: Asked) -> Drawn:
    """Members by indicators, or by months where there is one indicator."""
    months = len(asked.choice.codes) == 1
    cells = _by_month(asked) if months else _by_indicator(asked)
    table = pivot(key, asked)
    if not cells:
        return asked.nothing("explore.none")
    spec = plain_spec(heat_map(pd.DataFrame(cells), palette(asked.dark)))
    sentence = t("explore.heat.months" if months else "explore.heat.indicators")
    return Drawn(spec, sentence, table.table, table.members)


def _by_indicator(asked: Asked) -> list[dict[str, Any]]:
    names = explore_reads.member_names(asked.shown, asked.choice.by)
    cells = []
    for place, code in enumerate(asked.choice.codes):
        indicator = catalog().find(code)
        rows = explore_reads.readings(asked.shown, asked.choice, code)
        told = rows.assign(shade=shades(catalog(), rows)) if len(rows) else rows
        for row in told.to_dict("records")[:ROWS]:
            cells.append(
                {
                    "name": names.get(row["department"], row["department"]),
                    "title": name_of(indicator),
                    "order": place,
                    "shade": row["shade"],
                    "text": number(row["value"], min(1, indicator.decimals)),
                    "hint": reading_text(row, indicator),
                    "target": bounds_text(row, indicator) or MISSING,
                    "change": reading_change(row, indicator),
                }
            )
    return cells


def _by_month(asked: Asked) -> list[dict[str, Any]]:
    indicator, code = asked.indicator, asked.choice.codes[0]
    names = explore_reads.member_names(asked.shown, asked.choice.by)
    wide = explore_reads.pivot(asked.shown, asked.choice, True)
    wide = wide.drop(index=TOTAL, errors="ignore").xs(code, axis=1, level="indicator")
    wide = wide.drop(columns=TOTAL, errors="ignore")
    order = explore_reads.readings(asked.shown, asked.choice, code)["department"].tolist()
    wide = wide.reindex([one for one in order if one in wide.index][:ROWS])
    shade = month_shades(indicator, pd.DataFrame(wide))
    months = [str(month) for month in wide.columns]
    values, marks = wide.to_numpy(float), shade.to_numpy(float)
    return [
        {
            "name": names.get(member, member),
            "title": month_name(int(month)),
            "order": place,
            "shade": marks[line, place],
            "text": number(values[line, place], min(1, indicator.decimals)),
            "hint": value_text(values[line, place], indicator.unit, indicator.decimals),
            "target": MISSING,
            "change": MISSING,
        }
        for line, member in enumerate(str(one) for one in wide.index)
        for place, month in enumerate(months)
    ]


@kept(128)
def pivot(key: Any, asked: Asked) -> Drawn:
    """Rows of members, the whole first; columns of months or of indicators."""
    choice = asked.choice
    months = choice.columns == "months" if choice.show == "pivot" else len(choice.codes) == 1
    wide = explore_reads.pivot(asked.shown, choice, months)
    if wide.empty or wide.shape[1] == 0:
        return asked.nothing("explore.none")
    names = explore_reads.member_names(asked.shown, choice.by)
    codes = choice.codes[:1] if months else choice.codes
    order = explore_reads.readings(asked.shown, choice, codes[0])["department"].tolist()
    rest = [one for one in wide.index if one not in order and one != TOTAL]
    members = [one for one in (TOTAL, *order, *rest) if one in wide.index]
    lines = []
    for member in members:
        whole = member == TOTAL
        label = t("explore.pivot.total") if whole else names.get(member, member)
        line = {t(f"explore.by.{choice.by}"): label}
        for period, code in wide.columns:
            line[_title(period, code, months)] = _cell(wide.loc[member, (period, code)], code)
        lines.append(line)
    sentence = t(
        "explore.pivot.months" if months else "explore.pivot.indicators",
        indicator=_with_unit(codes[0]),
        rows=len(members) - (TOTAL in members),
    )
    return Drawn(None, sentence, pd.DataFrame(lines), tuple(members))


def _title(period: str, code: str, months: bool) -> str:
    if not months:
        return _with_unit(code)
    return month_name(int(period)) if period != TOTAL else t("explore.pivot.span")


def _with_unit(code: str) -> str:
    """The indicator's name, with the unit that its cells leave out."""
    indicator = catalog().find(code)
    unit = "" if indicator.unit in _IN_CELL else unit_name(indicator.unit)
    return (
        t("explore.named_unit", name=name_of(indicator), unit=unit) if unit else name_of(indicator)
    )


def _cell(value: Any, code: str) -> str:
    indicator = catalog().find(code)
    known = float(value)
    if math.isnan(known) or indicator.unit in _IN_CELL:
        return value_text(known, indicator.unit, indicator.decimals)
    return number(known, indicator.decimals)
