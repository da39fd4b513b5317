"""What if: a machine at another volume, fee, price or rate, beside what it really does."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.analysis.equipment import plan_of
from core.analysis.investment import Change, Outcome, Plan, changed, judge, running
from core.charts.equipment import Even, break_even, cash_over_years
from core.charts.theme import palette
from core.formats import MISSING, number, signed, value_text
from core.words import language, t
from pages.shared import equipment_phrases as phrases
from pages.shared.equipment_reads import Machines
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import sourced
from pages.shared.pictures import plain_spec, told, untold

Row = phrases.Row
Lines = tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
"""By actual or what_if: year and what has come back until then, in 分."""
COMPARED = (
    *("income", "consumables", "contribution", "fixed", "surplus", "cash", "margin"),
    *("break_even", "payback_years", "npv", "irr"),
)
WORST, BEST = -50, 100
"""Ends of the what-if sliders, in %."""


def what_if(row: Row, found: Machines) -> None:
    """Sliders beside their result, each figure with its difference to the actual one."""
    plan = plan_of(row, found.terms)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(t("equipment.what_if.hint"))
        asked = _sliders(row, plan)
    before, after = judge(plan), judge(asked)
    with right:
        _capacity_words(row, asked, plan)
        _compared(before, after, row["code"])
    first, second = st.columns(2, gap="medium")
    with first:
        _cash(row, (plan, before), (asked, after))
    with second:
        _even(asked, after)


def _sliders(row: Row, plan: Plan) -> Plan:
    """The plan as the person would have it."""
    code = row["code"]
    factors = {
        name: 1 + _slider(name, code) / 100 for name in ("volume", "fee", "consumables", "price")
    }
    other = st.number_input(
        t("equipment.what_if.other", unit=t("equipment.unit")),
        min_value=0.0,
        step=5.0,
        format="%.1f",
        key=f"equipment_other_{code}",
        help=t("equipment.what_if.other.help"),
    )
    asked = changed(plan, Change(**factors, other_fen=other * phrases.MONEY[language()]))
    rate = st.slider(
        t("equipment.what_if.rate"),
        *(0.0, 15.0, plan.rate * 100, 0.5),
        format="%.1f%%",
        key=f"equipment_rate_{code}",
    )
    asked = replace(asked, rate=rate / 100)
    if plan.not_extra > 0:
        share = st.slider(
            t("equipment.what_if.share"),
            *(0, 100, round(plan.not_extra * 100), 1),
            format="%d%%",
            key=f"equipment_share_{code}",
        )
        moved = share != round(plan.not_extra * 100)
        asked = replace(asked, not_extra=share / 100) if moved else asked
    return asked


def _slider(name: str, code: str) -> int:
    return st.slider(
        t(f"equipment.what_if.{name}"),
        *(WORST, BEST, 0, 5),
        format="%+d%%",
        key=f"equipment_{name}_{code}",
    )


def _capacity_words(row: Row, asked: Plan, plan: Plan) -> None:
    """What the volume asked for would be of the machine's capacity."""
    if math.isnan(row["capacity_use"]) or not plan.examinations:
        return
    use = row["capacity_use"] * asked.examinations / plan.examinations
    key = "equipment.what_if.beyond" if use > 100 else "equipment.what_if.within"
    st.markdown(t(key, exams=number(asked.examinations), used=phrases.percent(use)))


def _worded(name: str, outcome: Outcome) -> str:
    value = getattr(outcome, name)
    if math.isnan(value):
        return f"{MISSING} {t('equipment.reason.' + outcome.reasons.get(name, 'no_data'))}"
    if name == "break_even":
        return number(value)
    if name == "payback_years":
        return phrases.years(value)
    if name == "irr":
        return phrases.percent(value * 100)
    return phrases.yuan(value) if name == "margin" else phrases.amount(value)


def _difference(name: str, before: Outcome, after: Outcome) -> str:
    """After less before; — where one is missing."""
    gap = getattr(after, name) - getattr(before, name)
    if math.isnan(gap):
        return MISSING
    if name == "break_even":
        return signed(gap, 0)
    if name == "payback_years":
        return value_text_signed(gap, "年", 1)
    if name == "irr":
        return f"{signed(gap * 100)} {t('format.points')}"
    if name == "margin":
        return value_text_signed(gap / 100, "元", 2)
    return ("+" if gap > 0 else "") + phrases.amount(gap)


def value_text_signed(gap: float, unit: str, decimals: int) -> str:
    """A difference with its sign and unit."""
    return ("+" if round(gap, decimals) > 0 else "") + value_text(gap, unit, decimals)


def _compared(before: Outcome, after: Outcome, code: str) -> None:
    """Actual, what if, and their difference."""
    rows = pd.DataFrame(
        [
            {
                t("equipment.column.item"): t(f"equipment.compared.{name}"),
                t("equipment.column.actual"): _worded(name, before),
                t("equipment.column.what_if"): _worded(name, after),
                t("equipment.column.difference"): _difference(name, before, after),
            }
            for name in COMPARED
        ]
    )
    st.dataframe(rows, hide_index=True, height="content")
    download(rows, f"{t('equipment.what_if.title')} {code}")


