"""The answer, the board of wards and the census of the page of beds."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import beds as charts
from core.charts.theme import palette
from core.flow.occupancy import banded
from core.formats import month_name, months_name, number
from core.words import language, pick, t
from pages.shared import beds_choice, beds_reads
from pages.shared.beds_reads import Ahead
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import COLOURS, SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View
from pages.shared.session import today

STATES = {"low": "watch", "open": "none", "target": "good", "high": "bad", "": "none"}


def day_text(day: dt.date) -> str:
    """10月21日 周三; 21 Oct, Wed."""
    week = t("beds.weekdays").split(",")[day.weekday()]
    if language() == "zh":
        return f"{day.month}月{day.day}日 {week}"
    month = month_name(day.year * 100 + day.month).split()[0]
    return f"{week} {day.day} {month}"


def percent(value: float, decimals: int = 1) -> str:
    return number(value, decimals) if math.isnan(value) else f"{number(value, decimals)}%"


def next_day(found: Ahead) -> str:
    """The day after the census, called today where it is today."""
    day = found.origin + dt.timedelta(days=1)
    return t("beds.today") if day == today() else day_text(day)


def headline(shown: View, found: Ahead) -> None:
    """How many can still be taken, who is tightest, from which midnight."""
    out, first = found.outlook, found.outlook.house.iloc[0]
    names = beds_reads.ward_names(shown)
    free = int(out.beds["free"].sum())
    text = t(
        "beds.headline" if out.can_take >= 0 else "beds.headline.short",
        day=next_day(found),
        take=number(abs(out.can_take)),
        free=number(free),
        out=number(first["discharges"]),
        come=number(first["admissions"]),
    )
    ward = out.tightest
    if ward is not None:
        row = out.beds.set_index("ward").loc[ward]
        full = out.full_days(ward)
        text += t(
            "beds.headline.tight" if full else "beds.headline.calm",
            ward=names.get(ward, ward),
            use=percent(row["occupied"] / row["open"] * 100, 0),
            days=full,
            ahead=beds_reads.HORIZON,
        )
    st.subheader(plain(text), anchor=False)
    st.caption(plain(_since(found)))


def _since(found: Ahead) -> str:
    """Which midnight it is told from, and what is odd about the data."""
    told = [t("beds.since", day=day_text(found.origin), year=found.origin.year)]
    late = (today() - found.origin).days - 1
    if late > 0:
        told.append(t("beds.late", days=late))
    extra = int(found.outlook.beds["extra"].sum())
    if extra:
        told.append(t("beds.extra", beds=extra))
    if len(found.outlook.day_wards):
        told.append(t("beds.day_wards", beds=int(found.outlook.day_wards["open"].sum())))
    if found.silent:
        told.append(t("beds.silent", wards=len(found.silent)))
    if found.breaks:
        told.append(t("beds.breaks", days=number(found.breaks)))
    if found.outlook.unmatched:
        told.append(t("beds.unmatched", patients=number(found.outlook.unmatched)))
    return pick("", " ").join(told)


def judged(shown: View) -> pd.DataFrame:
    """BANDED rows of the view's months, exemptions as chosen."""
    places = beds_reads.places(shown, shown.comparison.now)
    return banded(
        places[["ward", "occupied", "open"]], beds_reads.rules(), beds_choice.current().exempt
    )


def band_word(code: str, exempt: str = "") -> str:
    """■ 过高; ○ 豁免 where a low ward has its reason."""
    if exempt:
        return f"{SHAPES['none']} {t('beds.band.exempt')}"
    word = t(f"beds.band.{code}") if code else t("beds.band.unknown")
    return f"{SHAPES[STATES[code]]} {word}"


def use_card(shown: View) -> None:
    """Occupancy of the view's months, with its band."""
    rows = judged(shown)
    opened = float(rows["open"].sum())
    use = float(rows["occupied"].sum()) / opened * 100 if opened > 0 else math.nan
    band = beds_reads.rules().band(use)
    code = band.code if band else ""
    with st.container(border=True, height="stretch"):
        st.metric(t("beds.card.use"), percent(use))
        word = band_word(code)
        st.markdown(f":small[:{COLOURS[STATES[code]]}[{word}] {months_name(shown.comparison.now)}]")


def cards(shown: View, found: Ahead) -> None:
    out, first = found.outlook, found.outlook.house.iloc[0]
    opened, lying = int(out.beds["open"].sum()), int(out.beds["occupied"].sum())
    full = [ward for ward in out.wards if out.full_days(ward)]
    with st.grid(4, min_column_width=190, gap="small"):
        with st.container(border=True, height="stretch"):
            st.metric(t("beds.card.free"), t("beds.count", n=number(out.beds["free"].sum())))
            st.markdown(
                f":small[{t('beds.card.free.of', open=number(opened), lying=number(lying))}]"
            )
        with st.container(border=True, height="stretch"):
            flows = f"{number(first['discharges'])} / {number(first['admissions'])}"
            st.metric(t("beds.card.flows", day=next_day(found)), flows)
            st.markdown(f":small[{t('beds.card.flows.of')}]")
        use_card(shown)
        with st.container(border=True, height="stretch"):
            state = "bad" if full else "good"
            st.metric(t("beds.card.full"), t("beds.card.full.n", n=len(full)))
            word = t("beds.card.full.of" if full else "beds.card.full.none")
            st.markdown(f":small[:{COLOURS[state]}[{SHAPES[state]} {word}]]")


