"""多维分析: how much it changed, who made it change, and whether it is more than chance."""

from __future__ import annotations

import streamlit as st

from core.analysis import explore
from core.catalog.model import Indicator
from core.words import language, t
from pages.shared import explore_reads, explore_saved, reads
from pages.shared.explore_choice import (
    COLUMNS,
    MOST,
    VIEWS,
    Choice,
    arrive,
    down,
    go,
    levels,
    member,
    tell,
)
from pages.shared.explore_drawn import Asked, Drawn, parts
from pages.shared.explore_show import drawn_of, show
from pages.shared.page import dark, download, empty, head, view
from pages.shared.phrases import comparison_text, plain
from pages.shared.scope import View
from pages.shared.session import catalog
from pages.shared.trends import computed

FIRST = "OP001"
"""Shown where no indicator moved."""


def main() -> None:
    shown = view()
    head("explore", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("explore")
        return
    asked = explore_reads.questions(shown)
    arrive(asked[0][0] if asked else FIRST)
    _questions(asked)
    choice = _choose(shown)
    tell(choice, shown)
    _breadcrumb(shown, choice)
    _answer(shown, choice)
    _pictures(shown, choice)
    _onward(shown, choice)


def _questions(asked: tuple[tuple[str, int], ...]) -> None:
    """What moved most, as questions: a click answers."""
    with st.container(horizontal=True, gap="small"):
        for code, sign in asked:
            st.button(
                t("explore.ask.up" if sign > 0 else "explore.ask.down", indicator=_name(code)),
                key=f"explore_ask_{code}",
                on_click=go,
                args=({"indicator": code, "by": "department", "show": "parts", "dept": ""},),
            )


def _choose(shown: View) -> Choice:
    """Indicators, picture, level, order, filter, columns."""
    codes = st.multiselect(
        t("explore.indicators"),
        explore_reads.codes(),
        key="explore_indicator",
        format_func=_name,
        max_selections=MOST,
        placeholder=t("explore.indicators.choose"),
    )
    codes = codes or [FIRST]
    options = levels(codes)
    if st.session_state["explore_by"] not in options:
        st.session_state["explore_by"] = "department"
    show_ = st.segmented_control(
        t("explore.view"),
        VIEWS,
        key="explore_show",
        format_func=lambda code: t(f"explore.view.{code}"),
        label_visibility="collapsed",
    )
    filters = (*explore.FILTERS, *(explore.CAMPUS + one for one in explore_reads.campuses(shown)))
    if st.session_state["explore_filter"] not in filters:
        st.session_state["explore_filter"] = "all"
    with st.grid(4, min_column_width=150, gap="small"):
        by = _select("by", options, lambda code: t(f"explore.by.{code}"))
        sort = _select("sort", explore.SORTS, lambda code: t(f"explore.sort.{code}"))
        only = _select("filter", filters, lambda code: _filter_name(shown, code))
        columns = _select("columns", COLUMNS, lambda code: t(f"explore.columns.{code}"))
    return Choice(tuple(codes), by, show_ or VIEWS[0], sort, only, columns, member())


def _select(name: str, options: tuple[str, ...], word: object) -> str:
    found = st.selectbox(
        t(f"explore.{name}"),
        options,
        key=f"explore_{name}",
        format_func=word,  # type: ignore[arg-type]
    )
    return str(found)


def _filter_name(shown: View, code: str) -> str:
    if not code.startswith(explore.CAMPUS):
        return t(f"explore.filter.{code}")
    names = explore_reads.member_names(shown, "campus")
    return names.get(code.removeprefix(explore.CAMPUS), code)


def _name(code: str) -> str:
    return explore_reads.names_of_indicators(language())[code]


def _breadcrumb(shown: View, choice: Choice) -> None:
    """The way down, each step a way back."""
    if not shown.department and not choice.member:
        return
    names = reads.names(shown.scope)
    steps = [(t("scope.whole"), {"dept": "", "by": "department", "show": "ranked"})]
    if shown.department:
        here = {"dept": shown.department, "by": choice.by, "show": "ranked"}
        steps.append((names.get(shown.department, shown.department), here))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for place, (name, parameters) in enumerate(steps):
            if place:
                st.markdown("›", width="content")
            st.button(
                plain(name),
                key=f"explore_crumb_{place}",
                type="tertiary",
                on_click=go,
                args=(parameters,),
            )
        if choice.member:
            own = explore_reads.member_names(shown, choice.by)
            name = plain(own.get(choice.member, choice.member))
            st.markdown(f"› **{name}**", width="content")


def _answer(shown: View, choice: Choice) -> None:
    """The change of the first indicator as a sum of its parts, in one sentence."""
    first = Choice(choice.codes[:1], choice.by, "parts", "", "", "", "")
    asked = Asked(shown, first, choice.codes[0], language(), dark())
    st.subheader(parts(reads.judged_key(shown.scope), asked).sentence, anchor=False)
    st.caption(comparison_text(shown.comparison))


def _pictures(shown: View, choice: Choice) -> None:
    """One picture an indicator, side by side; heat map and pivot show all in one."""
    if choice.show in ("heat", "pivot"):
        drawn = drawn_of(shown, choice, choice.codes[0])
        show(drawn, shown, choice, choice.codes[0])
        _table(drawn, shown, choice, choice.codes[0])
        return
    with st.grid(2 if len(choice.codes) > 1 else 1, min_column_width=320, gap="medium"):
        for code in choice.codes:
            with st.container(border=len(choice.codes) > 1):
                st.markdown(f"**{_name(code)}**")
                drawn = drawn_of(shown, choice, code)
                show(drawn, shown, choice, code)
                _table(drawn, shown, choice, code)


def _table(drawn: Drawn, shown: View, choice: Choice, code: str) -> None:
    """The figures of the picture; a click on a line leads down."""
    if drawn.table.empty:
        return
    parameters = "_".join((choice.show, code, choice.by, shown.department, choice.member))
    key = f"explore_table_{parameters}"

    def opened() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and drawn.members:
            go(down(choice, shown.department, drawn.members[rows[0]]))

    if drawn.members:
        drawn_too = "explore.click" if drawn.spec and choice.show != "heat" else "explore.click.row"
        st.caption(t(drawn_too))
        st.dataframe(
            drawn.table,
            hide_index=True,
            height=min(390, 38 + 35 * len(drawn.table)),
            on_select=opened,
            selection_mode="single-row",
            key=key,
        )
    else:
        st.dataframe(drawn.table, hide_index=True, height=min(390, 38 + 35 * len(drawn.table)))
    download(drawn.table, f"{_name(code)} {t('explore.view.' + choice.show)}")


def _onward(shown: View, choice: Choice) -> None:
    """How it is computed, saved views, and where to go from here."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for code in choice.codes[:1]:
            computed(_indicator(code), reads.reading(shown, code))
        explore_saved.saved_views(shown, choice)
        codes = shown.codes | {"indicator": choice.codes[0]}
        st.page_link(
            "pages/analysis/control.py",
            label=t("explore.onward.control"),
            icon=":material/monitoring:",
            query_params=codes,
        )
        st.page_link(
            "pages/department.py",
            label=t("explore.onward.department"),
            icon=":material/apartment:",
            query_params=codes,
        )


def _indicator(code: str) -> Indicator:
    return catalog().find(code)


main()
