"""The risk picture: rates side by side, Pareto, heat map, rare events. Small counts are hidden."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents import risk
from core.control.incidents.hiding import LEAST, Shown
from core.control.incidents.risk import Picture
from core.formats import listed, month_date, month_name, months_name, number
from core.frames import Scope
from core.hospital import records as facts
from core.months import add_months, month_range
from core.words import language, t
from pages.shared import incident_reads as given
from pages.shared import reads
from pages.shared.incident_reads import definitions, place_word, word
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import store

YEAR = 12
STAR = "*"
FACES = ("type", "stage", "both")
FEWEST_RARE = 8
"""Events from which an interval chart says something (assumption)."""
Words = Callable[[str], str]


@kept(8)
def _picture(
    key: given.StoreKey, hospital_id: int, month: int, own: tuple[str, ...]
) -> Picture | None:
    return risk.picture(given.all_rows(key, hospital_id), month, own)


@kept(8)
def _bed_days(key: Key, scope: Scope) -> pd.Series:
    return risk.bed_days(facts.facts(store(), scope, ["bed_days_used"]))


@kept(16)
def _rates(key: given.StoreKey, facts_key: Key, scope: Scope, month: int) -> pd.DataFrame:
    rows = given.all_rows(key, scope.hospital_id)
    months = month_range(add_months(month, 1 - YEAR), month)
    return risk.rates(rows, _bed_days(facts_key, scope), months)


@kept(16)
def _rate(
    key: given.StoreKey, facts_key: Key, scope: Scope, months: tuple[int, ...]
) -> tuple[float, float]:
    return risk.rate_of(given.all_rows(key, scope.hospital_id), _bed_days(facts_key, scope), months)


def risk_tab(shown: View) -> None:
    """Rates and their change, then what happens, where, and how long between what is rare."""
    rows = given.all_rows(given.key(), shown.hospital_id)
    if rows.empty:
        st.info(t("incidents.none"), icon=":material/inbox:")
        return
    own = given.own_departments(shown) or ()
    found = _picture(given.key(), shown.hospital_id, shown.month, own)
    _answer(shown, found)
    if found is None:
        st.info(t("incidents.few", least=LEAST), icon=":material/visibility_off:")
    else:
        _pareto(shown, found)
        _heat(shown, found, own)
    _rare(shown)
    with st.expander(t("how.title"), icon=":material/functions:"):
        st.markdown(t("incidents.how", least=LEAST))
        st.caption(plain(t("incidents.how.source", source=definitions().source)))


def _answer(shown: View, found: Picture | None) -> None:
    """How much is told, how much of it harmed, and both against the year before."""
    months = month_range(add_months(shown.month, 1 - YEAR), shown.month)
    keys = (given.key(), reads.facts_key(shown.scope))
    now = _rate(*keys, shown.scope, months)
    told = _rates(*keys, shown.scope, shown.month)
    counted = told["events"].sum()
    headline = t(
        "incidents.headline",
        months=months_name(months),
        events=number(counted),
        rate=number(now[0], 2),
        severe=number(now[1], 2),
    )
    st.subheader(plain(headline), anchor=False)
    with st.grid(3, min_column_width=190, gap="small"):
        _card("rate", number(now[0], 2), "blue")
        _card("severe_rate", number(now[1], 2), "gray")
        most = None if found is None else risk.pareto(found.types, found.total).iloc[0]
        name = word(definitions().types, str(most["name"])) if most is not None else "—"
        share = f"{number(float(most['share']), 0)}%" if most is not None else ""
        _card("most", f"{name} {share}", "gray")
    if told["rate"].notna().any():
        _rates_charts(told)


def _card(name: str, value: str, colour: str) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(t(f"incidents.card.{name}"), value)
        st.markdown(f":small[:{colour}[{t(f'incidents.card.{name}.note')}]]")


def _rates_charts(told: pd.DataFrame) -> None:
    """How much is told beside how much of it harmed: a pair, each on its own axis."""
    with st.grid(2, min_column_width=300, gap="medium"):
        for name in ("rate", "severe_rate"):
            with st.container():
                _rate_chart(told, name)


def _rate_chart(told: pd.DataFrame, name: str) -> None:
    st.markdown(f"**{t(f'incidents.{name}')}**")
    values = tuple(
        (int(month), _plain(value)) for month, value in zip(told["month"], told[name], strict=True)
    )
    gone = int(told["events" if name == "rate" else "severe"].isna().sum())
    say = t(f"incidents.{name}.say")
    if gone:
        say += t("incidents.rates.hidden", hidden=gone)
    st.caption(plain(say))
    st.vega_lite_chart(_rate_spec(values, name, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.rate"), t("incidents.source")))
    counts = "events" if name == "rate" else "severe"
    titles = pd.Index([t(f"incidents.column.{one}") for one in ("month", counts, "bed_days", name)])
    lines = [
        [
            month_name(int(row["month"])),
            _starred(row[counts]),
            _starred(row["bed_days"]),
            _starred(row[name], 2),
        ]
        for row in told.to_dict("records")
    ]
    download(lambda: pd.DataFrame(lines, columns=titles), t(f"incidents.{name}"))


def _plain(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)


def _starred(value: float, decimals: int = 0) -> str:
    """A number; a star where it is hidden or unknown."""
    return STAR if math.isnan(value) else number(value, decimals)


@kept(32)
def _rate_spec(
    values: tuple[tuple[int, float | None], ...], name: str, lang: str, is_dark: bool
) -> dict[str, Any]:
    rows = pd.DataFrame(list(values), columns=pd.Index(["month", "value"]))
    rows["date"] = [month_date(int(month)) for month in rows["month"]]
    rows["text"] = [STAR if pd.isna(one) else number(one, 2) for one in rows["value"]]
    rows["month"] = [month_name(int(month)) for month in rows["month"]]
    colours = palette(is_dark)
    ink = colours.good if name == "rate" else colours.bad
    return plain_spec(charts.rate(rows, t("incidents.unit.rate.short"), ink, colours))


def _pareto(shown: View, found: Picture) -> None:
    st.subheader(t("incidents.pareto"), anchor=False, divider="gray")
    by = st.segmented_control(
        t("incidents.by"),
        ("type", "stage"),
        default="type",
        required=True,
        key="incident_pareto",
        format_func=lambda one: t(f"incidents.field.{one}"),
    )
    line = found.stages if by == "stage" else found.types
    rows = risk.pareto(line, found.total)
    options = definitions().stages if by == "stage" else definitions().types
    names = [
        word(options, one) if one else t("incidents.rest", least=LEAST) for one in rows["name"]
    ]
    vital = int(rows["vital"].sum())
    say = t(
        "incidents.pareto.say",
        count=vital,
        share=number(float(rows["running"].iloc[vital - 1]), 0),
        first=names[0],
        months=months_name(found.months),
    )
    st.caption(plain(say))
    values = tuple(
        (name, float(share), float(running), int(count), bool(few))
        for name, share, running, count, few in zip(
            names, *(rows[one] for one in ("share", "running", "count", "vital")), strict=True
        )
    )
    st.vega_lite_chart(_pareto_spec(values, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.share"), t("incidents.source")))
    columns = [t(f"incidents.column.{one}") for one in ("name", "count", "share", "running")]
    told = rows.assign(name=names).drop(columns="vital").set_axis(pd.Index(columns), axis=1)
    download(lambda: told.round(1), t("incidents.pareto"))


@kept(32)
def _pareto_spec(values: tuple[tuple[Any, ...], ...], lang: str, is_dark: bool) -> dict[str, Any]:
    columns = pd.Index(["name", "share", "running", "count", "vital"])
    rows = pd.DataFrame(list(values), columns=columns)
    rows["text"] = [
        t("incidents.count_share", count=number(count), share=number(share, 1))
        for count, share in zip(rows["count"], rows["share"], strict=True)
    ]
    rows["sum"] = [f"{number(one, 1)}%" for one in rows["running"]]
    rows["name"] = [
        f"{name} {number(n)}" for name, n in zip(rows["name"], rows["count"], strict=True)
    ]
    return plain_spec(charts.pareto(rows, palette(is_dark)))


def _heat(shown: View, found: Picture, own: tuple[str, ...]) -> None:
    st.subheader(t("incidents.heat"), anchor=False, divider="gray")
    face = st.segmented_control(
        t("incidents.face"),
        FACES,
        default="type",
        required=True,
        key="incident_face",
        format_func=lambda one: t(f"incidents.face.{one}"),
    )
    table, down = _face(shown, found, face or "type", own)
    names = reads.names(shown.scope)
    offered = definitions()
    along = offered.types if face == "type" else offered.stages
    row_word: Words = (
        (lambda code: word(offered.types, code))
        if face == "both"
        else (lambda code: place_word(names, code))
    )
    codes = [one.code for one in along if one.code in table.cells.columns]
    say = t(
        "incidents.heat.say",
        hidden=table.hidden,
        cells=table.cells.size,
        least=LEAST,
        months=months_name(found.months),
    )
    st.caption(plain(say))
    cells = table.cells.to_dict("index")
    values = tuple(
        (row_word(row), word(along, code), _plain(cells[row][code]))
        for row in down[: risk.TOP]
        for code in codes
    )
    order = (
        tuple(row_word(row) for row in down[: risk.TOP]),
        tuple(word(along, code) for code in codes),
    )
    st.vega_lite_chart(_heat_spec(values, order, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.events"), t("incidents.source")))
    download(
        lambda: _heat_table(table, down, codes, (row_word, lambda code: word(along, code))),
        t("incidents.heat"),
    )


def _face(shown: View, found: Picture, face: str, own: tuple[str, ...]) -> tuple[Shown, list[str]]:
    """The table and its rows in order: one's own, then by what may be told of their total."""
    table = {"type": found.by_type, "stage": found.by_stage, "both": found.types_by_stage}[face]
    totals = found.types if face == "both" else found.places
    known = totals.reindex(table.cells.index).fillna(0)
    order = [str(code) for code in known.sort_values(ascending=False, kind="stable").index]
    first = [code for code in (*own, shown.department) if code in order]
    return table, list(dict.fromkeys([*first, *order]))


