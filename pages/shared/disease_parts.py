"""Parts of the page of disease groups: the answer, four quadrants, the table, the pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.groups import Plane, plane
from core.charts.theme import palette
from core.costing.group_view import QUADRANTS, beyond, quadrants
from core.costing.groups import Way
from core.costing.sides import CLASSES
from core.formats import MISSING, money, months_name, number, value_text
from core.words import language, t
from pages.shared import costing_reads, group_reads, reads
from pages.shared.costing_words import source_of
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

LABELLED = 6
EDGE = 0.02
MARKS = {"many_gain": "●", "many_loss": "■", "few_gain": "●", "few_loss": "▲"}
CLASSES_AND_ENDS = ("payment", *CLASSES, "margin")
Row = dict[Any, Any]


@dataclass(frozen=True, eq=False)
class Worded:
    """All that the page says of one period: worded once a view, way and language."""

    headline: str
    cards: tuple[tuple[str, str, str], ...]
    """Label, value, what it means."""
    picture: str
    names: dict[str, str]
    """Of every group, by code; '' is all of them."""
    codes: tuple[str, ...]
    table: pd.DataFrame
    pool_text: str
    pool: pd.DataFrame


def name_of(shown: View, code: str) -> str:
    """I04 脊柱内固定; a code that the master lacks stays alone."""
    if not code:
        return t("disease.ungrouped")
    row = group_reads.group_rows(shown).get(code)
    return f"{code} {row['name']}" if row else code


def percent(share: float) -> str:
    return value_text(share * 100, "%", 1)


def yuan(fen: float) -> str:
    return MISSING if pd.isna(fen) else number(fen / 100)


def worded(shown: View, way: Way) -> Worded:
    """The page in words."""
    return _worded(costing_reads.key(shown), shown, way, language())


@kept(128)
def _worded(key: reads.Key, shown: View, way: Way, in_language: str) -> Worded:
    found = group_reads.period(shown, way, shown.comparison.now)
    rows = group_reads.groups_of(shown, way, shown.comparison.now)
    assert found is not None and rows is not None  # noqa: S101 - the page asked before
    top, middle = quadrants(rows)
    text, pool = _pool(shown, found)
    return Worded(
        _headline(shown, found, rows),
        _cards(found, rows, shown.department),
        _sentence(shown, top, middle),
        {"": t("disease.all")}
        | {code: name_of(shown, code) for code in sorted(rows["group"].astype(str)) if code},
        tuple(str(code) for code in top["group"]),
        _table(shown, top),
        text,
        pool,
    )


def _headline(shown: View, found: group_reads.Period, rows: pd.DataFrame) -> str:
    grouped = rows[rows["group"] != ""]
    losing = grouped[grouped["margin"] < 0]
    words = t(
        "disease.headline",
        months=months_name(found.months),
        groups=number(len(grouped)),
        cases=number(rows["cases"].sum()),
        losing=number(len(losing)),
    )
    if losing.empty:
        return words + t("disease.headline.none")
    worst = losing.nsmallest(1, "margin").to_dict("records")[0]
    over = beyond(worst, found.hospital)
    cause = max(over, key=lambda name: over[name])
    return words + t(
        "disease.headline.worst",
        group=plain(name_of(shown, str(worst["group"]))),
        loss=money(-worst["margin"]),
        each=money(-worst["margin_case"]),
        cause=t(f"disease.class.{cause}"),
    )


def _cards(
    found: group_reads.Period, rows: pd.DataFrame, department: str
) -> tuple[tuple[str, str, str], ...]:
    payment, cost, charge = (float(rows[name].sum()) for name in ("payment", "cost", "charge"))
    both = found.costed.by_department()
    both = both[both["department"] == department] if department else both
    variance, pool = int(both["variance"].sum()), int(both["pool"].sum())
    whole, settled = int(rows["cases"].sum()), int(rows["settled"].sum())
    basis = t(
        "disease.basis",
        settled=percent(settled / whole),
        estimated=percent(int(rows["estimated"].sum()) / whole),
        charged=percent(int(rows["charged"].sum()) / whole),
    )
    share = percent((payment - cost) / payment) if payment else MISSING
    return (
        (t("disease.card.payment"), money(payment), basis),
        (t("disease.card.gap"), money(payment - charge), t("disease.card.gap.why")),
        (t("disease.card.margin"), money(payment - cost), t("disease.margin.share", share=share)),
        (
            t("disease.card.variance"),
            money(variance),
            t(
                "disease.variance.left" if variance >= 0 else "disease.variance.over",
                share=percent(abs(variance) / pool) if pool else MISSING,
            ),
        ),
    )


def cards(said: Worded) -> None:
    """Four cards; two a row on a phone."""
    with st.grid(4, min_column_width=205, gap="small"):
        for label, value, why in said.cards:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(label, value)
                st.markdown(f":small[:gray[{why}]]")


def _sentence(shown: View, top: pd.DataFrame, middle: float) -> str:
    counts = top["quadrant"].value_counts()
    return t(
        "disease.picture",
        count=number(len(top)),
        middle=number(middle, 0 if middle == int(middle) else 1),
        **{name: number(int(counts.get(name, 0))) for name in QUADRANTS},
    )


def picture(shown: View, way: Way, said: Worded) -> None:
    """Cases by margin a case."""
    if not said.codes:
        st.write(t("disease.no_groups"))
        return
    st.caption(said.picture)
    spec, beside = _spec(costing_reads.key(shown), shown, way, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said.picture)
    st.caption(source_of(shown, t("disease.axis.margin")))
    if beside:
        st.caption(t("disease.picture.edge", count=number(beside)))


@kept(128)
def _spec(
    key: reads.Key, shown: View, way: Way, in_language: str, on_dark: bool
) -> tuple[dict[str, Any], int]:
    rows = group_reads.groups_of(shown, way, shown.comparison.now)
    assert rows is not None  # noqa: S101
    top, middle = quadrants(rows)
    margin = top["margin_case"] / 100
    low, high = float(margin.quantile(EDGE)), float(margin.quantile(1 - EDGE))
    reach = max(high - low, 1.0) * 0.06
    low, high = min(low, 0.0) - reach, max(high, 0.0) + reach
    first = set(top["margin"].abs().nlargest(LABELLED).index)
    points = pd.DataFrame(
        {
            "cases": top["cases"].astype(float),
            "margin": margin.clip(low, high),
            "quadrant": top["quadrant"],
            "word": [t(f"disease.quadrant.{name}") for name in top["quadrant"]],
            "name": [name_of(shown, str(code)) for code in top["group"]],
            "label": [str(r["group"]) if place in first else "" for place, r in top.iterrows()],
            "cases_text": [number(value) for value in top["cases"]],
            "margin_text": [money(value) for value in top["margin_case"]],
        }
    )
    about = Plane(middle, low, high, t("disease.axis.margin"))
    outside = int(((margin < low) | (margin > high)).sum())
    return plain_spec(plane(points, about, palette(on_dark))), outside


def _table(shown: View, top: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for row in top.to_dict("records"):
        cells: Row = {
            t("disease.column.group"): name_of(shown, str(row["group"])),
            t("column.state"): f"{MARKS[row['quadrant']]} "
            + t(f"disease.quadrant.{row['quadrant']}"),
            t("disease.column.cases"): row["cases"],
            t("disease.column.margin"): round(row["margin"] / 1e6, 1),
            t("disease.column.margin_case"): round(row["margin_case"] / 100),
            t("disease.column.margin_share"): percent(row["margin_share"]),
            t("disease.column.payment_case"): round(row["payment_case"] / 100),
            t("disease.column.charge_case"): round(row["charge_case"] / 100),
            t("disease.column.cost_case"): round(row["cost_case"] / 100),
        }
        for name in CLASSES:
            label = t("disease.column.class", name=t(f"disease.class.{name}"))
            cells[label] = round(row[f"cost_{name}_case"] / 100)
        cells |= {
            t("disease.column.weight"): number(row["weight_case"], 2),
            t("disease.column.los"): number(row["los"], 1),
            t("disease.column.high"): percent(row["high_share"]),
            t("disease.column.low"): percent(row["low_share"]),
        }
        lines.append(cells)
    return pd.DataFrame(lines)


def group_table(said: Worded) -> str:
    """The table of groups; the code that was clicked, '' before."""
    if not said.codes:
        return ""
    st.caption(t("disease.table.hint"))
    whole, tenths = (st.column_config.NumberColumn(format=f"%,.{places}f") for places in (0, 1))
    amounts = dict.fromkeys(said.table.select_dtypes("number").columns, whole)
    event = st.dataframe(
        said.table,
        hide_index=True,
        height=460 if len(said.codes) > 12 else "content",
        on_select="rerun",
        selection_mode="single-row",
        key="disease_rows",
        column_config=amounts | {t("disease.column.margin"): tenths},
    )
    download(said.table, t("disease.tab.groups"))
    rows: Sequence[int] = event["selection"]["rows"]
    return said.codes[rows[0]] if rows and rows[0] < len(said.codes) else ""


def _pool(shown: View, found: group_reads.Period) -> tuple[str, pd.DataFrame]:
    """What the cases carry against what the departments spent on inpatients."""
    names = reads.names(shown.scope)
    rows = found.costed.by_department()
    lines = pd.DataFrame(
        {
            t("column.department"): [names.get(str(c), str(c)) for c in rows["department"]],
            **{t(f"disease.pool.{name}"): rows[name] / 100 for name in _POOL},
        }
    )
    lines[t("disease.pool.share")] = [
        percent(part / whole) if whole else MISSING
        for part, whole in zip(rows["variance"], rows["pool"], strict=True)
    ]
    widest = str(rows["department"].iloc[0])
    text = t(
        "disease.pool.text",
        pool=money(found.costed.pool_fen),
        carried=money(found.costed.carried_fen),
        variance=money(found.costed.variance_fen),
        department=plain(names.get(widest, widest)),
        widest=money(int(rows["variance"].iloc[0])),
    )
    return text, lines


_POOL = ("pool", "carried", "variance")


def pool(said: Worded) -> None:
    """The difference, told and by department."""
    st.markdown(said.pool_text)
    st.caption(t("disease.pool.why"))
    form = st.column_config.NumberColumn(format="%,.2f")
    columns: Row = {t(f"disease.pool.{name}"): form for name in _POOL}
    table(said.pool, t("disease.tab.pool"), columns)
