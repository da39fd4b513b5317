"""项目与病种: which disease groups lose, on what, who can change it; what an examination costs."""

from __future__ import annotations

import streamlit as st

from core.costing.groups import WAYS, Way
from core.formats import listed, month_name, months_name
from core.words import t
from pages.shared import disease_group as one
from pages.shared import disease_items as items
from pages.shared import disease_parts as parts
from pages.shared import group_reads, reads
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

PAGE = "pages/costing/disease.py"
WAY, CHOSEN = "disease_way", "disease_group"
TABS = ("groups", "pool", "items")


def main() -> None:
    shown = view()
    head("disease", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("disease")
        return
    way = _way()
    publish(way="" if way == WAYS[0] else way)
    months = shown.comparison.now
    found = group_reads.period(shown, way, months)
    rows = group_reads.groups_of(shown, way, months)
    if found is None or rows is None or rows.empty:
        _nothing(shown, found is None)
        return
    if found.left_out:
        left = listed(month_name(month) for month in found.left_out)
        st.warning(t("disease.left_out", months=left), icon=":material/warning:")
    group = _chosen(parts.worded(shown, way).names)
    if group:
        one.sheet(shown, way, group)
    else:
        _every(shown, way)
    _how(shown)
    _next(shown)


def _way() -> Way:
    adopt("way", WAY, lambda text: text if text in WAYS else None)
    chosen: Way | None = st.segmented_control(  # pyright: ignore[reportAssignmentType]
        t("disease.way"),
        WAYS,
        key=WAY,
        default=None if WAY in st.session_state else WAYS[0],
        required=True,
        format_func=lambda name: t(f"disease.way.{name}"),
        help=t("disease.way.help"),
    )
    return chosen or WAYS[0]


def _chosen(names: dict[str, str]) -> str:
    """The group that is open, '' for all of them."""
    adopt("group", CHOSEN, lambda text: text if text in names else None)
    if st.session_state.get(CHOSEN, "") not in names:
        st.session_state[CHOSEN] = ""
    code = st.selectbox(
        t("disease.choose"),
        list(names),
        key=CHOSEN,
        format_func=names.__getitem__,
        width=360,
    )
    publish(group=code or "")
    return code or ""


def _nothing(shown: View, lacking: bool) -> None:
    """No cases, no cost, or none of this department."""
    key = "disease.none" if lacking else "disease.none_here"
    st.info(t(key, months=months_name(shown.comparison.now)), icon=":material/inbox:")
    st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")


def _every(shown: View, way: Way) -> None:
    said = parts.worded(shown, way)
    st.subheader(said.headline, anchor=False)
    parts.cards(said)
    st.caption(t("disease.not_alone"))
    tabs = st.tabs([t(f"disease.tab.{tab}") for tab in TABS], on_change="rerun", key="disease_tab")
    clicked = None
    if tabs[0].open:
        with tabs[0]:
            parts.picture(shown, way, said)
            clicked = parts.group_table(said)
    if tabs[1].open:
        with tabs[1]:
            parts.pool(said)
    if tabs[2].open:
        with tabs[2]:
            items.examinations(shown)
    if clicked:
        query = shown.codes | {"group": clicked} | ({"way": way} if way != WAYS[0] else {})
        st.switch_page(PAGE, query_params=query)


def _how(shown: View) -> None:
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="disease_how"
    )
    if more.open:
        with more:
            st.markdown(t("disease.how.text"))
            rule = group_reads.payment(shown)
            if rule.by_group:
                told = t(f"disease.method.{rule.method}", rate=f"{rule.rate_fen / 100:,.2f}")
                st.markdown(t("disease.how.rule", area=plain(rule.area), rule=told))
            st.caption(t("how.source", source=t("disease.how.source")))


def _next(shown: View) -> None:
    """Where to go from here."""
    links = {
        "breakeven": ("costing/breakeven", ":material/balance:"),
        "allocation": ("costing/allocation", ":material/account_tree:"),
        "explore": ("analysis/explore", ":material/query_stats:"),
    }
    with st.container(horizontal=True):
        for name, (page, icon) in links.items():
            st.page_link(
                f"pages/{page}.py",
                label=t(f"disease.next.{name}"),
                icon=icon,
                query_params=shown.codes,
            )


main()
