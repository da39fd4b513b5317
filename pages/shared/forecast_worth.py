"""What a forecast is worth, what drives it, and what became of earlier ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts.forecast import effects_chart
from core.charts.theme import palette
from core.flow.licence import confirm, error_state
from core.flow.made.records import Made
from core.flow.making import judged
from core.formats import listed, moment_text, signed
from core.words import language, t
from pages.shared import flow_reads as reads
from pages.shared.flow_phrases import date_of, period_name, range_name, weekday_name
from pages.shared.flow_reads import Asked, Found
from pages.shared.forecast_parts import percent, percent_signed, ratio, source
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View


def warning(asked: Asked, made: Made) -> None:
    """Plain words where a forecast must not be planned by without being asked."""
    if made.scores is None or not confirm(made.scores):
        return
    naive = t(f"forecast.naive.{asked.freq}")
    if error_state(made.scores) == "bad":
        st.error(t("forecast.loses", naive=naive), icon=":material/warning:")
    else:
        st.warning(t("forecast.untested"), icon=":material/warning:")


def accuracy(found: Found, made: Made) -> None:
    """The back-test as a table, each figure with what it means."""
    scores = made.scores
    if not scores:
        st.caption(t("forecast.untested" if scores is not None else "forecast.testing"))
        return
    shares = scores["coverage"]
    lines = [
        ("wape", percent(scores["wape"]), percent(scores["naive_wape"])),
        ("mase", ratio(scores["mase"]), ratio(scores["naive_mase"])),
        ("bias", percent_signed(scores["bias"]), "—"),
        ("coverage80", percent(shares["80"]), "80%"),
        ("coverage95", percent(shares["95"]), "95%"),
        ("floor", percent(scores["floor_wape"]), "—"),
    ]
    rows = pd.DataFrame(
        [
            (t(f"forecast.score.{name}"), own, other, t(f"forecast.score.{name}.why"))
            for name, own, other in lines
        ],
        columns=pd.Index(
            [t(f"forecast.score.{one}") for one in ("what", "own", "beside", "means")]
        ),
    )
    naive = t(f"forecast.naive.{found.asked.freq}")
    st.caption(
        plain(t("forecast.tested", origins=scores["origins"], many=scores["n"], naive=naive))
    )
    table(rows, t("forecast.tab.accuracy"))


def drivers(found: Found, made: Made) -> None:
    """Weekday, holidays, season: what the calendar's part of the models says of the days ahead."""
    said, spec, rows = _drivers(found, _frozen(made), (language(), dark()))
    st.markdown(plain(said))
    if spec is not None and rows is not None:
        st.vega_lite_chart(spec, theme=None, alt=said)
        st.caption(sourced("%", source(found)))
        download(rows, t("forecast.tab.drivers"))
    models = listed(t(f"forecast.model.{one}") for one in made.settings["model"].split("+"))
    st.caption(plain(t("forecast.models", models=models)))


def _frozen(made: Made) -> tuple[tuple[str, int, float], ...]:
    told = made.settings.get("drivers", ())
    return tuple((one["kind"], one["label"], one["percent"]) for one in told)


@kept(64)
def _drivers(
    found: Found, effects: tuple[tuple[str, int, float], ...], look: tuple[str, bool]
) -> tuple[str, dict[str, Any] | None, pd.DataFrame | None]:
    freq = found.asked.freq
    if freq == "h":
        return t("forecast.drivers.h"), None, None
    season = next((value for kind, _, value in effects if kind == "season"), 0.0)
    said = t("forecast.drivers.season", change=signed(season))
    days = [(label, value) for kind, label, value in effects if kind == "holiday"]
    said += t("forecast.drivers.holidays", many=len(days)) if days else t("forecast.drivers.none")
    names = [(weekday_name(label), value) for kind, label, value in effects if kind == "weekday"]
    names += [(period_name(pd.Timestamp(str(label)), freq), value) for label, value in days[:12]]
    if not names:
        return said, None, None
    rows = pd.DataFrame(names, columns=pd.Index(["name", "value"]))
    rows["text"] = [f"{signed(value)}%" for value in rows["value"]]
    spec = plain_spec(effects_chart(rows, t("forecast.effect"), palette(look[1])))
    columns = {"name": t("forecast.driver"), "value": t("forecast.effect")}
    return said, spec, rows[["name", "value"]].rename(columns=columns)


def tracked(shown: View, found: Found) -> None:
    """Earlier forecasts of this series against what came since."""
    lines = _tracked(found, reads.stored(shown.hospital_id)[0].id, language())
    if lines.empty:
        st.caption(t("forecast.tracked.none"))
        return
    st.caption(t("forecast.tracked"))
    table(lines, t("forecast.tab.tracked"))


@kept(32)
def _tracked(found: Found, newest: int, in_language: str) -> pd.DataFrame:
    asked, scope = found.asked, found.scope
    actual = reads.panel(scope, asked)
    rows = []
    for made in reads.stored(scope.hospital_id):
        mine = made.label
        if (mine.stream, mine.department, mine.freq) != (*asked.place, asked.freq):
            continue
        values = reads.as_made(scope, asked, made)
        single = values[values["span"] == 1]
        worth = judged(single, actual)
        if worth is not None:
            rows.append(_line(asked, made, single, worth))
    return pd.DataFrame(rows)


def _line(asked: Asked, made: Made, single: pd.DataFrame, worth: dict[str, Any]) -> dict[str, str]:
    shares, state = worth["coverage"], error_state(worth)
    first, last = single["time"].min().date(), single["time"].max().date()
    return {
        t("forecast.track.origin"): f"{date_of(made.label.origin):%Y-%m-%d}",
        t("forecast.track.of"): range_name(first, last),
        t("forecast.track.known"): t("forecast.track.known.of", n=worth["n"], all=len(single)),
        t("forecast.score.wape"): percent(worth["wape"]),
        t(f"forecast.naive.{asked.freq}"): percent(worth["naive_wape"]),
        t("forecast.score.bias"): percent_signed(worth["bias"]),
        t("forecast.card.coverage"): f"{percent(shares['80'], 0)} / {percent(shares['95'], 0)}",
        t("forecast.track.verdict"): f"{SHAPES[state]} {t(f'forecast.error.{state}')}",
        t("forecast.track.made"): t(
            "forecast.track.back" if made.label.backdated else "forecast.track.then",
            at=moment_text(made.at),
            who=made.who,
        ),
    }
