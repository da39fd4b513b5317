"""Why a link into the app works even when it is the first thing a new process is asked for.

Until st.navigation has been called once in a process, Streamlit takes a folder called pages for
its older kind of app: it would run a page without app.py, or say "Page not found" above the page.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def leave_older_kind() -> None:
    """Called first in app.py: the very first link into a new process is loaded once more."""
    if not PagesManager.uses_pages_directory:
        return
    PagesManager.uses_pages_directory = False
    url = st.context.url or ""
    if urlsplit(url).path.strip("/"):
        asked = json.dumps(f"{url}?{urlencode(st.query_params.to_dict())}").replace("<", "\\u003c")
        st.html(f"<script>location.replace({asked})</script>", unsafe_allow_javascript=True)
        st.stop()


def through_app() -> None:
    """A page that was run without app.py is run again through it."""
    if "view" not in st.session_state:
        PagesManager.uses_pages_directory = False
        st.rerun()
