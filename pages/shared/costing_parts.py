"""Parts of the allocation page: departments by level, the trace of a 元, methods, inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import costing as charts
from core.charts.theme import palette
from core.costing import results
from core.costing.allocation import Allocation
from core.costing.model import Method
from core.formats import MISSING, money, month_name, number
from core.words import has, language, t
from pages.shared import costing_basis, costing_orders, costing_reads
from pages.shared.costing_words import driver_name
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

DRAWN = 15
"""At most so many bars; all departments are in the table."""
_ORDER = (*charts.LEVELS, "shared")
Bars = tuple[tuple[str, str, int], ...]
"""Name of the department, level, 分."""


def _name(shown: View, code: str) -> str:
    return costing_reads.names(shown).departments.get(code, code)


def _yuan(frame: pd.DataFrame) -> pd.DataFrame:
    """分 as 元, numbers for Excel and for sorting."""
    return frame / 100


def departments(shown: View, found: Allocation) -> None:
    """The bars, then the table department x level."""
    bars, lines = _told(costing_reads.key(shown), shown, found.method, language())
    st.caption(t("allocation.bars", count=min(DRAWN, len(lines))))
    st.vega_lite_chart(
        _spec(bars, language(), dark()), theme=None, alt=t("allocation.tab.departments")
    )
    st.caption(sourced(t("costing.unit"), t("allocation.source", month=month_name(shown.month))))
    st.caption(t("allocation.yuan"))
    amounts = lines.columns[1:-1]
    columns: dict[str, Any] = dict.fromkeys(amounts, st.column_config.NumberColumn(format="%,.2f"))
    table(lines, t("allocation.tab.departments"), columns)


@kept(2 * costing_reads.MONTHS)
def _told(
    key: tuple[Any, ...], shown: View, method: Method, in_language: str
) -> tuple[Bars, pd.DataFrame]:
    """The bars that are drawn, and the table of all departments, the dearest first."""
    levels = costing_reads.levels(shown, method)
    levels = levels.sort_values("full", ascending=False, kind="stable")
    shared = levels["full"] - levels["direct"]
    if method != "three_level":
        levels = levels[["direct"]].assign(shared=shared, full=levels["full"])
    lines = _yuan(levels).rename(columns=lambda name: t(f"costing.column.{name}"))
    lines.insert(0, t("column.department"), [_name(shown, str(code)) for code in levels.index])
    lines[t("costing.column.share")] = [
        f"{part / whole:.1%}" if whole else MISSING
        for part, whole in zip(shared, levels["full"], strict=True)
    ]
    return _bars(shown, levels.head(DRAWN)), lines.reset_index(drop=True)


def _bars(shown: View, levels: pd.DataFrame) -> Bars:
    return tuple(
        (_name(shown, str(code)), level, int(levels.loc[code, level]))  # type: ignore[arg-type]
        for code in levels.index
        for level in levels.columns
        if level != "full"
    )


@kept(64)
def _spec(rows: Bars, in_language: str, on_dark: bool) -> dict[str, Any]:
    size, unit = 1e6 if in_language == "zh" else 1e8, t("costing.unit")
    points = pd.DataFrame(
        {
            "name": [name for name, _, _ in rows],
            "level": [level for _, level, _ in rows],
            "label": [t(f"costing.column.{level}") for _, level, _ in rows],
            "order": [_ORDER.index(level) for _, level, _ in rows],
            "value": [fen / size for _, _, fen in rows],
            "text": [money(fen) for _, _, fen in rows],
        }
    )
    return plain_spec(charts.by_level(points, unit, palette(on_dark)))


def trace(shown: View, found: Allocation) -> None:
    """一元钱追踪: from a clinical department back to the ledger, or from a source onward."""
    way = st.segmented_control(
        t("allocation.trace.way"),
        ("back", "onward"),
        key="allocation_way",
        default="back",
        required=True,
        format_func=lambda one: t(f"allocation.trace.{one}"),
    )
    if way == "onward":
        _onward(shown, found)
    else:
        _back(shown, found)


def _choose(shown: View, key: str, codes: list[str]) -> str:
    labels = {code: f"{code} {_name(shown, code)}" for code in codes}
    state = f"allocation_{key}_{shown.department}"
    if st.session_state.get(state) not in labels:
        st.session_state[state] = shown.department if shown.department in labels else codes[0]
    return st.selectbox(
        t(f"allocation.trace.{key}"),
        codes,
        key=state,
        format_func=labels.__getitem__,
        width=340,
    )


def _back(shown: View, found: Allocation) -> None:
    one = _choose(shown, "department", [str(code) for code in found.final.index])
    rows = results.sources_of(found, one)
    full = int(rows["amount_fen"].sum())
    st.markdown(
        t(
            "allocation.trace.made_of",
            department=plain(_name(shown, one)),
            full=money(full),
            count=number(len(rows)),
            first=plain(_name(shown, str(rows["source"].iloc[0]))) if len(rows) else "—",
        )
    )
    event = st.dataframe(
        _traced(shown, found, rows),
        hide_index=True,
        height=min(420, 38 + 35 * len(rows)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"allocation_sources_{one}",
        column_config=_money_columns(),
    )
    download(
        lambda: _traced(shown, found, rows), f"{t('allocation.tab.trace')} {_name(shown, one)}"
    )
    chosen = event["selection"]["rows"]
    source = str(rows["source"].iloc[chosen[0]]) if chosen and chosen[0] < len(rows) else one
    _ledger(shown, source)


def _traced(shown: View, found: Allocation, rows: pd.DataFrame) -> pd.DataFrame:
    categories = {
        code: t(f"category.{name}")
        for code, name in zip(
            costing_reads.inputs(shown).departments["department"],
            costing_reads.inputs(shown).departments["category"],
            strict=True,
        )
    }
    return pd.DataFrame(
        {
            t("costing.column.code"): rows["source"],
            t("column.department"): [_name(shown, str(code)) for code in rows["source"]],
            t("column.category"): [categories.get(str(code), "—") for code in rows["source"]],
            t("costing.column.amount"): _yuan(rows[["amount_fen"]])["amount_fen"],
            t("costing.column.share"): [f"{share:.2%}" for share in rows["share"]],
        }
    )


def _money_columns() -> dict[str, Any]:
    return {t("costing.column.amount"): st.column_config.NumberColumn(format="%,.2f")}


def _ledger(shown: View, source: str) -> None:
    """The rows that were imported for a source: the end of the trace."""
    rows = costing_reads.ledger(shown, source)
    st.markdown(
        t(
            "allocation.trace.ledger",
            department=plain(_name(shown, source)),
            total=money(int(rows["amount_fen"].sum())),
            count=number(len(rows)),
        )
    )
    items = costing_reads.names(shown).items
    lines = pd.DataFrame(
        {
            t("costing.column.item"): [items.get(code, code) for code in rows["item"]],
            t("costing.column.unit"): [t(f"costing.of.{unit}") for unit in rows["unit"]],
            t("costing.column.amount"): _yuan(rows[["amount_fen"]])["amount_fen"],
            t("costing.column.batch"): [str(batch) for batch in rows["batch_id"]],
        }
    )
    st.dataframe(lines, hide_index=True, column_config=_money_columns())
    download(lines, f"{t('allocation.trace.rows')} {_name(shown, source)}")


def _onward(shown: View, found: Allocation) -> None:
    finals = set(found.final.index)
    sources = [str(code) for code in found.origin.columns if code not in finals]
    if not sources:
        st.write(t("allocation.trace.no_source"))
        return
    one = _choose(shown, "source", sources)
    rows = results.ends_of(found, one)
    st.markdown(
        t(
            "allocation.trace.goes_to",
            department=plain(_name(shown, one)),
            total=money(int(rows["amount_fen"].sum())),
            count=number(len(rows)),
            first=plain(_name(shown, str(rows["source"].iloc[0]))) if len(rows) else "—",
        )
    )
    table(
        _traced(shown, found, rows),
        f"{t('allocation.trace.onward')} {_name(shown, one)}",
        _money_columns(),
    )
    _ledger(shown, one)


def methods(shown: View, found: Allocation) -> None:
    """Full cost by every method, and how far apart they are."""
    every = costing_reads.methods(shown)
    spread = every.max(axis=1) - every.min(axis=1)
    order = spread.sort_values(ascending=False, kind="stable").index
    widest = str(order[0])
    st.markdown(
        t(
            "allocation.methods.widest",
            department=plain(_name(shown, widest)),
            spread=money(int(spread[widest])),
        )
    )
    lines = _yuan(every.loc[order]).rename(columns=lambda name: t(f"costing.method.{name}"))
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%,.0f") for name in lines.columns
    }
    spread_name = t("costing.column.spread")
    lines[spread_name] = spread[order] / 100
    columns[spread_name] = st.column_config.NumberColumn(format="%,.0f")
    lines.insert(0, t("column.department"), [_name(shown, str(code)) for code in order])
    band = costing_orders.draw(shown)
    for end in ("least", "most") if band is not None else ():
        lines[t(f"orders.{end}")] = band.loc[order, end] / 100  # type: ignore[union-attr]
        columns[t(f"orders.{end}")] = st.column_config.NumberColumn(format="%,.0f")
    st.markdown(f"**{t('orders.all_methods')}**")
    st.caption(t("allocation.yuan"))
    table(lines.reset_index(drop=True), t("allocation.tab.methods"), columns)
    st.caption(t("allocation.methods.why"))


def inputs(shown: View, found: Allocation) -> None:
    """The driver of every source, what is missing or sits elsewhere, and the certificate."""
    given = costing_reads.inputs(shown)
    drivers = costing_reads.drivers(shown)
    notes = given.notes
    st.markdown(f"**{t('allocation.inputs.drivers')}**")
    lines = pd.DataFrame(
        {
            t("costing.level"): [t(f"costing.column.level{level}") for level in notes["level"]],
            t("costing.column.source"): [_name(shown, str(code)) for code in notes["source"]],
            t("costing.column.driver"): [
                t("allocation.inputs.no_driver")
                if not choice
                else driver_name(choice, code, drivers)
                for choice, code in zip(notes["choice"], notes["driver"], strict=True)
            ],
            t("costing.column.receivers"): notes["receivers"],
            t("costing.column.fell_back"): [
                t("allocation.inputs.fallback") if fell else "—" for fell in notes["fell_back"]
            ],
        }
    )
    table(lines, t("allocation.inputs.drivers"))
    costing_basis.draw(shown, found.method)
    for kind, rows in (("missing", given.missing), ("checks", given.checks)):
        _findings(shown, kind, rows)
    st.markdown(f"**{t('allocation.certificate')}**")
    proof = found.certificate
    told = t("allocation.conserved" if proof.conserved else "allocation.not_conserved")
    st.write(told)
    st.caption(t("allocation.certificate.why"))
    marks = {"inputs": proof.inputs, "basis": given.basis}
    marks |= {"rules": proof.rules, "result": proof.result}
    for name, mark in marks.items():
        about = t(f"allocation.certificate.{name}")
        st.caption(f"{t('costing.about.' + name)}: `{mark.upper()}`  \n{about}")


def _findings(shown: View, kind: str, rows: pd.DataFrame) -> None:
    st.markdown(f"**{t(f'allocation.{kind}')}**")
    if rows.empty:
        st.write(t(f"allocation.{kind}.none"))
        return
    known = costing_reads.names(shown).departments
    lines = pd.DataFrame(
        {
            t("costing.column.finding"): [t(f"costing.finding.{code}") for code in rows["code"]],
            t("column.department"): [
                _name(shown, str(code)) if code else t("scope.whole") for code in rows["department"]
            ],
            t("costing.column.about"): [_about(str(about), known) for about in rows["about"]],
            t("costing.column.amount"): _yuan(rows[["amount_fen"]])["amount_fen"],
        }
    )
    table(lines, t(f"allocation.{kind}"), _money_columns())


def _about(about: str, departments: Mapping[str, str]) -> str:
    """Drivers, kinds of goods or departments that a finding is about, in words."""
    told = []
    for one in (part.partition(":")[0] for part in about.split(",") if part):
        keys = (f"costing.goods.{one}", f"costing.driver.{one}")
        known = next((t(key) for key in keys if has(key)), departments.get(one, one))
        told.append(known)
    return "、".join(dict.fromkeys(told)) if language() == "zh" else ", ".join(dict.fromkeys(told))
