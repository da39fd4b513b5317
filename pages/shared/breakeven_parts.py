"""Parts of the break-even page: the answer, sliders beside their result, the picture, behaviour."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.charts.equipment import Even, break_even
from core.charts.theme import palette
from core.costing.cvp import Change, Figures, Outcome, changed, outcome
from core.formats import MISSING, listed, money, month_name, months_name, number, signed, value_text
from core.words import language, t
from pages.shared import group_reads
from pages.shared.breakeven_reads import Found
from pages.shared.costing_words import source_of
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

SLIDERS = ("volume", "price", "variable", "fixed")
WORST, BEST = -50, 100
SMALL = 10_000
"""分: below 100 元 a unit's price is told to the 分."""
MONEY = {"zh": 1e6, "en": 1e8}
"""分 in the unit of the picture: 万元, in English millions of CNY."""
COMPARED = (
    *("volume", "income", "price", "variable", "fixed", "contribution_rate", "profit"),
    *("break_even", "break_even_income", "safety", "wanted", "price_wanted"),
)
RATES, EACH, COUNTS = (
    ("contribution_rate", "safety"),
    ("price", "variable", "price_wanted"),
    ("volume", "break_even", "wanted"),
)
NEED_MARGIN = ("break_even", "break_even_income", "safety", "wanted")


def answer(found: Found, name: str) -> None:
    """The sentence and four cards."""
    result, unit = outcome(found.figures), t(f"breakeven.unit.{found.unit}")
    st.subheader(_headline(found, result, name, unit), anchor=False)
    if found.left_out:
        months = listed(month_name(month) for month in found.left_out)
        st.warning(t("disease.left_out", months=months), icon=":material/warning:")
    st.caption(t(f"breakeven.basis.{found.kind}", months=months_name(found.months)))
    with st.grid(4, min_column_width=205, gap="small"):
        for key, value, why in _cards(result, unit):
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"breakeven.card.{key}"), value)
                st.markdown(f":small[{why}]")


def _headline(found: Found, result: Outcome, name: str, unit: str) -> str:
    period = months_name(found.months)
    if result.reason:
        why = t(f"breakeven.reason.{result.reason}")
        return t("breakeven.headline.none", name=plain(name), months=period, why=why)
    above = result.volume >= result.break_even
    return t(
        "breakeven.headline.above" if above else "breakeven.headline.below",
        name=plain(name),
        months=period,
        volume=number(result.volume),
        even=number(result.break_even),
        gap=number(abs(result.volume - result.break_even)),
        unit=unit,
    )


def _cards(result: Outcome, unit: str) -> list[tuple[str, str, str]]:
    why = t(f"breakeven.reason.{result.reason}") if result.reason else ""
    good = result.profit >= 0
    state = f":blue[● {t('breakeven.gain')}]" if good else f":red[■ {t('breakeven.loss')}]"
    rate = value_text(result.contribution_rate * 100, "%", 1)
    return [
        ("volume", _count(result.volume, unit), t("breakeven.each", price=_each(result.price))),
        ("even", _count(result.break_even, unit), why or _even_income(result)),
        ("safety", value_text(result.safety * 100, "%", 1), why or t("breakeven.safety.why")),
        ("profit", money(result.profit), f"{state} {t('breakeven.rate', rate=rate)}"),
    ]


def _even_income(result: Outcome) -> str:
    return t("breakeven.even_income", income=money(result.break_even_income))


def _count(value: float, unit: str) -> str:
    return MISSING if math.isnan(value) else f"{number(value)} {unit}"


def _each(fen: float) -> str:
    """元 of one unit; with 分 where it is small."""
    small = abs(fen) < SMALL and round(fen) != 0
    return MISSING if math.isnan(fen) else value_text(fen / 100, "元", 2 if small else 0)


def what_if(shown: View, found: Found, name: str, key: str) -> None:
    """Sliders, the figures beside them, and the picture of what is asked."""
    st.subheader(t("breakeven.what_if"), anchor=False)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(t("breakeven.hint"))
        change = _asked(key)
        asked = changed(found.figures, change)
    before, after = outcome(found.figures), outcome(asked, change.target)
    with right:
        lines = _compared(before, after, t(f"breakeven.unit.{found.unit}"))
        st.dataframe(lines, hide_index=True, height="content")
    sentence = _sentence(after, t(f"breakeven.unit.{found.unit}"))
    st.caption(sentence)
    if after.volume > 0 and after.income > 0:
        numbers = (asked.income, asked.variable, asked.fixed, asked.volume)
        axis = t(f"breakeven.axis.{found.unit}")
        even = None if math.isnan(after.break_even) else after.break_even
        spec = _spec(numbers, even, axis, language(), dark())
        st.vega_lite_chart(spec, theme=None, alt=sentence)
        st.caption(source_of(shown, t("costing.unit")))
    download(lines, f"{t('breakeven.what_if')} {name}")


