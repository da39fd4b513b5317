"""What the explore page shows: every choice is a parameter of its address, by codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analysis.explore import CAMPUS, FILTERS, SORTS
from core.analysis.levels import INSIDE, SHOWN, below, levels_of
from core.hospital.calendar import COMPARISONS, SPANS
from core.months import parse_month
from pages.shared.scope import View, adopt, publish
from pages.shared.session import catalog

MOST = 4
"""At most so many indicators side by side."""
VIEWS = ("ranked", "parts", "funnel", "trend", "heat", "pivot")
COLUMNS = ("months", "indicators")
_MEMBER = "explore_member"
MEMBERS = dict(zip(INSIDE, ("group", "machine", "staff"), strict=True))
"""The parameter of the address that names a member of each level inside the department."""


@dataclass(frozen=True)
class Choice:
    """Indicators, level, picture, order, filter and columns; member: one of a level inside."""

    codes: tuple[str, ...]
    by: str
    show: str
    sort: str
    only: str
    columns: str
    member: str

    @property
    def parameters(self) -> dict[str, str]:
        """The choice as parameters of the address."""
        return {
            "indicator": ",".join(self.codes),
            "by": self.by,
            "show": self.show,
            "sort": self.sort,
            "filter": self.only,
            "columns": self.columns,
            **{name: self.member if self.by == level else "" for level, name in MEMBERS.items()},
        }


def _known(text: str) -> list[str] | None:
    """Codes of indicators, each once; None when there is none among them."""
    codes = [code for code in dict.fromkeys(text.split(",")) if code in catalog().indicators]
    return codes[:MOST] or None


def _one_of(options: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda text: text if text in options else None


def _filter(text: str) -> str | None:
    return text if text in FILTERS or text.startswith(CAMPUS) else None


def _month(text: str) -> int | None:
    try:
        return parse_month(text)
    except ValueError:
        return None


_OWN: dict[str, tuple[str, Callable[[str], object | None]]] = {
    "indicator": ("explore_indicator", _known),
    "by": ("explore_by", _one_of(SHOWN)),
    "show": ("explore_show", _one_of(VIEWS)),
    "sort": ("explore_sort", _one_of(SORTS)),
    "filter": ("explore_filter", _filter),
    "columns": ("explore_columns", _one_of(COLUMNS)),
    **dict.fromkeys(MEMBERS.values(), (_MEMBER, str)),
}
_SCOPE: dict[str, tuple[str, Callable[[str], object | None]]] = {
    "period": ("scope_month", _month),
    "span": ("scope_span", _one_of(SPANS)),
    "dept": ("scope_department", str),
    "compare": ("scope_compare", _one_of(COMPARISONS)),
}


def arrive(first: str) -> None:
    """Take over what the address asks for; `first`: the indicator shown without one."""
    if st.session_state["scope_arrived"] and not {*MEMBERS.values()} & set(st.query_params):
        st.session_state[_MEMBER] = ""
    for parameter, (key, read) in _OWN.items():
        adopt(parameter, key, read)
    defaults: dict[str, Any] = {
        "explore_indicator": [first],
        "explore_by": "department",
        "explore_show": "ranked",
        "explore_sort": "worst",
        "explore_filter": "all",
        "explore_columns": "months",
        _MEMBER: "",
    }
    for key, value in defaults.items():
        if not st.session_state.get(key) and key != _MEMBER:
            st.session_state[key] = value
        st.session_state.setdefault(key, value)


def levels(codes: list[str]) -> tuple[str, ...]:
    """The levels that some of the indicators have; departments always, who share in a change."""
    found = {level for code in codes for level in levels_of(catalog(), catalog().find(code))}
    found |= {"department"}
    return tuple(level for level in SHOWN if level in found)


def go(parameters: Mapping[str, str]) -> None:
    """Callback: show this, the rest as it is."""
    for parameter, (key, read) in (_OWN | _SCOPE).items():
        if parameter in parameters:
            value = read(parameters[parameter])
            if value is not None:
                st.session_state[key] = value
    if not {*MEMBERS.values()} & set(parameters) and {"by", "dept"} & set(parameters):
        st.session_state[_MEMBER] = ""


def down(choice: Choice, department: str, member: str) -> dict[str, str]:
    """Where a click on a member leads: one level down, or to what it is made of."""
    if choice.by in MEMBERS:
        return {MEMBERS[choice.by]: member, "show": "trend"}
    if choice.by == "campus":
        return {"by": "department", "filter": CAMPUS + member}
    if choice.by == "category":
        return {"by": "department", "filter": member if member in FILTERS else "all"}
    if not member or (choice.show == "parts" and department):
        return {}
    level, code = below(catalog(), choice.codes[0])
    if not level:
        return {"dept": member, "by": "department", "show": "parts"}
    codes = choice.codes if code == choice.codes[0] else (code,)
    return {"dept": member, "by": level, "show": "ranked", "indicator": ",".join(codes)}


def way_in(shown: View, code: str) -> dict[str, str]:
    """The address that shows who is behind an indicator: departments, worst first.

    Of one department, what is one level below it. What is read for the whole alone is shown by
    what each department adds to its change.
    """
    wanted = {"indicator": code, "by": "department", "show": "ranked", "sort": "worst"}
    level, behind = below(catalog(), code)
    if shown.department and level:
        wanted |= {"indicator": behind, "by": level}
    elif shown.department or "department" not in levels_of(catalog(), catalog().find(code)):
        wanted |= {"show": "parts"}
    return shown.codes | wanted


def tell(choice: Choice, shown: View) -> None:
    """Write the choice into the address."""
    publish(**(shown.codes | choice.parameters))


def member() -> str:
    return str(st.session_state.get(_MEMBER, ""))
