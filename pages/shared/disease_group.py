"""One disease group: from payment to margin, by department, month by month, cases out of bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import groups as charts
from core.charts.theme import palette
from core.costing.group_view import apart, beyond, bridge, summary
from core.costing.groups import Way
from core.costing.sides import CLASSES
from core.formats import MISSING, money, month_date, month_name, months_name, number, signed
from core.words import language, t
from pages.shared import costing_reads, group_reads, reads
from pages.shared.costing_words import source_of
from pages.shared.disease_parts import CLASSES_AND_ENDS, name_of, percent, yuan
from pages.shared.kept import kept
from pages.shared.page import dark, table
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

TABS = ("bridge", "departments", "months", "cases")
Row = dict[Any, Any]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One group in words."""

    headline: str
    reference: str
    steps: pd.DataFrame
    departments: pd.DataFrame
    months: tuple[int, ...]


def sheet(shown: View, way: Way, group: str) -> None:
    """Everything about one group."""
    said = _sheet(costing_reads.key(shown), shown, way, group, language())
    st.button(t("disease.back"), icon=":material/arrow_back:", on_click=_close)
    st.subheader(said.headline, anchor=False)
    st.caption(said.reference)
    st.caption(t("disease.not_alone"))
    tabs = st.tabs([t(f"disease.tab.{tab}") for tab in TABS], on_change="rerun", key="disease_one")
    if tabs[0].open:
        with tabs[0]:
            _bridge(shown, way, group, said)
    if tabs[1].open:
        with tabs[1]:
            st.caption(t("disease.departments.hint"))
            table(said.departments, f"{t('disease.tab.departments')} {group}")
    if tabs[2].open:
        with tabs[2]:
            _months(shown, way, group)
    if tabs[3].open:
        with tabs[3]:
            _cases(shown, said.months, group)


def _close() -> None:
    st.session_state["disease_group"] = ""


def _row(rows: pd.DataFrame | None, group: str) -> Row | None:
    if rows is None:
        return None
    found = rows[rows["group"] == group].to_dict("records")
    return found[0] if found else None


@kept(256)
def _sheet(key: reads.Key, shown: View, way: Way, group: str, in_language: str) -> Sheet:
    now = shown.comparison.now
    found = group_reads.period(shown, way, now)
    row = _row(group_reads.groups_of(shown, way, now), group)
    assert found is not None and row is not None  # noqa: S101 - the page offered this group
    then = shown.comparison.then
    before = _row(group_reads.groups_of(shown, way, then), group) if then else None
    over = beyond(row, found.hospital)
    return Sheet(
        _headline(shown, found.months, row, over),
        _reference(shown, then, before, row),
        _steps(row, before, over, found.hospital),
        _departments(shown, found, group),
        found.months,
    )


def _headline(shown: View, months: tuple[int, ...], row: Row, over: dict[str, float]) -> str:
    cause = max(over, key=lambda name: over[name])
    words = t(
        "disease.one.gain" if row["margin"] >= 0 else "disease.one.loss",
        group=plain(name_of(shown, row["group"])),
        months=months_name(months),
        cases=number(row["cases"]),
        payment=money(row["payment_case"]),
        charge=money(row["charge_case"]),
        cost=money(row["cost_case"]),
        margin=money(abs(row["margin_case"])),
    )
    if not over[cause] > 0:
        return words
    share = percent(row[f"cost_{cause}"] / row["payment"]) if row["payment"] else MISSING
    return words + t(
        "disease.one.cause",
        cause=t(f"disease.class.{cause}"),
        share=share,
        over=money(over[cause]),
    )


def _reference(shown: View, then: tuple[int, ...], before: Row | None, row: Row) -> str:
    """What the group is held against, and its days against the area's."""
    words = (
        t("disease.reference", months=months_name(then), cases=number(before["cases"]))
        if before
        else t("disease.reference.none")
    )
    benchmark = group_reads.group_rows(shown).get(row["group"], {}).get("benchmark_days")
    if benchmark and not pd.isna(benchmark):
        days = t("disease.days", los=number(row["los"], 1), benchmark=number(benchmark, 1))
        words = f"{words} {days}"
    return words