def order(found: Ahead) -> list[str]:
    """Wards, the tightest first."""
    out = found.outlook
    key = {
        ward: (-out.full_days(ward), -float(rows["p_full"].fillna(0).mean()))
        for ward, rows in out.wards.items()
    }
    return sorted(key, key=lambda ward: (key[ward], ward))


def census_text(row: dict[Any, Any]) -> str:
    """25 (22–28): mean and the interval that holds in 8 of 10 days."""
    return _between(row["census"], row["q10"], row["q90"])


def _between(mean: float, low: float, high: float) -> str:
    return f"{number(mean)} ({number(low)}–{number(high)})"


def census(shown: View, found: Ahead) -> None:
    """28 days behind, 14 ahead, with the interval and the open beds; of a ward or of all."""
    ward = beds_choice.current().ward
    ward = ward if ward in found.outlook.wards else ""
    rows = _census_rows(shown, found, ward)
    name = beds_reads.ward_names(shown).get(ward, ward) if ward else beds_reads.house_name(shown)
    ahead = found.outlook.wards[ward] if ward else found.outlook.house
    top = ahead.iloc[int(ahead["census"].to_numpy().argmax())]
    when = found.origin + dt.timedelta(days=int(top["day"]))
    say = t(
        "beds.census.say",
        name=name,
        census=number(top["census"]),
        day=day_text(when),
        full=percent(top["p_full"] * 100, 0),
    )
    st.caption(plain(say))
    st.vega_lite_chart(_census_spec(rows, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("beds.census.unit"), t("beds.source")))
    columns = ("day", "occupied", "low", "high", "open")
    titles = pd.Index([t(f"beds.column.{name}") for name in columns])
    told = [row[:5] for row in rows if row[2] is None or row[2] != row[3]]
    download(lambda: pd.DataFrame(told, columns=titles), t("beds.tab.census"))
    st.caption(plain(accuracy(found)))


Days = tuple[tuple[str, float, float | None, float | None, float, str], ...]


def _census_rows(shown: View, found: Ahead, ward: str) -> Days:
    out = found.outlook
    wards = [ward] if ward else list(out.wards)
    past = beds_reads.census(shown)
    past = past[past["ward"].isin(wards)].groupby("date")[["occupied", "open"]].sum()
    rows: list[Any] = [
        (_iso(row["date"]), row["occupied"], None, None, row["open"], "past")
        for row in past.tail(beds_reads.BACK).reset_index().to_dict("records")
    ]
    opened = float(out.beds.loc[out.beds["ward"].isin(wards), "open"].sum())
    last = rows[-1]
    rows.append((last[0], last[1], last[1], last[1], opened, "ahead"))
    for row in (out.wards[ward] if ward else out.house).to_dict("records"):
        day = found.origin + dt.timedelta(days=int(row["day"]))
        rows.append(
            (day.isoformat(), round(row["census"], 1), row["q10"], row["q90"], opened, "ahead")
        )
    return tuple(rows)


def _iso(date: int) -> str:
    return f"{date // 10_000}-{date // 100 % 100:02d}-{date % 100:02d}"


@kept(64)
def _census_spec(rows: Days, in_language: str, on_dark: bool) -> Any:
    columns = ["date", "occupied", "low", "high", "open", "part"]
    told = pd.DataFrame(list(rows), columns=pd.Index(columns))
    told["day"] = told["date"]
    told["text"] = [
        number(mean) if low is None or high is None else _between(mean, low, high)
        for _, mean, low, high, _, _ in rows
    ]
    return plain_spec(charts.census_days(told, t("beds.census.unit"), palette(on_dark)))


def accuracy(found: Ahead) -> str:
    """How past forecasts did: of admissions by ward and day, of the census of the house."""
    known, measured = found.coming, found.measured
    if math.isnan(known.error):
        return t("beds.accuracy.none")
    told = [t("beds.accuracy", own=number(known.error, 2), usual=number(known.usual_error, 2))]
    if known.usual:
        told.append(t("beds.accuracy.usual", wards=len(known.usual)))
    if measured.origins:
        told.append(
            t(
                "beds.accuracy.census",
                origins=measured.origins,
                error=number(measured.error),
                stretch=number(measured.house, 1),
            )
        )
    return pick("", " ").join(told)