@kept(32)
def _heat_spec(
    values: tuple[tuple[Any, ...], ...],
    order: tuple[tuple[str, ...], tuple[str, ...]],
    lang: str,
    is_dark: bool,
) -> dict[str, Any]:
    rows = pd.DataFrame(list(values), columns=pd.Index(["row", "column", "count"]))
    rows["text"] = [STAR if pd.isna(one) else number(one) if one else "" for one in rows["count"]]
    return plain_spec(charts.heat(rows, list(order[0]), list(order[1]), palette(is_dark)))


def _heat_table(
    table: Shown, down: list[str], codes: list[str], words: tuple[Words, Words]
) -> pd.DataFrame:
    """Every row with its total; stars where hidden, in the file as on the screen."""
    cells = table.cells.to_dict("index")
    lines = [
        [
            words[0](row),
            *(_starred(float(cells[row][code])) for code in codes),
            _starred(float(table.rows[row])),
        ]
        for row in down
    ]
    lines.append(
        [
            t("incidents.all"),
            *(_starred(float(table.columns[code])) for code in codes),
            number(table.total),
        ]
    )
    titles = ["", *(words[1](code) for code in codes), t("incidents.all")]
    return pd.DataFrame(lines, columns=pd.Index(titles))


def _rare(shown: View) -> None:
    st.subheader(t("incidents.rare"), anchor=False, divider="gray")
    rows = given.all_rows(given.key(), shown.hospital_id)
    offered = [
        "",
        *(
            one.code
            for one in definitions().types
            if int(risk.severe_of(rows, one.code).sum()) >= FEWEST_RARE
        ),
    ]
    with st.grid(2, min_column_width=220, gap="small"):
        kind = st.selectbox(
            t("incidents.rare.which"),
            offered,
            key="incident_rare",
            format_func=lambda one: (
                word(definitions().types, one) if one else t("incidents.rare.every")
            ),
        )
        chart = st.segmented_control(
            t("incidents.rare.chart"),
            ("t", "g"),
            default="t",
            required=True,
            key="incident_rare_chart",
            format_func=lambda one: t(f"incidents.rare.{one}"),
        )
    told = _rare_rows(given.key(), shown.hospital_id, kind or "", chart or "t")
    if told.empty:
        st.info(t("incidents.rare.few", least=LEAST), icon=":material/visibility_off:")
        return
    unit = t(f"incidents.rare.unit.{chart}")
    say = _rare_say(told, unit)
    st.caption(plain(say))
    spec = _rare_spec(
        given.key(), (shown.hospital_id, kind or "", chart or "t"), language(), dark()
    )
    st.vega_lite_chart(spec, theme=None, alt=say)
    st.caption(sourced(unit, t("incidents.source")))
    names = ("number", "month", "value", "centre", "lower", "upper")
    titles = pd.Index([t(f"incidents.column.{name}") for name in names])
    download(
        lambda: (
            told[list(names)]
            .assign(month=[month_name(int(one)) for one in told["month"]])
            .round(2)
            .set_axis(titles, axis=1)
        ),
        t("incidents.rare"),
    )


