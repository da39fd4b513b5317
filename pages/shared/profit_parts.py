"""Parts of the profit page: the bridge, departments, methods, unit costs, official tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import profit as charts
from core.charts.theme import palette
from core.costing import profit
from core.costing.unit_costs import UNITS
from core.formats import MISSING, money, months_name, number, unit_name
from core.words import language, t
from pages.shared import costing_reads, profit_words
from pages.shared.costing_words import source_of
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.profit_reads import Asked, Span, Units, span, units
from pages.shared.profit_words import Bar, Told, name, size
from pages.shared.scope import View

DRAWN = 15
"""At most so many bars; all departments are in the table."""
PAGE = "pages/costing/profit.py"


def cards(said: Told) -> None:
    """Income, controllable margin, shared cost, surplus."""
    with st.grid(4, min_column_width=205, gap="small"):
        for card in said.cards:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(
                    card.label,
                    card.value,
                    card.change or None,
                    delta_color={1: "blue", -1: "red"}.get(card.favourable, "gray"),  # type: ignore[arg-type]
                    delta_arrow=_arrow(card.change),  # type: ignore[arg-type]
                )
                if card.state:
                    st.markdown(f":small[{_state(card.state)}]")


def _arrow(change: str) -> str:
    return "off" if not change or change.startswith("0") else "up" if change[0] == "+" else "down"


def _state(state: str) -> str:
    good = {"covered": "profit", "uncovered": "loss"}.get(state, state)
    return (
        f":{profit_words.COLOURS[good]}[{profit_words.SHAPES[good]} {t(f'profit.state.{state}')}]"
    )


def bridge(shown: View, said: Told) -> None:
    """The waterfall and its sentence."""
    spec = _bridge(said.bars, language(), dark())
    st.caption(said.reading)
    st.vega_lite_chart(spec, theme=None, alt=said.reading)
    st.caption(source_of(shown, t("costing.unit")))


@kept(64)
def _bridge(rows: tuple[Bar, ...], in_language: str, on_dark: bool) -> dict[str, Any]:
    frame = pd.DataFrame(rows, columns=pd.Index(["name", "kind", "start", "end", "text"]))
    frame[["start", "end"]] = frame[["start", "end"]] / size()
    return plain_spec(charts.bridge(frame, t("costing.unit"), palette(on_dark)))


def departments(shown: View, said: Told) -> None:
    """All departments, the largest loss first; a row leads to its own bridge."""
    form = "%,.1f" if language() == "zh" else "%,.3f"
    amounts = [one for one in said.table.columns if said.table[one].dtype.kind == "f"]
    columns: dict[str, Any] = {one: st.column_config.NumberColumn(format=form) for one in amounts}
    st.caption(t("profit.table.why"))
    event = st.dataframe(
        said.table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"profit_departments_{shown.department}",
        column_config=columns,
    )
    download(said.table, t("profit.tab.departments"))
    chosen = event["selection"]["rows"]
    if chosen and chosen[0] < len(said.codes):
        one = said.codes[chosen[0]]
        if one != shown.department:
            st.switch_page(PAGE, query_params=shown.codes | {"dept": one})


def methods(shown: View, asked: Asked, found: Span) -> None:
    """Whose sign depends on the method."""
    wanted = costing_reads.SHOWN
    if len(found.months) > 1 and not st.toggle(t("profit.methods.all"), key="profit_all_methods"):
        wanted = tuple(dict.fromkeys(("three_level", "direct", asked.method)))
    with st.spinner(t("profit.working", count=len(found.months))):
        surplus, lines = _methods(costing_reads.key(shown), shown, asked, wanted, language())
    turning = profit.turning(surplus)
    codes = [str(code) for code in surplus.index[turning]]
    if codes:
        st.markdown(t("profit.methods.turn", count=number(len(codes))))
        for code in codes:
            st.markdown(f"- {_turn(shown, surplus.T[code], code)}")
    else:
        st.markdown(t("profit.methods.none", count=number(len(surplus.columns))))
    form = "%,.1f" if language() == "zh" else "%,.3f"
    columns: dict[str, Any] = {
        one: st.column_config.NumberColumn(format=form) for one in lines.columns[2:]
    }
    table(lines, t("profit.tab.methods"), columns)
    st.caption(t("profit.methods.why", unit=t("costing.unit")))


def _turn(shown: View, row: pd.Series, code: str) -> str:
    """One department: its highest and lowest surplus, by which method."""
    best, worst = str(row.idxmax()), str(row.idxmin())
    return t(
        "profit.methods.one",
        department=plain(name(shown, code)),
        best=t(f"costing.method.{best}"),
        high=money(int(row[best])),
        worst=t(f"costing.method.{worst}"),
        low=money(int(row[worst])),
    )


@kept(64)
def _methods(
    key: tuple[Any, ...], shown: View, asked: Asked, wanted: tuple[Any, ...], in_language: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Surplus by method in 分, and the same as a table; those that turn first."""
    found = {}
    for method in wanted:
        one = span(shown, Asked(asked.basis, method))
        if not one.rows.empty:
            found[method] = one.rows["surplus"]
    surplus = pd.DataFrame(found).dropna().astype("int64")
    turning = profit.turning(surplus)
    spread = surplus.max(axis=1) - surplus.min(axis=1)
    rank = pd.DataFrame({"turning": turning, "spread": spread})
    order = rank.sort_values(["turning", "spread"], ascending=False, kind="stable").index
    lines = surplus.loc[order] / size()
    lines = lines.rename(columns=lambda method: t(f"costing.method.{method}"))
    lines.insert(0, t("column.department"), [name(shown, str(code)) for code in order])
    told = [_sign(turning[code], surplus.loc[code]) for code in order]
    lines.insert(1, t("profit.column.sign"), told)
    return surplus, lines.reset_index(drop=True)


