"""The scope bar: period, department, comparison. Shared by all pages, kept in the URL by codes.

Drawn from app.py: a keyed widget drawn inside a page would be reset on every change of page.
A URL wins over the session only when it differs from what this session last wrote into it, so
that links, bookmarks and the widgets do not fight.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.formats import month_name
from core.frames import Scope
from core.hospital.calendar import COMPARISONS, SPANS, Comparison, compare
from core.months import add_months, month_range, month_text, parse_month
from core.words import t

_WRITTEN, _REPLACED = "scope_written", "scope_replaced"
SETTLING = 12.0
"""Seconds in which a browser may still send the address of before a choice."""


@dataclass(frozen=True)
class View:
    """What the person is looking at."""

    hospital_id: int
    first: int
    last: int
    span: str
    month: int
    department: str
    how: str

    @property
    def scope(self) -> Scope:
        """Every month and department that this person may see."""
        return Scope(self.hospital_id, self.first, self.last)

    @property
    def comparison(self) -> Comparison:
        return compare(self.span, self.month, self.how, self.last)

    @property
    def codes(self) -> dict[str, str]:
        """The view as URL parameters."""
        return {
            "period": month_text(self.month),
            "span": self.span,
            "dept": self.department,
            "compare": self.how,
        }


def adopt(parameter: str, key: str, read: Callable[[str], object | None]) -> None:
    """Take a URL parameter over into the widget's state, if it was not we who wrote it."""
    offered = st.query_params.get(parameter)
    if offered is None or (key in st.session_state and offered in _ours(parameter)):
        return
    value = read(offered)
    if value is not None:
        st.session_state[key] = value


def number_in(text: str) -> int | None:
    """A number of an address, as we write one; None for anything else, however large."""
    plain = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if plain else None


def _ours(parameter: str) -> list[str | None]:
    """What we wrote last, and what that replaced just now: a busy browser still sends it."""
    since = time.monotonic() - SETTLING
    replaced = st.session_state.get(_REPLACED, [])
    recent = [value for name, value, at in replaced if name == parameter and at > since]
    return [*recent, st.session_state.get(_WRITTEN, {}).get(parameter)]


def _remember(parameter: str, replaced: str | None) -> None:
    """Of what was replaced, the last ten."""
    if replaced:
        kept = st.session_state.get(_REPLACED, [])[-9:]
        st.session_state[_REPLACED] = [*kept, (parameter, replaced, time.monotonic())]


def arrive(page: str) -> None:
    """Called once a run with the page it is for: a new page gets the view into its address."""
    st.session_state["scope_arrived"] = st.session_state.get("scope_page") != page
    st.session_state["scope_page"] = page


def publish(**values: str) -> None:
    """Write parameters into the URL, all in one step; an empty one leaves it.

    One that is gone though nothing changed was taken by the browser's back button: writing it
    again would send the person forward, for ever.
    """
    written = st.session_state.setdefault(_WRITTEN, {})
    wanted = {}
    for parameter, value in values.items():
        present = st.query_params.get(parameter)
        went_back = present is None and written.get(parameter) == value
        if written.get(parameter) != value:
            _remember(parameter, written.get(parameter))
        written[parameter] = value
        if not value and present is not None:
            del st.query_params[parameter]
        elif value and present != value and (st.session_state["scope_arrived"] or not went_back):
            wanted[parameter] = value
    if wanted:
        st.query_params.update(wanted)


def draw(hospital_id: int, span_of_data: tuple[int, int], names: dict[str, str]) -> View:
    """Draw the bar and say what was chosen. names: department names by code."""
    first, last = span_of_data
    months = list(reversed(month_range(first, last)))
    codes = ["", *names]
    adopt("period", "scope_month", lambda text: _known_month(text, months))
    adopt("span", "scope_span", lambda text: text if text in SPANS else None)
    adopt("dept", "scope_department", lambda text: text if text in codes else None)
    adopt("compare", "scope_compare", lambda text: text if text in COMPARISONS else None)
    _keep_valid("scope_month", months, months[0])
    _keep_valid("scope_department", codes, "")
    with st.container(key="scope_bar"), st.grid(4, min_column_width=150, gap="small"):
        span = st.selectbox(
            t("scope.span"), SPANS, key="scope_span", format_func=lambda c: t(f"scope.span.{c}")
        )
        month = st.selectbox(t("scope.month"), months, key="scope_month", format_func=month_name)
        department = st.selectbox(
            t("scope.department"),
            codes,
            key="scope_department",
            format_func=lambda c: f"{c} {names[c]}" if c else t("scope.whole"),
            placeholder=t("scope.choose"),
        )
        how = st.selectbox(
            t("scope.compare"),
            COMPARISONS,
            key="scope_compare",
            format_func=lambda c: t(f"scope.compare.{c}"),
        )
    view = View(hospital_id, first, last, span, month, department, how)
    publish(**view.codes)
    return view


def empty_view(hospital_id: int, month: int) -> View:
    """The view of a hospital that has no month yet."""
    return View(hospital_id, add_months(month, -1), month, "month", month, "", "last_year")


def _known_month(text: str, months: list[int]) -> int | None:
    try:
        month = parse_month(text)
    except ValueError:
        return None
    return month if month in months else None


def _keep_valid(key: str, options: list, default: object) -> None:
    """A choice that the data no longer has (an import was undone) falls back."""
    if st.session_state.get(key, default) not in options:
        st.session_state[key] = default