def _rare_say(told: pd.DataFrame, unit: str) -> str:
    """The centre, and in which months events came unusually late, or unusually close."""
    say = t(
        "incidents.rare.say",
        centre=number(float(told["centre"].iloc[0]), 1),
        unit=unit,
        count=len(told),
    )
    for name, beyond in (
        ("above", told["value"] > told["upper"]),
        ("below", told["value"] < told["lower"]),
    ):
        if beyond.any():
            months = dict.fromkeys(month_name(int(one)) for one in told.loc[beyond, "month"])
            say += t(f"incidents.rare.{name}", months=listed(months))
    return say if told["outside"].any() else say + t("incidents.rare.calm")


@kept(32)
def _rare_rows(key: given.StoreKey, hospital_id: int, kind: str, chart: str) -> pd.DataFrame:
    rows = given.all_rows(key, hospital_id)
    severe = risk.severe_of(rows, kind)
    if chart == "t":
        return risk.rare_days(rows[severe])
    return risk.rare_reports(rows, severe)


@kept(32)
def _rare_spec(
    key: given.StoreKey, of: tuple[int, str, str], lang: str, is_dark: bool
) -> dict[str, Any]:
    told = _rare_rows(key, *of)
    rows = told.assign(
        month=[month_name(int(one)) for one in told["month"]],
        text=[number(float(one), 1) for one in told["value"]],
    )
    return plain_spec(charts.rare(rows, t(f"incidents.rare.unit.{of[2]}"), palette(is_dark)))