def _cash(row: Row, actual: tuple[Plan, Outcome], asked: tuple[Plan, Outcome]) -> None:
    """What has come back over the years, actual and asked for."""
    known = {
        name: tuple(running(plan, outcome.cash))
        for name, (plan, outcome) in {"actual": actual, "what_if": asked}.items()
        if not math.isnan(outcome.cash)
    }
    st.markdown(f"**{t('equipment.cash.title')}**")
    if not known:
        st.write(phrases.reason_of(row, "year_cash"))
        return
    if known.get("actual") == known.get("what_if"):
        known.pop("what_if")
    outcome = asked[1]
    key = "equipment.cash.back" if not math.isnan(outcome.payback_years) else "equipment.cash.never"
    sentence = t(
        key, years=phrases.years(outcome.payback_years), life=phrases.years(row["life_years"])
    )
    st.caption(sentence)
    lines = tuple(known.items())
    st.vega_lite_chart(_cash_spec(lines, language(), dark()), theme=None, alt=sentence)
    st.caption(sourced(t("equipment.unit"), t("equipment.cash.source")))
    download(lambda: _cash_table(lines), t("equipment.cash.title"))


def _cash_table(lines: Lines) -> pd.DataFrame:
    """What has come back, by year."""
    table = pd.DataFrame({t("equipment.column.year"): [year for year, _ in lines[0][1]]})
    for name, line in lines:
        by_year = dict(line)
        table[t(f"equipment.column.{name}")] = [
            phrases.amount(by_year.get(year, math.nan)) for year, _ in lines[0][1]
        ]
    return table


@kept(256)
def _cash_spec(lines: Lines, in_language: str, on_dark: bool) -> dict:
    points = pd.DataFrame(
        [
            {
                "which": name,
                "name": t(f"equipment.column.{name}"),
                "year": year,
                "value": phrases.in_unit(fen),
                "text": phrases.amount(fen),
            }
            for name, line in lines
            for year, fen in line
        ]
    )
    return plain_spec(cash_over_years(points, t("equipment.unit"), palette(on_dark)))


def _even(plan: Plan, outcome: Outcome) -> None:
    """Income and cost by volume, with the volume at which they meet."""
    st.markdown(f"**{t('equipment.even.title')}**")
    if math.isnan(outcome.margin):
        st.write(t(f"equipment.reason.{outcome.reasons['margin']}"))
        return
    if math.isnan(outcome.break_even):
        sentence = t("equipment.even.never")
    else:
        key = "above" if plan.examinations >= outcome.break_even else "below"
        sentence = t(
            f"equipment.even.{key}",
            even=number(outcome.break_even),
            exams=number(plan.examinations),
            gap=number(abs(plan.examinations - outcome.break_even)),
        )
    st.caption(sentence)
    numbers = (plan.examinations, outcome.income, outcome.consumables, outcome.fixed)
    spec = _even_spec(numbers, told(outcome.break_even), language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=sentence)
    st.caption(
        sourced(t("equipment.even.unit", unit=t("equipment.unit")), t("equipment.even.source"))
    )
    download(lambda: _even_table(numbers, outcome.break_even), t("equipment.even.title"))


def _even_table(year: tuple[float, float, float, float], even: float) -> pd.DataFrame:
    """Income, cost and surplus at no examination, at those of now, and at break-even."""
    exams, income, variable, fixed = year
    known = [exams] if math.isnan(even) else [exams, even]
    volumes = [0.0, *sorted(known)]
    sums = [(income * each / exams, fixed + variable * each / exams) for each in volumes]
    unit = t("equipment.unit")
    names = [t(f"equipment.even.column.{name}", unit=unit) for name in ("income", "cost", "left")]
    return pd.DataFrame(
        [
            (number(each), *map(phrases.unit_text, (gained, spent, gained - spent)))
            for each, (gained, spent) in zip(volumes, sums, strict=True)
        ],
        columns=pd.Index([t("equipment.column.exams"), *names]),
    )


@kept(256)
def _even_spec(
    year: tuple[float, float, float, float], even: float | None, in_language: str, on_dark: bool
) -> dict:
    exams, income, variable, fixed = year
    far = even if even is not None and even <= 3 * exams else exams
    most = max(exams, far) * 1.2
    points = pd.DataFrame(
        [
            {
                "which": which,
                "name": t(f"equipment.even.{which}"),
                "examinations": volume,
                "value": phrases.in_unit(base + slope * volume / exams),
            }
            for which, base, slope in (("income", 0.0, income), ("cost", fixed, variable))
            for volume in (0.0, most)
        ]
    )
    shown = untold(even) if even is not None and even <= most else None
    about = Even(
        exams,
        t("equipment.even.now", exams=number(exams)),
        shown,
        t("equipment.even.at", exams=number(untold(even))),
    )
    return plain_spec(break_even(points, about, t("equipment.unit"), palette(on_dark)))
