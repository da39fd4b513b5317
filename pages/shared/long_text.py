"""A text field that takes whatever is pasted: a text that is too long is told of, never dropped.

Streamlit's own limit refuses a paste beyond it without a word.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.formats import number
from core.words import t

TAIL = 8
"""Characters by which the end of what fits is shown."""


def long_text(label: str, value: str, most: int, *, line: bool = False, **how: Any) -> str:
    """The field; what is too long is said below it, and where it would have to end.

    value: '' where the session's state holds the field's text. how: as of Streamlit's own fields.
    """
    given = {"value": value, **how} if value or "key" not in how else how
    text = (st.text_input if line else st.text_area)(label, **given) or ""
    if len(text) > most:
        told = t("text.long", count=number(len(text)), most=number(most))
        st.error(told, icon=":material/content_cut:")
        st.text(t("text.long.end", tail=text[most - TAIL : most]))
    return text
