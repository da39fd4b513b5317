"""规划评审: several people judge a plan without seeing each other, then talk it over."""

from __future__ import annotations

import streamlit as st

from core.planning.reviews.model import Round
from core.words import t
from pages.shared import review_new, review_parts, review_reads, review_sheet
from pages.shared.page import head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, number_in, publish

CHOSEN = "review_chosen"


def main() -> None:
    shown = view()
    head("reviews", shown)
    review_sheet.forget_others()
    one = _chosen(shown)
    if one is None:
        st.info(t("reviews.none"), icon=":material/inbox:")
        review_new.draw(shown)
        return
    found = review_reads.result_of(shown, one)
    st.subheader(review_parts.headline(shown, one, found), anchor=False)
    st.caption(plain(review_parts.weights_words(one)))
    if found is not None:
        review_parts.cards(one, found)
    review_parts.moves(shown, one)
    names = [*(["sheet"] if one.turn else []), *(["result", "agreement"] if found else []), "new"]
    wanted = st.session_state.pop("reviews_next", None)
    if wanted in names:
        st.session_state["reviews"] = t(f"reviews.tab.{wanted}")
    tabs = st.tabs([t(f"reviews.tab.{name}") for name in names], on_change="rerun", key="reviews")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "sheet":
                review_sheet.draw(shown, one)
            elif name == "new":
                review_new.draw(shown)
            elif found is not None and name == "result":
                review_parts.result_tab(shown, one, found)
            elif found is not None:
                review_parts.agreement_tab(shown, one, found)
    st.page_link(
        "pages/planning/comparison.py", label=t("reviews.next"), icon=":material/compare_arrows:"
    )


def _chosen(shown: View) -> Round | None:
    """The round that is looked at, kept in the address; the one still open, else the fullest."""
    found = {one.id: one for one in review_reads.rounds(shown)}
    adopt("round", CHOSEN, lambda text: n if (n := number_in(text)) in found else None)
    if not found:
        return None
    if st.session_state.get(CHOSEN) not in found:
        order = sorted(found.values(), key=lambda one: (not one.turn, one.form == "quick", -one.id))
        st.session_state[CHOSEN] = order[0].id
    picked = st.selectbox(
        t("reviews.which"),
        list(found),
        index=list(found).index(st.session_state[CHOSEN]),
        format_func=lambda one: t(
            "reviews.round", name=found[one].name, state=t(f"reviews.state.{found[one].state}")
        ),
        width=460,
    )
    st.session_state[CHOSEN] = picked
    publish(round=str(picked))
    return found[picked]


main()
