"""What a what-if of beds is told: one control a what-if, and the source's target for it."""

from __future__ import annotations

import streamlit as st

from core.flow.occupancy import Aimed
from core.formats import listed, month_name
from core.months import month_range
from core.words import pick, t
from pages.shared import beds_choice, beds_reads
from pages.shared.beds_answers import Supposed, days_text
from pages.shared.beds_choice import Choice, changed, widget
from pages.shared.beds_parts import judged
from pages.shared.phrases import plain
from pages.shared.scope import View

AIMS = {"stay": "stay", "noon": "empty_hours", "day": "day_surgery", "even": "spread"}


def aim(choice: Choice) -> None:
    """The source's target for what is tried."""
    code = AIMS.get(choice.trial)
    if code:
        one = beds_reads.rules().target(code)
        st.caption(plain(f"{kind_word(one)} {pick(one.note.zh, one.note.en)} {one.source}"))


def kind_word(one: Aimed) -> str:
    """目标, 案例, 假设 or 规范."""
    return t(f"catalog.target_kind.{one.source_kind}")


def _stay_control(_shown: View, asked: Supposed) -> None:
    st.slider(
        t("beds.control.stay", now=days_text(asked.whole.stay_days)),
        *beds_choice.STAY,
        step=0.1,
        format="%+.1f",
        key=widget("stay"),
        on_change=changed,
        args=("stay",),
    )


def _pool_control(shown: View, asked: Supposed) -> None:
    names = beds_reads.place_names(shown)
    codes = list(asked.every["ward"])
    key = widget("pool")
    st.session_state[key] = [one for one in st.session_state[key] if one in codes]
    st.multiselect(
        t("beds.control.pool"),
        codes,
        key=key,
        max_selections=8,
        format_func=lambda code: str(names.get(code, code)),
        placeholder=t("beds.control.pool.choose"),
        on_change=changed,
        args=("pool",),
    )
    low = _mergeable(shown)
    if low:
        told = listed(plain(names.get(code, code)) for code in low)
        st.caption(t("beds.pool.low", wards=told))
        st.button(
            t("beds.pool.use"),
            icon=":material/merge:",
            on_click=lambda: beds_choice.put(beds_choice.content() | {"pool": low}),
        )


def _mergeable(shown: View) -> list[str]:
    """The three emptiest wards below the line that are not exempt; two at least."""
    rows = judged(shown)
    first = beds_reads.rules().bands[0].code
    low = rows[(rows["band"] == first) & (rows["exempt"] == "")].sort_values("occupancy")
    codes = low["ward"].tolist()[:3]
    return codes if len(codes) > 1 else []


def _use_control(_shown: View, _asked: Supposed) -> None:
    st.slider(
        t("beds.control.use"),
        *beds_choice.USE,
        format="%d%%",
        key=widget("use"),
        on_change=changed,
        args=("use",),
    )


def _noon_control(_shown: View, _asked: Supposed) -> None:
    _share("noon")


def _day_control(_shown: View, _asked: Supposed) -> None:
    _share("day")
    st.caption(t("beds.day.assumed"))


def _share(name: str) -> None:
    st.slider(
        t(f"beds.control.{name}"),
        *(0, 100),
        format="%d%%",
        key=widget(name),
        on_change=changed,
        args=(name,),
    )


def _even_control(shown: View, _asked: Supposed) -> None:
    months = [0, *reversed(month_range(shown.first, shown.month))]
    key = widget("base")
    if st.session_state[key] not in months:
        st.session_state[key] = 0
    st.selectbox(
        t("beds.control.base"),
        months,
        key=key,
        format_func=lambda month: month_name(month) if month else t("scope.compare.last_year"),
        on_change=changed,
        args=("base",),
    )


CONTROLS = {
    "stay": _stay_control,
    "pool": _pool_control,
    "use": _use_control,
    "noon": _noon_control,
    "day": _day_control,
    "even": _even_control,
}
