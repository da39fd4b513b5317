"""趋势预警图（控制图）: which indicator is abnormal, since when, and can it meet its target?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from core.analysis.control import Chart
from core.formats import month_name
from core.words import t
from pages.shared import chart_reads, chart_show, reads
from pages.shared.chart_form import said_about
from pages.shared.chart_reads import Key, Options
from pages.shared.chart_words import ASSURANCES, MARKS, mark_of, mark_text, sentence, value_of
from pages.shared.page import dark, download, empty, head, table, view
from pages.shared.phrases import name_of, plain, source_line
from pages.shared.scope import View, adopt, publish
from pages.shared.session import catalog
from pages.shared.trends import computed

CHOSEN, SPRING, NEAR, FIXED = (
    f"control_{name}" for name in ("indicator", "spring", "near", "fixed")
)
FILTERS = ("abnormal", "worse", "better", "missing", "all")
BASES = (0, 12, 24)
SHOWN = 20


def main() -> None:
    shown = view()
    head("control", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("control")
        return
    bar = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with bar:
        code = _chosen()
        options = _options()
    publish(
        indicator=code,
        spring="" if options.merged else "0",
        near="1" if options.near else "",
        fixed=str(options.fixed or ""),
    )
    one = (code, shown.department)
    chart = chart_reads.chart_of(shown, one, options) if code else None
    if chart:
        _one(shown, one, chart, options)
    else:
        if code:
            st.info(t("control.not_here"), icon=":material/info:")
        _wall(shown, chart_reads.wall(shown, options), options)
    _legend()
    _how()


def _chosen() -> str:
    """The indicator that is opened; '' is the wall."""
    codes = ["", *chart_reads.openable()]
    adopt("indicator", CHOSEN, lambda text: text if text in codes else None)
    if st.session_state.get(CHOSEN, "") not in codes:
        st.session_state[CHOSEN] = ""
    return st.selectbox(
        t("control.indicator"),
        codes,
        key=CHOSEN,
        width=340,
        format_func=lambda one: name_of(catalog().indicators[one]) if one else t("control.wall"),
    )


def _options() -> Options:
    """January and February together or apart, and the variants of the rules."""
    adopt("spring", SPRING, lambda text: text != "0")
    adopt("near", NEAR, lambda text: text == "1")
    adopt("fixed", FIXED, lambda text: int(text) if text in ("12", "24") else 0)
    st.session_state.setdefault(SPRING, True)
    merged = st.toggle(t("control.spring.switch"), key=SPRING, help=t("control.spring.help"))
    with st.popover(t("control.rules"), icon=":material/tune:"):
        near = st.toggle(t("control.near.switch"), key=NEAR, help=t("control.near.help"))
        fixed = st.segmented_control(
            t("control.fixed"),
            BASES,
            key=FIXED,
            default=None if FIXED in st.session_state else 0,
            required=True,
            format_func=lambda count: t(f"control.fixed.{count}"),
        )
        st.caption(t("control.fixed.help"))
    return Options(merged, near, int(fixed or 0))


def _wall(shown: View, drawn: Mapping[Key, Chart], options: Options) -> None:
    """Icons of every indicator of the place, what is worse first."""
    st.subheader(_headline(shown, drawn), anchor=False)
    chosen = _filtered(drawn)
    if not chosen:
        st.write(t("control.none") if drawn else t("control.no_series"))
        return
    first = dict(list(chosen.items())[:SHOWN])
    chart_show.tiles(shown, first, by_place=False, query=_query(options))
    if len(chosen) > SHOWN:
        more = st.expander(
            t("control.more", count=len(chosen) - SHOWN), on_change="rerun", key="control_more"
        )
        if more.open:
            with more:
                rest = dict(list(chosen.items())[SHOWN:])
                chart_show.tiles(shown, rest, by_place=False, query=_query(options))
    download(lambda: chart_show.lines(shown, chosen), t("control.table"))


def _query(options: Options) -> dict[str, str]:
    """The options as parameters of a link."""
    return {
        "spring": "" if options.merged else "0",
        "near": "1" if options.near else "",
        "fixed": str(options.fixed or ""),
    }


def _headline(shown: View, drawn: Mapping[Key, Chart]) -> str:
    marks = [mark_of(chart) for chart in drawn.values()]
    names = reads.names(shown.scope)
    return t(
        "control.headline",
        place=plain(names.get(shown.department, t("scope.whole"))),
        month=month_name(shown.month),
        count=len(marks),
        worse=marks.count("concern"),
        better=marks.count("improvement"),
        other=sum(mark.startswith("neutral") for mark in marks),
        missed=sum(chart.assurance == "fail" for chart in drawn.values()),
    )


def _filtered(drawn: Mapping[Key, Chart]) -> dict[Key, Chart]:
    """Those of the kind asked for: abnormal ones unless all are wanted."""
    what = st.segmented_control(
        t("control.filter"),
        FILTERS,
        key="control_filter",
        default="abnormal",
        required=True,
        label_visibility="collapsed",
        format_func=lambda one: t(f"control.filter.{one}"),
    )
    wanted = {
        "abnormal": lambda chart: mark_of(chart) != "common" or chart.assurance == "fail",
        "worse": lambda chart: mark_of(chart) == "concern",
        "better": lambda chart: mark_of(chart) == "improvement",
        "missing": lambda chart: chart.assurance == "fail",
        "all": lambda chart: True,
    }[what or "abnormal"]
    return {one: chart for one, chart in drawn.items() if wanted(chart)}


def _one(shown: View, one: Key, chart: Chart, options: Options) -> None:
    """One chart in full: what it says, the picture, what people said, the points."""
    code, place = one
    indicator = catalog().indicators[code]
    where = plain(reads.names(shown.scope).get(place, t("scope.whole")))
    row = chart_reads.reading_of(shown, code, place)
    told = sentence(chart, indicator, where, row)
    st.subheader(told, anchor=False)
    said = chart_reads.said(shown).of(code, place)
    if chart.last >= 0:
        spec = chart_show.spec(shown, one, options, dark())
        st.vega_lite_chart(spec, theme=None, alt=told)
        st.caption(source_line([indicator], chart.months))
    _below(shown, one, chart, options)
    if row:
        computed(indicator, row)
    said_about(shown, one, said)
    _others(shown, code, options)
    st.subheader(t("control.points"), anchor=False)
    table(chart_show.points(chart, code, said), f"{t('control.points')} {code} {place}")


def _below(shown: View, one: Key, chart: Chart, options: Options) -> None:
    """Which chart it is, by which variant of the rules, and where to go from here."""
    rule = t("control.rule.near" if options.near else "control.rule.between")
    base = t("control.rule.fixed", count=options.fixed) if options.fixed else ""
    st.caption(t(f"control.kind.{chart.kind}") + rule + base)
    if chart.trial:
        st.caption(t("control.trial"))
    if chart.last >= 0 and not math.isnan(chart.waiting):
        value = value_of(chart.waiting, catalog().indicators[one[0]])
        st.caption(t("control.say.waiting", value=value))
    query = shown.codes | {"indicator": one[0]}
    links = {
        "pages/analysis/explore.py": "control.link.explore",
        "pages/analysis/signals.py": "control.link.signals",
    }
    with st.container(horizontal=True):
        st.page_link(
            chart_show.PAGE,
            label=t("control.link.wall"),
            icon=":material/grid_view:",
            query_params=shown.codes | _query(options) | {"indicator": ""},
        )
        for page, words in links.items():
            st.page_link(page, label=t(words), icon=":material/arrow_forward:", query_params=query)


def _others(shown: View, code: str, options: Options) -> None:
    """The same indicator in every department, as tiles."""
    found = st.expander(t("control.places"), on_change="rerun", key="control_places")
    if found.open:
        with found:
            every = chart_reads.places(shown, code, options)
            st.caption(t("control.places.count", count=len(every)))
            first = dict(list(every.items())[:SHOWN])
            chart_show.tiles(shown, first, by_place=True, query=_query(options))
            download(lambda: chart_show.lines(shown, every), t("control.places"))


def _legend() -> None:
    """What the marks mean, in plain words."""
    marks = [
        f":{colour}[{mark_text(mark)}] {t('control.legend.' + mark)}"
        for mark, (_, colour) in MARKS.items()
    ]
    met = [
        f":{colour}[{shape} {t('control.assurance.' + name)}] {t('control.legend.' + name)}"
        for name, (shape, colour) in ASSURANCES.items()
    ]
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f":small[**{t('control.legend')}**]")
        st.markdown("  \n".join(f":small[{line}]" for line in [*marks, *met]))


def _how() -> None:
    with st.expander(t("control.how"), icon=":material/functions:"):
        st.markdown(t("control.how.text"))


main()