def _asked(key: str) -> Change:
    factors = {
        name: 1
        + st.slider(
            t(f"breakeven.slider.{name}"),
            *(WORST, BEST, 0, 1),
            format="%+d%%",
            key=f"breakeven_{name}_{key}",
        )
        / 100
        for name in SLIDERS
    }
    target = st.number_input(
        t("breakeven.target"),
        min_value=0.0,
        step=10.0,
        format="%.1f",
        key=f"breakeven_target_{key}",
        help=t("breakeven.target.help"),
    )
    return Change(**factors, target=target * 1e6)


def _text(name: str, result: Outcome, unit: str) -> str:
    value = getattr(result, name)
    if math.isnan(value):
        reason = result.reason or "no_volume"
        return f"{MISSING} {t('breakeven.reason.' + reason)}"
    if name in RATES:
        return value_text(value * 100, "%", 1)
    if name in EACH:
        return _each(value)
    return f"{number(value)} {unit}" if name in COUNTS else money(value)


def _difference(name: str, before: Outcome, after: Outcome, unit: str) -> str:
    gap = getattr(after, name) - getattr(before, name)
    if math.isnan(gap):
        return MISSING
    if name in RATES:
        return f"{signed(gap * 100)} {t('format.points')}"
    if name in EACH:
        return ("+" if gap > 0 else "") + _each(gap)
    if name in COUNTS:
        return f"{signed(gap, 0)} {unit}"
    return ("+" if gap > 0 else "") + money(gap)


def _compared(before: Outcome, after: Outcome, unit: str) -> pd.DataFrame:
    """Actual, asked and their difference."""
    return pd.DataFrame(
        [
            {
                t("breakeven.column.item"): t(f"breakeven.row.{name}"),
                t("breakeven.column.actual"): _text(name, before, unit),
                t("breakeven.column.asked"): _text(name, after, unit),
                t("breakeven.column.difference"): _difference(name, before, after, unit),
            }
            for name in COMPARED
        ]
    )


def _sentence(result: Outcome, unit: str) -> str:
    if result.reason:
        return t("breakeven.picture.none", why=t(f"breakeven.reason.{result.reason}"))
    return t(
        "breakeven.picture",
        even=_count(result.break_even, unit),
        volume=_count(result.volume, unit),
        profit=money(result.profit),
        wanted=_count(result.wanted, unit),
    )


@kept(256)
def _spec(
    numbers: tuple[float, float, float, float],
    even: float | None,
    axis: str,
    in_language: str,
    on_dark: bool,
) -> dict:
    """Income and total cost by volume, as far as break-even lies within three times the actual."""
    figures = Figures(*numbers)
    near = even is not None and even <= 3 * figures.volume
    most = max(figures.volume, even if near and even is not None else 0.0) * 1.25
    lines = {
        "income": (0.0, figures.income / figures.volume),
        "cost": (figures.fixed, figures.variable / figures.volume),
    }
    points = pd.DataFrame(
        [
            {
                "which": which,
                "name": t(f"breakeven.line.{which}"),
                "examinations": volume,
                "value": (base + slope * volume) / MONEY[in_language],
            }
            for which, (base, slope) in lines.items()
            for volume in (0.0, most)
        ]
    )
    about = Even(
        figures.volume,
        t("breakeven.mark.now", volume=number(figures.volume)),
        even if near else None,
        t("breakeven.mark.even", volume=number(math.nan if even is None else even)),
        axis,
    )
    return plain_spec(break_even(points, about, t("costing.unit"), palette(on_dark)))


def behaviour_table() -> pd.DataFrame:
    """Which share of each part of cost follows the volume."""
    shares = group_reads.behaviour().variable
    return pd.DataFrame(
        {
            t("breakeven.part"): [t(f"breakeven.part.{part}") for part in shares],
            t("breakeven.part.variable"): [value_text(s * 100, "%", 0) for s in shares.values()],
        }
    )
