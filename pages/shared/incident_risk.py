"""The risk picture: rates side by side, Pareto, heat map, rare events. Small counts are hidden."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents import risk
from core.control.incidents.hiding import LEAST
from core.control.incidents.risk import Picture
from core.formats import month_date, month_name, months_name, number
from core.frames import Scope
from core.hospital import records as facts
from core.months import add_months, month_range
from core.words import language, pick, t
from pages.shared import incident_reads as given
from pages.shared import reads
from pages.shared.incident_heat import heat
from pages.shared.incident_rare import rare
from pages.shared.incident_reads import STAR, definitions, or_none, starred, word
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import store

YEAR = 12


@kept(8)
def _told(key: given.StoreKey, hospital_id: int, month: int) -> tuple[tuple[Any, ...], ...]:
    """What the picture of a month counts."""
    rows = risk.counted(given.all_rows(key, hospital_id), risk.quarters_of(month))
    return tuple(zip(*(rows[name].tolist() for name in risk.COUNTED), strict=True))


@kept(64)
def _picture(told: tuple[tuple[Any, ...], ...], month: int, own: tuple[str, ...]) -> Picture | None:
    """Made anew only where what it counts has changed: hiding takes half a second."""
    return risk.picture(pd.DataFrame(list(told), columns=pd.Index(risk.COUNTED)), month, own)


@kept(8)
def _bed_days(key: Key, scope: Scope) -> pd.Series:
    return risk.bed_days(facts.facts(store(), scope, ["bed_days_used"]))


@kept(64)
def _rates(key: given.StoreKey, facts_key: Key, scope: Scope, month: int) -> pd.DataFrame:
    rows = given.all_rows(key, scope.hospital_id)
    months = month_range(add_months(month, 1 - YEAR), month)
    return risk.rates(rows, _bed_days(facts_key, scope), months)


@kept(64)
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
    told = _told(given.key(), shown.hospital_id, shown.month)
    found = _picture(told, shown.month, own)
    _answer(shown, found)
    if found is None:
        st.info(t("incidents.few", least=LEAST), icon=":material/visibility_off:")
    else:
        _pareto(shown, found)
        heat(shown, found, own)
    rare(shown)
    with st.expander(t("how.title"), icon=":material/functions:"):
        st.markdown(t("incidents.how", least=LEAST))
        st.caption(plain(t("incidents.how.source", source=definitions().source)))


def _answer(shown: View, found: Picture | None) -> None:
    """How much is told, how much of it harmed, and both against the year before."""
    months = month_range(add_months(shown.month, 1 - YEAR), shown.month)
    keys = (given.key(), reads.facts_key(shown.scope))
    now = _rate(*keys, shown.scope, months)
    headline = t(
        "incidents.headline",
        months=months_name(months),
        events=number(_counted(*keys, shown)),
        rate=number(now[0], 2),
        severe=number(now[1], 2),
    )
    st.subheader(plain(headline), anchor=False)
    if shown.department:
        st.caption(t("incidents.whole"))
    with st.grid(3, min_column_width=190, gap="small"):
        _card("rate", number(now[0], 2), "blue")
        _card("severe_rate", number(now[1], 2), "gray")
        most = _pareto_rows(found, "type", language())[0][0] if found is not None else None
        _card("most", f"{most[0]} {number(most[1], 0)}%" if most else "—", "gray")
    if any(rate is not None for _, rate in _rate_rows(*keys, shown, "rate", language())[0]):
        _rates_charts(shown)


def _card(name: str, value: str, colour: str) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(t(f"incidents.card.{name}"), value)
        st.markdown(f":small[:{colour}[{t(f'incidents.card.{name}.note')}]]")


@kept(64)
def _counted(key: given.StoreKey, facts_key: Key, shown: View) -> float:
    return float(_rates(key, facts_key, shown.scope, shown.month)["events"].sum())


def _rates_charts(shown: View) -> None:
    """How much is told beside how much of it harmed: a pair, each on its own axis."""
    with st.grid(2, min_column_width=300, gap="medium"):
        for name in ("rate", "severe_rate"):
            with st.container():
                _rate_chart(shown, name)


@kept(64)
def _rate_rows(
    key: given.StoreKey, facts_key: Key, shown: View, name: str, lang: str
) -> tuple[tuple[tuple[int, float | None], ...], int, pd.DataFrame]:
    """Month and rate; how many months are hidden; the table of them."""
    told = _rates(key, facts_key, shown.scope, shown.month)
    counts = "events" if name == "rate" else "severe"
    values = tuple(
        (int(month), or_none(value)) for month, value in zip(told["month"], told[name], strict=True)
    )
    titles = pd.Index([t(f"incidents.column.{one}") for one in ("month", counts, "bed_days", name)])
    lines = [
        [
            month_name(int(row["month"])),
            starred(row[counts]),
            starred(row["bed_days"]),
            starred(row[name], 2),
        ]
        for row in told.to_dict("records")
    ]
    return values, int(told[counts].isna().sum()), pd.DataFrame(lines, columns=titles)


def _rate_chart(shown: View, name: str) -> None:
    st.markdown(f"**{t(f'incidents.{name}')}**")
    keys = (given.key(), reads.facts_key(shown.scope))
    values, gone, told = _rate_rows(*keys, shown, name, language())
    say = t(f"incidents.{name}.say")
    if gone:
        say = pick("", " ").join((say, t("incidents.rates.hidden", hidden=gone)))
    st.caption(plain(say))
    st.vega_lite_chart(_rate_spec(values, name, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.rate"), t("incidents.source")))
    download(told, t(f"incidents.{name}"))


@kept(64)
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
    values, told = _pareto_rows(found, by or "type", language())
    vital = sum(few for *_, few in values)
    say = t(
        "incidents.pareto.say",
        count=vital,
        share=number(values[vital - 1][2], 0),
        first=values[0][0],
        months=months_name(found.months),
    )
    st.caption(plain(say))
    st.vega_lite_chart(_pareto_spec(values, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.share"), t("incidents.source")))
    download(lambda: told.round(1), t("incidents.pareto"))


@kept(64)
def _pareto_rows(
    found: Picture, by: str, lang: str
) -> tuple[tuple[tuple[str, float, float, int, bool], ...], pd.DataFrame]:
    """name, share, running, count, vital of each bar; and the table of them."""
    line = found.stages if by == "stage" else found.types
    rows = risk.pareto(line, found.total)
    options = definitions().stages if by == "stage" else definitions().types
    names = [
        word(options, one) if one else t("incidents.rest", least=LEAST) for one in rows["name"]
    ]
    values = tuple(
        (name, float(share), float(running), int(count), bool(few))
        for name, share, running, count, few in zip(
            names, *(rows[one] for one in ("share", "running", "count", "vital")), strict=True
        )
    )
    columns = [t(f"incidents.column.{one}") for one in ("name", "count", "share", "running")]
    told = rows.assign(name=names).drop(columns="vital").set_axis(pd.Index(columns), axis=1)
    return values, told


@kept(64)
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
