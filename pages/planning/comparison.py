"""方案比较: judged plans side by side, ordered by TOPSIS."""

from __future__ import annotations

import streamlit as st

from core.planning.reviews.comparing import FEWEST
from core.words import t
from pages.shared import comparison_parts as parts
from pages.shared.page import head, view


def main() -> None:
    shown = view()
    head("comparison", shown)
    options, lacking = parts.options(shown)
    if len(options) < FEWEST:
        st.info(t("comparison.none", fewest=FEWEST), icon=":material/inbox:")
        parts.lacking(lacking)
        st.page_link(
            "pages/planning/reviews.py", label=t("comparison.judge"), icon=":material/how_to_vote:"
        )
        return
    chosen = parts.choose(options)
    if len(chosen) < FEWEST:
        st.info(t("comparison.few", fewest=FEWEST), icon=":material/rule:")
        return
    share = parts.budget_share()
    parts.answer(shown, chosen, share)
    parts.lacking(lacking)
    with st.expander(t("how.title"), icon=":material/functions:"):
        st.markdown(t("comparison.how"))


main()