def _steps(
    row: Row, before: Row | None, over: dict[str, float], hospital: pd.DataFrame
) -> pd.DataFrame:
    """A line a step: now, reference, difference, share of payment, the hospital's share."""
    gap = apart(row, before) if before else {}
    paid = float(hospital["payment"].sum())
    lines = []
    for name in CLASSES_AND_ENDS:
        field = name if name in ("payment", "margin") else f"cost_{name}"
        label = t(f"disease.step.{name}") if field == name else t(f"disease.class.{name}")
        own, share = row[f"{field}_case"], row[field] / row["payment"] if row["payment"] else None
        whole = float(hospital[field].sum()) / paid if paid else None
        lines.append(
            {
                t("disease.column.step"): label,
                t("disease.column.now"): yuan(own),
                t("disease.column.reference"): yuan(before[f"{field}_case"]) if before else MISSING,
                t("disease.column.difference"): signed(gap[name] / 100, 0) if gap else MISSING,
                t("disease.column.of_payment"): MISSING if share is None else percent(share),
                t("disease.column.hospital"): MISSING if whole is None else percent(whole),
                t("disease.column.over"): signed(over[name] / 100, 0) if name in over else MISSING,
            }
        )
    return pd.DataFrame(lines)


def _departments(shown: View, found: group_reads.Period, group: str) -> pd.DataFrame:
    names = reads.names(shown.scope)
    own = found.costed.groups
    rows = summary(own[own["group"] == group], by="department")
    lines = []
    for row in rows.to_dict("records"):
        cells: Row = {
            t("column.department"): names.get(row["department"], row["department"]),
            t("disease.column.cases"): number(row["cases"]),
            t("disease.column.payment_case"): yuan(row["payment_case"]),
            t("disease.column.cost_case"): yuan(row["cost_case"]),
            t("disease.column.margin_case"): yuan(row["margin_case"]),
            t("disease.column.los"): number(row["los"], 1),
        }
        for name in CLASSES:
            label = t("disease.column.class", name=t(f"disease.class.{name}"))
            cells[label] = yuan(row[f"cost_{name}_case"])
        lines.append(cells)
    return pd.DataFrame(lines)


def _bridge(shown: View, way: Way, group: str, said: Sheet) -> None:
    sentence = t("disease.bridge")
    st.caption(sentence)
    spec = _bridge_spec(costing_reads.key(shown), shown, way, (group, language()), dark())
    st.vega_lite_chart(spec, theme=None, alt=said.headline)
    st.caption(source_of(shown, t("disease.axis.each")))
    table(said.steps, f"{t('disease.tab.bridge')} {group}")
    st.caption(t("disease.bridge.why"))


@kept(128)
def _bridge_spec(
    key: reads.Key, shown: View, way: Way, what: tuple[str, str], on_dark: bool
) -> dict[str, Any]:
    row = _row(group_reads.groups_of(shown, way, shown.comparison.now), what[0])
    assert row is not None  # noqa: S101
    points = []
    for name, start, end in bridge(row):
        ends = name in ("payment", "margin")
        label = t(f"disease.step.{name}") if ends else t(f"disease.class.{name}")
        kind = "payment" if name == "payment" else "cost"
        if name == "margin":
            kind = "gain" if end >= 0 else "loss"
        low, high = sorted((start / 100, end / 100))
        worth = end if ends else end - start
        points.append(
            {
                "name": label,
                "start": low,
                "end": high,
                "far": high,
                "kind": kind,
                "text": money(worth),
            }
        )
    rows = pd.DataFrame(points)
    return plain_spec(charts.steps(rows, t("disease.axis.each"), palette(on_dark)))