def _sign(turns: bool, row: pd.Series) -> str:
    if turns:
        return t("profit.sign.turns")
    state = "profit" if row.min() > 0 else "loss" if row.max() < 0 else "even"
    return f"{profit_words.SHAPES[state]} {t(f'profit.sign.{state}')}"


def unit_costs(shown: View, asked: Asked, found: Span) -> None:
    """Cost of a visit, or of a bed-day."""
    unit = st.segmented_control(
        t("profit.unit"),
        UNITS,
        key="profit_unit",
        default="outpatient",
        required=True,
        format_func=lambda one: t(f"profit.unit.{one}"),
    )
    unit = unit or "outpatient"
    with st.spinner(t("profit.working", count=len(found.months))):
        given = units(shown, found.months, asked.method)
    key = costing_reads.key(shown)
    headline, spec, lines = _unit(key, shown, (found.months, asked.method, unit), _look())
    st.markdown(headline)
    if spec:
        st.vega_lite_chart(spec, theme=None, alt=headline)
        st.caption(source_of(shown, unit_name("元")))
    columns: dict[str, Any] = {
        lines.columns[1]: st.column_config.NumberColumn(format="%,.2f"),
        lines.columns[2]: st.column_config.NumberColumn(format="%,.0f"),
        lines.columns[3]: st.column_config.NumberColumn(format="%,.2f"),
    }
    table(lines, t(f"profit.unit.table.{unit}"), columns)
    _unsplit(given)
    st.caption(t("profit.unit.why"))


def _look() -> tuple[str, bool]:
    return language(), dark()


def _unsplit(given: Units) -> None:
    left = int(given.costs.loc[given.costs["unit"] == "unsplit", "amount_fen"].sum())
    if left:
        st.caption(t("profit.unit.unsplit", amount=money(left)))


@kept(32)
def _unit(
    key: tuple[Any, ...], shown: View, chosen: tuple[Any, ...], look: tuple[str, bool]
) -> tuple[str, dict[str, Any] | None, pd.DataFrame]:
    """Sentence, picture and table of a unit."""
    months, method, unit = chosen
    each = units(shown, months, method).each
    rows = each[each["unit"] == unit]
    whole = rows[rows["department"] == ""].iloc[0]
    rows = rows[rows["department"] != ""].sort_values("each", ascending=False, kind="stable")
    known = rows[rows["each"].notna()]
    told = {
        "period": months_name(months),
        "cost": money(int(whole["cost"])),
        "volume": number(float(whole["volume"])),
        "each": money(whole["each"]),
    }
    headline = t(f"profit.unit.headline.{unit}", **told)
    without = int((rows["reason"].isin(["no_volume", "zero_volume"])).sum())
    if whole["reason"]:
        headline = t(f"profit.unit.nothing.{unit}")
    elif without:
        headline += t("profit.unit.without", count=number(without))
    if len(known):
        first = plain(name(shown, str(known["department"].iloc[0])))
        headline += t("profit.unit.dearest", department=first, each=money(known["each"].iloc[0]))
    return headline, _unit_spec(shown, known, whole, look), _unit_table(shown, rows, unit)


def _unit_spec(
    shown: View, known: pd.DataFrame, whole: pd.Series, look: tuple[str, bool]
) -> dict[str, Any] | None:
    if known.empty or whole["reason"]:
        return None
    drawn = known.head(DRAWN)
    points = pd.DataFrame(
        {
            "name": [name(shown, str(code)) for code in drawn["department"]],
            "value": drawn["each"] / 100,
            "text": [money(fen) for fen in drawn["each"]],
        }
    )
    words = (t("profit.unit.axis"), t("profit.unit.average", each=money(whole["each"])))
    return plain_spec(charts.unit_cost(points, whole["each"] / 100, words, palette(look[1])))


def _unit_table(shown: View, rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("column.department"): [name(shown, str(code)) for code in rows["department"]],
            t("profit.unit.cost"): rows["cost"] / 100,
            t(f"profit.unit.volume.{unit}"): rows["volume"],
            t(f"profit.unit.each.{unit}"): rows["each"] / 100,
            t("profit.unit.reason"): [
                t(f"profit.unit.reason.{reason}") if reason else MISSING
                for reason in rows["reason"]
            ],
        }
    ).reset_index(drop=True)
