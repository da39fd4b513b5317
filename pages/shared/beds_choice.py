"""What is tried on the page of beds: kept beside the widgets, in the address, in saved what-ifs.

A widget that is not drawn forgets: so each choice has a place of its own, which the widget of the
tab that is open shows and changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.errors import DataError
from core.months import month_text, parse_month
from pages.shared import beds_reads
from pages.shared.scope import View, adopt, publish

PAGE = "flow_beds"
TRIALS = ("stay", "pool", "use", "noon", "day", "even")
STAY = (-3.0, 3.0)
USE = (50, 99)


@dataclass(frozen=True)
class Choice:
    """Everything that the page's what-ifs are told. Codes and numbers."""

    trial: str = "stay"
    ward: str = ""
    stay: float = -0.5
    """Change of the mean stay, days."""
    pool: tuple[str, ...] = ()
    use: int = 93
    """Occupancy, %."""
    noon: int = 50
    """Discharges before noon, %."""
    day: int = 20
    """Day surgery, %."""
    base: int = 0
    """Month of the base of the spread; 0: the same months a year ago."""
    exempt: Mapping[str, str] = field(default_factory=dict)
    """Reasons by ward."""


PLAIN = Choice()
PARAMETERS = {
    "trial": "try",
    "ward": "ward",
    "stay": "days",
    "pool": "pool",
    "use": "use",
    "noon": "noon",
    "day": "daycase",
    "base": "base",
    "exempt": "exempt",
}
"""Names in the address."""


def _key(name: str) -> str:
    return f"{PAGE}_kept_{name}"


def widget(name: str) -> str:
    """Key of the widget that shows a choice, which it takes over before it is drawn."""
    key = f"{PAGE}_{name}"
    if key not in st.session_state:
        value = getattr(current(), name)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    return key


def changed(name: str) -> None:
    """Called by the widget: keep what it says."""
    value = st.session_state.get(f"{PAGE}_{name}")
    _put(name, tuple(value) if isinstance(value, list) else value)


def _put(name: str, value: object) -> None:
    st.session_state[_key(name)] = value if value is not None else getattr(PLAIN, name)


def current() -> Choice:
    """What is chosen now."""
    return Choice(
        **{name: st.session_state.get(_key(name), getattr(PLAIN, name)) for name in PARAMETERS}
    )


def exempt(ward: str, reason: str) -> None:
    """A ward's reason; '' takes it away."""
    others = {code: why for code, why in current().exempt.items() if code != ward}
    _put("exempt", others | ({ward: reason} if reason else {}))


def arrive(shown: View) -> None:
    """Take over what the address says, once; drop what the data no longer have."""
    known = set(beds_reads.place_names(shown))
    for name, parameter in PARAMETERS.items():
        before = st.session_state.get(_key(name))
        adopt(parameter, _key(name), lambda text, name=name: _read(name, text, known))
        if st.session_state.get(_key(name)) != before:
            _forget(name)
    tell()


def _forget(name: str) -> None:
    """The widget of a choice takes it over anew."""
    for key in [str(one) for one in st.session_state]:
        if key == f"{PAGE}_{name}" or (name == "exempt" and key.startswith(f"{PAGE}_exempt_")):
            del st.session_state[key]


def tell() -> None:
    """Write the choice into the address; what is as usual is not said."""
    now = current()
    publish(
        **{
            parameter: "" if getattr(now, name) == getattr(PLAIN, name) else _text(name, now)
            for name, parameter in PARAMETERS.items()
        }
    )


def _text(name: str, now: Choice) -> str:
    value = getattr(now, name)
    if name == "exempt":
        return ",".join(f"{ward}:{why}" for ward, why in sorted(value.items()))
    if name == "base":
        return month_text(value)
    return ",".join(value) if name == "pool" else f"{value:g}" if name == "stay" else str(value)


def _read(name: str, text: str, known: set[str]) -> object | None:
    """A choice out of the address; None for what is none."""
    try:
        return READ[name](text, known)
    except (ValueError, KeyError):
        return None


def _number(low: float, high: float) -> Callable[[str, set[str]], float]:
    def read(text: str, _known: set[str]) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def _whole(low: int, high: int) -> Callable[[str, set[str]], int]:
    return lambda text, known: round(_number(low, high)(text, known))


def _ward(text: str, known: set[str]) -> str:
    if text and text not in known:
        raise ValueError(text)
    return text


def _reasons(text: str, known: set[str]) -> dict[str, str]:
    codes = {one.code for one in beds_reads.rules().exemptions}
    pairs = (part.partition(":") for part in text.split(",") if part)
    return {ward: why for ward, _, why in pairs if ward in known and why in codes}


READ: Mapping[str, Callable[[str, set[str]], object]] = {
    "trial": lambda text, _known: TRIALS[TRIALS.index(text)],
    "ward": _ward,
    "stay": _number(*STAY),
    "pool": lambda text, known: tuple(one for one in text.split(",") if one in known),
    "use": _whole(*USE),
    "noon": _whole(0, 100),
    "day": _whole(0, 100),
    "base": lambda text, _known: parse_month(text),
    "exempt": _reasons,
}


def content() -> dict[str, Any]:
    """The choice as it is saved."""
    now = current()
    return {name: _saved(getattr(now, name)) for name in PARAMETERS}


def _saved(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def choice_of(told: Mapping[str, Any]) -> Choice:
    """A saved choice. DataError E_BEDS_CONTENT for what this release cannot read."""
    try:
        values = {name: told.get(name, getattr(PLAIN, name)) for name in PARAMETERS}
        found = Choice(
            **{
                **values,
                "stay": float(values["stay"]),
                "pool": tuple(map(str, values["pool"])),
                "exempt": {str(ward): str(why) for ward, why in dict(values["exempt"]).items()},
                **{name: int(values[name]) for name in ("use", "noon", "day", "base")},
            }
        )
    except (TypeError, ValueError) as error:
        raise DataError("E_BEDS_CONTENT") from error
    if found.trial not in TRIALS or math.isnan(found.stay):
        raise DataError("E_BEDS_CONTENT")
    return found


def put(told: Mapping[str, Any]) -> None:
    """A saved choice onto the screen, before the widgets are drawn."""
    found = choice_of(told)
    for name in PARAMETERS:
        _put(name, getattr(found, name))
        _forget(name)
