"""质控记分卡: the answer, departments in a funnel, the table by domain, the trend."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import explore, inspections
from core.charts.theme import palette
from core.control.actions.model import CLOSED
from core.control.actions.rules import rules as action_rules
from core.formats import MISSING, listed, month_date, month_name, number
from core.words import language, pick, t
from pages.shared import reads
from pages.shared import scorecard_reads as own
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import COLOURS, SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.scope import View

NAMED = 3
_BAND = ("lower95", "upper95", "lower998", "upper998")


def worded(lines: list[Any], columns: tuple[str, ...]) -> pd.DataFrame:
    """Lines as a table, its columns in words."""
    return pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )


def domain_name(shown: View, code: str) -> str:
    """The name of a quality domain; '' is all of them."""
    if not code:
        return t("scorecard.domain.all")
    name = own.rules(shown).domains[code].name
    return pick(name.zh, name.en)


def span_text(shown: View) -> str:
    year = own.year_of(shown)
    return f"{month_name(year.first)}–{month_name(year.last)}"


def named(shown: View, codes: list[str]) -> str:
    """At most three names, then how many there are."""
    names = reads.names(shown.scope)
    told = listed(str(names.get(code, code)) for code in codes[:NAMED])
    return told if len(codes) <= NAMED else t("scorecard.more", names=told, count=len(codes))


def headline(shown: View) -> None:
    """How many items were not met, who lies beyond the limits on either side."""
    found = own.compared(shown)
    rows = found.table
    if rows.empty:
        st.subheader(t("scorecard.headline.none"), anchor=False)
        return
    rate = rows["unmet"].sum() / rows["counted"].sum() * 100
    about = {"span": span_text(shown), "departments": len(rows), "rate": number(rate, 1)}
    said = [t("scorecard.headline", **about)]
    for side in ("bad", "good"):
        codes = list(rows[rows["outside"] == side]["department"])
        if codes:
            said.append(t(f"scorecard.headline.{side}", names=named(shown, codes)))
    if len(said) == 1:
        said.append(t("scorecard.headline.calm"))
    st.subheader(plain(joined(said)), anchor=False)


def cards(shown: View) -> None:
    rows = own.compared(shown).table
    bad, good = (int((rows["outside"] == side).sum()) for side in ("bad", "good"))
    unmet, counted = int(rows["unmet"].sum()), int(rows["counted"].sum())
    told = (
        (
            t("scorecard.card.rate"),
            f"{number(unmet / counted * 100, 1)}%" if counted else MISSING,
            "none",
            t("scorecard.card.rate.of", unmet=number(unmet), counted=number(counted)),
        ),
        (
            t("scorecard.card.bad"),
            t("inspections.departments", count=bad),
            "bad" if bad else "good",
            t("scorecard.card.bad.of"),
        ),
        (
            t("scorecard.card.good"),
            t("inspections.departments", count=good),
            "good" if good else "none",
            t("scorecard.card.good.of"),
        ),
        _closing(shown),
    )
    with st.grid(4, min_column_width=205, gap="small"):
        for label, value, state, words in told:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(label, value)
                st.markdown(f":small[:{COLOURS[state]}[{SHAPES[state]} {plain(words)}]]")


def _closing(shown: View) -> tuple[str, str, str, str]:
    """The card of what was due in twelve months, of the whole hospital too."""
    year, target = own.year_of(shown), action_rules().closing.target_pct
    due = own.due(shown, year.first, year.last)
    done = sum(row["state"] == CLOSED for row in due)
    rate = done / len(due) * 100 if due else math.nan
    of = {"due": len(due), "closed": done, "target": f"{target:g}"}
    return (
        t("scorecard.card.closing"),
        MISSING if math.isnan(rate) else f"{number(rate, 1)}%",
        "none" if math.isnan(rate) else "good" if rate >= target else "bad",
        t("scorecard.card.closing.of", months=span_text(shown), **of),
    )


def domain_choice(shown: View) -> str:
    """All domains, or one of them."""
    chosen = st.selectbox(
        t("scorecard.domain"),
        ("", *own.rules(shown).domains),
        key="scorecard_domain",
        format_func=lambda code: domain_name(shown, code),
        persist_state="session",
        width=320,
    )
    return chosen or ""


def funnel(shown: View) -> None:
    """Departments by how many items were checked; limits that allow for over-dispersion."""
    domain = domain_choice(shown)
    found = own.compared(shown, domain)
    if found.funnel is None:
        st.info(t("scorecard.funnel.none"), icon=":material/inbox:")
        return
    rows = found.table
    beyond = list(rows[rows["outside"] != "none"]["department"])
    said = t(
        "scorecard.funnel.some" if beyond else "scorecard.funnel.calm",
        domain=domain_name(shown, domain),
        names=named(shown, beyond),
        count=len(rows),
        rate=number(found.funnel.target * 100, 1),
    )
    st.markdown(plain(said))
    drawn = _funnel(own.key_of(shown), shown, domain, (language(), dark()))
    st.vega_lite_chart(drawn, theme=None, alt=said)
    source = t("scorecard.source", span=span_text(shown))
    st.caption(sourced(t("scorecard.unit"), source))
    if found.funnel.few:
        st.caption(t("explore.funnel.few", count=len(rows)))
    download(lambda: _funnel_table(shown, domain), t("scorecard.funnel"))


@kept(64)
def _funnel(key: Any, shown: View, domain: str, look: tuple[str, bool]) -> dict[str, Any]:
    found, names = own.compared(shown, domain), reads.names(shown.scope)
    assert found.funnel is not None  # noqa: S101 asked by who draws
    points = [
        {
            "code": row["department"],
            "name": names.get(row["department"], row["department"]),
            "size": row["counted"],
            "value": row["rate"],
            "text": f"{number(row['rate'], 1)}%",
            "state": row["outside"],
            "label": names.get(row["department"], row["department"])
            if row["outside"] != "none" or row["department"] == shown.department
            else "",
            "cases": number(row["counted"]),
        }
        for row in found.table.to_dict("records")
    ]
    band = {name: getattr(found.funnel.wide, name) for name in _BAND}
    limits = pd.DataFrame(
        {"size": found.table["counted"], "centre": found.funnel.target * 100, **band}
    )
    axis = explore.Axis(t("scorecard.unit"), 0)
    chart = explore.funnel_chart(
        pd.DataFrame(points), limits, axis, palette(look[1]), t("scorecard.funnel.counted")
    )
    return plain_spec(chart)


def _funnel_table(shown: View, domain: str) -> pd.DataFrame:
    found, names = own.compared(shown, domain), reads.names(shown.scope)
    lines = [
        (
            names.get(row["department"], row["department"]),
            number(row["counted"]),
            number(row["unmet"]),
            f"{number(row['rate'], 1)}%",
            t(f"scorecard.outside.{row['outside']}"),
        )
        for row in found.table.to_dict("records")
    ]
    columns = ("department", "counted", "unmet", "rate", "outside")
    return pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )


def cards_table(shown: View) -> None:
    """Departments by domains, in the order of their codes: no league table."""
    rows = own.composed(shown)
    if shown.department:
        rows = rows[rows["department"] == shown.department]
    if rows.empty:
        st.info(t("scorecard.none"), icon=":material/inbox:")
        return
    st.caption(t("scorecard.table.how"))
    table(_sheet(shown, rows), t("scorecard.tab.cards"))
    if shown.department:
        _parts(shown, rows)


def _sheet(shown: View, rows: pd.DataFrame) -> pd.DataFrame:
    names, beyond = reads.names(shown.scope), own.outside(shown)
    lines = []
    for code, part in rows.groupby("department", sort=False):
        by = {row["domain"]: row for row in part.to_dict("records")}
        line = {t("column.department"): names.get(str(code), str(code))}
        line[t("scorecard.column.whole")] = _score(by[""])
        line[t("scorecard.column.range")] = _ends(by[""])
        marks = [(t("scorecard.column.whole"), beyond.get((str(code), ""), ""))]
        for domain in own.rules(shown).domains:
            line[domain_name(shown, domain)] = _score(by[domain])
            marks.append((domain_name(shown, domain), beyond.get((str(code), domain), "")))
        told = [f"{SHAPES[state]} {name}" for name, state in marks if state]
        line[t("scorecard.column.beyond")] = listed(told) or MISSING
        line[t("scorecard.column.known")] = f"{number(by['']['known'] * 100)}%"
        lines.append(line)
    return pd.DataFrame(lines)


def _score(row: dict[Any, Any]) -> str:
    """The score alone, so that files hold it as a number."""
    return MISSING if math.isnan(row["score"]) else number(row["score"], 1)


def _ends(row: dict[Any, Any]) -> str:
    if math.isnan(row["low"]):
        return MISSING
    return f"{number(row['low'], 1)}–{number(row['high'], 1)}"


def _parts(shown: View, rows: pd.DataFrame) -> None:
    """What one department's scores are made of."""
    lines = [
        (
            domain_name(shown, row["domain"]),
            _number(row["score"]),
            _ends(row),
            _number(row["inspections"]),
            int(row["forms"]),
            _number(row["indicators"]),
            _number(row["actions"]),
        )
        for row in rows.to_dict("records")
    ]
    columns = ("domain", "score", "range", "inspections", "forms", "indicators", "actions")
    told = pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )
    st.markdown(f"**{t('scorecard.parts')}**")
    table(told, t("scorecard.parts"))


