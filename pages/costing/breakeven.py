"""本量利: from how many cases on a department, a group, an item or a machine pays for itself."""

from __future__ import annotations

import streamlit as st

from core.formats import months_name
from core.words import t
from pages.shared import breakeven_items, reads
from pages.shared import breakeven_parts as parts
from pages.shared import breakeven_reads as figures
from pages.shared.page import empty, head, view
from pages.shared.scope import View, adopt, publish

KIND, CODE = "breakeven_kind", "breakeven_code"


def main() -> None:
    shown = view()
    head("breakeven", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("breakeven")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = _kind()
        options = figures.objects(shown, kind)
        code = _code(kind, options) if options else ""
    publish(object="" if kind == figures.KINDS[0] else kind, code=code)
    if not code:
        st.info(t(f"breakeven.none.{kind}"), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        return
    found = figures.found(shown, kind, code)
    if found is None:
        months = months_name(shown.comparison.now)
        st.info(t("breakeven.no_cost", months=months), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        return
    parts.answer(found, options[code])
    parts.what_if(shown, found, options[code], f"{kind}_{code}")
    if kind == "item":
        breakeven_items.every(shown)
    _how()
    _next(shown, kind, code)


def _kind() -> figures.Kind:
    adopt("object", KIND, lambda text: text if text in figures.KINDS else None)
    chosen: figures.Kind | None = st.segmented_control(  # pyright: ignore[reportAssignmentType]
        t("breakeven.kind"),
        figures.KINDS,
        key=KIND,
        default=None if KIND in st.session_state else figures.KINDS[0],
        required=True,
        format_func=lambda name: t(f"breakeven.kind.{name}"),
    )
    return chosen or figures.KINDS[0]


def _code(kind: figures.Kind, options: dict[str, str]) -> str:
    """What is looked at, of this kind; the first where the address names none."""
    key = f"{CODE}_{kind}"
    adopt("code", key, lambda text: text if text in options else None)
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
    return st.selectbox(
        t(f"breakeven.kind.{kind}"),
        list(options),
        key=key,
        format_func=options.__getitem__,
        width=360,
    )


def _how() -> None:
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="breakeven_how"
    )
    if more.open:
        with more:
            st.markdown(t("breakeven.how.text"))
            st.dataframe(parts.behaviour_table(), hide_index=True)
            st.caption(t("breakeven.how.kind"))


def _next(shown: View, kind: figures.Kind, code: str) -> None:
    """Where to go from here."""
    links = {"disease": {}, "allocation": {}}
    if kind == "group":
        links["disease"] = {"group": code}
    with st.container(horizontal=True):
        for page, query in links.items():
            st.page_link(
                f"pages/costing/{page}.py",
                label=t(f"breakeven.next.{page}"),
                icon=":material/stethoscope:" if page == "disease" else ":material/account_tree:",
                query_params=shown.codes | query,
            )
        if kind == "machine":
            st.page_link(
                "pages/analysis/equipment.py",
                label=t("breakeven.next.equipment"),
                icon=":material/radiology:",
                query_params=shown.codes | {"machine": code},
            )


main()
