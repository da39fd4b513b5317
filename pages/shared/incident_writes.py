"""Writes of the desk from callbacks: done before the page is drawn, told on it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.control.incidents.grading import STATES
from core.errors import ConflictError, JingguanError
from core.formats import listed
from core.words import t
from pages.shared.phrases import complaint, plain

PAGE = "control_incidents"
_FAULT, _DONE = "incident_fault", "incident_done"


def attempt(write: Callable[[], object], done: str) -> bool:
    """Called by callbacks: write, and say on the next page what came of it."""
    try:
        write()
    except ConflictError as error:
        stored = error.fields.get("stored")
        told = [complaint(error)]
        if isinstance(stored, dict) and stored:
            values = listed(_stored(name, value) for name, value in stored.items() if value != "")
            told.append(t("incidents.stored", values=plain(values)))
        st.session_state[_FAULT] = "  \n".join(told)
        return False
    except JingguanError as error:
        st.session_state[_FAULT] = complaint(error)
        return False
    st.session_state[_DONE] = t(done)
    return True


def _stored(name: str, value: object) -> str:
    if name == "state" and value in STATES:
        return t(f"incidents.state.{value}")
    if name == "version":
        return t("incidents.stored.version", version=value)
    return str(value)


def tell() -> None:
    """What came of the last write."""
    if _FAULT in st.session_state:
        st.error(st.session_state.pop(_FAULT), icon=":material/error:")
    if _DONE in st.session_state:
        st.toast(st.session_state.pop(_DONE), icon=":material/check_circle:")
