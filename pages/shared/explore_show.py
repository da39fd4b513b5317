"""A picture of the explore page on the screen: its sentence, itself, unit and source."""

from __future__ import annotations

import streamlit as st

from core.charts.explore import PICK
from core.words import language, t
from pages.shared import explore_reads, reads
from pages.shared.explore_choice import Choice, down, go
from pages.shared.explore_drawn import Asked, Drawn, parts, ranked
from pages.shared.explore_limits import funnel, trend
from pages.shared.explore_tables import heat, pivot
from pages.shared.page import dark
from pages.shared.phrases import source_line
from pages.shared.scope import View
from pages.shared.session import catalog

_DRAW = {
    "ranked": ranked,
    "parts": parts,
    "funnel": funnel,
    "trend": trend,
    "heat": heat,
    "pivot": pivot,
}
_CLICKABLE = ("ranked", "parts", "funnel")


def drawn_of(shown: View, choice: Choice, code: str) -> Drawn:
    """The picture of one indicator, or of all where the view shows them in one; kept."""
    asked = Asked(shown, choice, code, language(), dark())
    return _DRAW[choice.show](reads.judged_key(shown.scope), asked)


def show(drawn: Drawn, shown: View, choice: Choice, code: str) -> None:
    """What to see, the picture, its unit and source; a click on a member leads down."""
    answered = choice.show == "parts" and code == choice.codes[0] and drawn.spec is not None
    st.caption(t("explore.parts.how") if answered else drawn.sentence)
    if drawn.warning:
        st.caption(f":orange[▲ {drawn.warning}]")
    if drawn.spec is None:
        return
    key = f"explore_chart_{choice.show}_{code}_{choice.by}_{shown.department}_{choice.member}"

    def picked() -> None:
        found = st.session_state[key]["selection"].get(PICK, [])
        if found:
            go(down(choice, shown.department, str(found[0].get("code", ""))))

    if choice.show in _CLICKABLE:
        st.vega_lite_chart(
            drawn.spec,
            theme=None,
            alt=drawn.sentence,
            key=key,
            on_select=picked,
            selection_mode=PICK,
        )
    else:
        st.vega_lite_chart(drawn.spec, theme=None, alt=drawn.sentence, key=key)
    together = choice.codes if choice.show == "heat" else (code,)
    st.caption(source_line([catalog().find(one) for one in together], _months(choice, shown)))


def _months(choice: Choice, shown: View) -> tuple[int, ...]:
    """The months that the picture is about."""
    if choice.show == "trend":
        return explore_reads.trend_months(shown)
    if choice.show == "heat" and len(choice.codes) == 1:
        return explore_reads.wide_months(shown)
    return shown.comparison.now
