"""Files to take along: made when the button is pressed, with the words and the view of the run.

Streamlit makes such a file in a thread of its own, which knows neither the session's language
nor its state; so the run's own are carried over.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx


def file_button(
    label: str,
    make: Callable[[], bytes],
    name: str,
    *,
    mime: str | None = None,
    key: str | None = None,
    icon: str = ":material/download:",
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that hands over a file. The page is not run again."""
    st.download_button(
        label,
        data=in_this_run(make),
        file_name=name,
        mime=mime,
        icon=icon,
        key=key,
        on_click="ignore",
        type=kind,
    )


def in_this_run(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same, called from any thread as if from this run of the page."""
    words, run = copy_context(), get_script_run_ctx(suppress_warning=True)

    def made() -> bytes:
        attach = partial(add_script_run_ctx, ctx=run) if run else None
        with ThreadPoolExecutor(1, initializer=attach) as worker:
            return worker.submit(words.copy().run, make).result()

    return made