def _months(shown: View, way: Way, group: str) -> None:
    with st.spinner(t("disease.months.wait"), show_time=False):
        rows = group_reads.trend(shown, way, group)
    if rows.empty:
        st.write(t("disease.months.none"))
        return
    last = rows.to_dict("records")[-1]
    turned = rows.loc[(rows["gap"] >= 0).ne((rows["gap"] >= 0).shift()), "month"].tolist()
    sentence = t(
        "disease.months.text",
        months=months_name((int(rows["month"].iloc[0]), int(last["month"]))),
        better=number(int((rows["gap"] >= 0).sum())),
        count=number(len(rows)),
        since=month_name(int(turned[-1])),
        word=t("disease.months.above" if last["gap"] >= 0 else "disease.months.below"),
    )
    st.caption(sentence)
    spec = _months_spec(costing_reads.key(shown), shown, way, (group, language()), dark())
    st.vega_lite_chart(spec, theme=None, alt=sentence)
    st.caption(source_of(shown, t("disease.axis.each")))
    lines = _months_table(costing_reads.key(shown), shown, way, group, language())
    form = st.column_config.NumberColumn(format="%,.0f")
    columns: Row = dict.fromkeys(lines.columns[1:], form)
    table(lines, f"{t('disease.tab.months')} {group}", columns)


@kept(128)
def _months_table(
    key: reads.Key, shown: View, way: Way, group: str, in_language: str
) -> pd.DataFrame:
    """The newest month first."""
    rows = group_reads.trend(shown, way, group).iloc[::-1]
    lines = {t("chart.month"): [month_name(int(month)) for month in rows["month"]]}
    for name in ("cases", *charts.LINES, "margin"):
        field = name if name == "cases" else f"{name}_case"
        scale = 1 if name == "cases" else 100
        lines[t(f"disease.column.{field}")] = (rows[field] / scale).round(2).tolist()
    return pd.DataFrame(lines)


@kept(128)
def _months_spec(
    key: reads.Key, shown: View, way: Way, what: tuple[str, str], on_dark: bool
) -> dict[str, Any]:
    by_month = {
        int(row["month"]): row for row in group_reads.trend(shown, way, what[0]).to_dict("records")
    }
    points = [
        {
            "date": month_date(month),
            "month": month_name(month),
            "which": which,
            "name": t(f"disease.line.{which}"),
            "value": by_month[month][f"{which}_case"] / 100 if month in by_month else None,
            "text": money(by_month[month][f"{which}_case"]) if month in by_month else MISSING,
        }
        for month in group_reads.trend_months(shown)
        for which in charts.LINES
    ]
    spec = charts.months(pd.DataFrame(points), t("disease.axis.each"), palette(on_dark))
    return plain_spec(spec)


def _cases(shown: View, months: tuple[int, ...], group: str) -> None:
    rows = group_reads.beyond(shown, months, group)
    if rows.empty:
        st.write(t("disease.cases.none"))
        return
    counts = rows["kind"].value_counts()
    st.caption(
        t(
            "disease.cases.text",
            high=number(int(counts.get("high", 0))),
            low=number(int(counts.get("low", 0))),
        )
    )
    names = reads.names(shown.scope)
    lines = pd.DataFrame(
        {
            t("disease.column.case"): [f"{int(key):016x}"[-8:] for key in rows["case_key"]],
            t("column.state"): [t(f"disease.kind.{kind}") for kind in rows["kind"]],
            t("disease.column.discharged"): [month_name(int(month)) for month in rows["month"]],
            t("column.department"): [names.get(str(c), str(c)) for c in rows["department"]],
            t("disease.column.nights"): rows["days"].astype(float).round().astype(int),
            t("disease.column.charge"): rows["charge_fen"] / 100,
            t("disease.column.drug"): rows["drug_fen"].astype(float) / 100,
            t("disease.column.material"): rows["material_fen"].astype(float) / 100,
            t("disease.column.settlement"): [
                t("disease.self_pay") if pd.isna(fen) else number(fen / 100)
                for fen in rows["settlement_fen"]
            ],
        }
    )
    form = st.column_config.NumberColumn(format="%,.0f")
    amounts = ("charge", "drug", "material")
    columns: Row = {t(f"disease.column.{name}"): form for name in amounts}
    table(lines, f"{t('disease.tab.cases')} {group}", columns)
    st.caption(t("disease.cases.why"))
