"""改进闭环: what I have to do, where every action stands, what is late, and whether it worked."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import action_reads
from pages.shared.action_words import badge, due_text, people_text
from pages.shared.page import head, view
from pages.shared.phrases import plain
from pages.shared.session import today


def main() -> None:
    shown = view()
    head("actions", shown)
    rows = action_reads.rows(shown)
    if not rows:
        st.write(t("actions.empty"))
        return
    for row in rows[:50]:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**{plain(row['title'])}**  \n{badge(row, today())}")
            st.caption(plain(f"{people_text(row)} · {due_text(row, today())}"))


main()