def _number(value: float) -> str:
    return MISSING if math.isnan(value) else number(value, 1)


def trend(shown: View) -> None:
    """Items not met month by month, with their interval, beside the hospital."""
    domain = domain_choice(shown)
    rows = own.trend(shown, domain)
    if not rows["rate"].notna().any():
        st.info(t("scorecard.none"), icon=":material/inbox:")
        return
    where = reads.names(shown.scope).get(shown.department, t("scope.whole"))
    last = rows[rows["rate"].notna()].iloc[-1]
    said = t(
        "scorecard.trend.said",
        where=where,
        domain=domain_name(shown, domain),
        month=month_name(int(last["month"])),
        rate=number(last["rate"], 1),
        low=number(last["low"], 1),
        high=number(last["high"], 1),
        other=number(last["other"], 1),
    )
    st.markdown(plain(said))
    drawn = _trend(own.key_of(shown), shown, domain, (language(), dark()))
    st.vega_lite_chart(drawn, theme=None, alt=said)
    st.caption(sourced(t("scorecard.unit"), t("scorecard.source.trend", span=span_text(shown))))
    download(lambda: _trend_table(shown, domain), t("scorecard.tab.trend"))


@kept(64)
def _trend(key: Any, shown: View, domain: str, look: tuple[str, bool]) -> dict[str, Any]:
    rows = own.trend(shown, domain)
    told = rows.assign(
        date=[month_date(int(month)) for month in rows["month"]],
        month=[month_name(int(month)) for month in rows["month"]],
        value=rows["rate"],
        text=[
            MISSING
            if math.isnan(rate)
            else f"{number(rate, 1)}%（{number(low, 1)}–{number(high, 1)}）"
            for rate, low, high in zip(rows["rate"], rows["low"], rows["high"], strict=True)
        ],
    )
    return plain_spec(inspections.rate_trend(told, t("scorecard.unit"), palette(look[1])))


def _shares(rate: float, low: float, high: float) -> dict[str, str]:
    """A rate and its ends in words, %."""
    told = {"rate": rate, "low": low, "high": high}
    return {
        name: MISSING if math.isnan(value) else f"{number(value, 1)}%"
        for name, value in told.items()
    }


def _trend_table(shown: View, domain: str) -> pd.DataFrame:
    lines = [
        (
            month_name(int(row["month"])),
            MISSING if math.isnan(row["rate"]) else f"{number(row['rate'], 1)}%",
            MISSING
            if math.isnan(row["rate"])
            else f"{number(row['low'], 1)}%–{number(row['high'], 1)}%",
            MISSING if math.isnan(row["other"]) else f"{number(row['other'], 1)}%",
        )
        for row in own.trend(shown, domain).to_dict("records")
    ]
    columns = ("month", "rate", "wilson", "other")
    return pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )
