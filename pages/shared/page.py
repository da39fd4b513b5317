"""What every page has: its head, its tables with download, its way to say what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import JingguanError
from core.formats import moment_text, month_name
from core.words import has, pick, t
from pages.shared import reads
from pages.shared.files import file_button
from pages.shared.navigation import through_app
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import tables
from pages.shared.sheets import workbook

MOST_ROWS = 500


def view() -> View:
    """What the scope bar of this run says."""
    through_app()
    return st.session_state["view"]


def dark() -> bool:
    """Whether the person's theme is dark."""
    return st.context.theme.type == "dark"


def head(page: str, shown: View) -> None:
    """Title, purpose in one sentence, and the line that says from when and where the data is."""
    st.title(t(f"{page}.title"), anchor=False)
    demo = f":orange-badge[{t('demo.badge')}] " if st.session_state.get("demo") else ""
    lines = (t(f"{page}.purpose"), data_line(shown))
    purpose, data = (f":small[:gray[{line}]]" for line in lines)
    st.markdown(f"{purpose}  \n{demo}{data}")


def data_line(shown: View) -> str:
    """Data through which month, from which import."""
    if reads.months_reported(shown.hospital_id) is None:
        return t("data.none")
    newest = reads.newest_batch(shown.hospital_id)
    line = t("data.through", month=month_name(shown.last))
    if newest:
        title = tables()[newest["contract"]].title
        line += t(
            "data.batch",
            batch=newest["id"],
            table=pick(title.zh, title.en),
            at=moment_text(newest["at"]),
            who=plain(newest["who"]),
        )
    return line


@contextmanager
def problems() -> Iterator[None]:
    """Show what a person can act on; let everything else be seen as the fault it is."""
    try:
        yield
    except JingguanError as error:
        st.error(complaint(error), icon=":material/error:")


def table(rows: pd.DataFrame, name: str, columns: dict[str, Any] | None = None) -> None:
    """A table of at most 500 rows, with an xlsx of all of them."""
    st.dataframe(rows.head(MOST_ROWS), hide_index=True, column_config=columns)
    if len(rows) > MOST_ROWS:
        st.caption(t("table.more", shown=MOST_ROWS, rows=len(rows)))
    download(rows, name)


def download(rows: pd.DataFrame | Callable[[], pd.DataFrame], name: str) -> None:
    """The rows as xlsx, made only when asked for."""

    def make() -> bytes:
        told = rows() if callable(rows) else rows
        return workbook([(name, told), (t("export.about"), _about(view()))])

    file_button(t("table.download"), make, f"{name}.xlsx", key=f"download_{name}")


def _about(shown: View) -> pd.DataFrame:
    """The filters, the data date and the definition: printed in every export."""
    names = reads.names(shown.scope)
    lines = [
        (t("scope.month"), month_name(shown.month)),
        (t("scope.span"), t(f"scope.span.{shown.span}")),
        (t("scope.department"), names.get(shown.department, t("scope.whole"))),
        (t("scope.compare"), t(f"scope.compare.{shown.how}")),
        (t("export.data"), data_line(shown).replace("\\", "")),
    ]
    return pd.DataFrame(lines, columns=pd.Index([t("export.what"), t("export.value")]))


def empty(page: str) -> None:
    """Why there is nothing to see, and what to do next."""
    with st.container(border=True):
        st.markdown(f":material/inbox: **{t('empty.title')}**")
        st.write(t(f"{page}.empty") if has(f"{page}.empty") else t("empty.why"))
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        st.page_link("pages/data/quick.py", label=t("empty.quick"), icon=":material/bolt:")
