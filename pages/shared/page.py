"""What every page has: its head, its tables with download, its way to say what went wrong."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st
import xlsxwriter

from core.errors import JingguanError
from core.formats import moment_text, month_name
from core.words import has, pick, t
from pages.shared import reads
from pages.shared.navigation import through_app
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import tables

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
    done = reads.batches(shown.hospital_id)
    done = done[done["status"] != "undone"]
    line = t("data.through", month=month_name(shown.last))
    if len(done):
        newest = done.iloc[0]
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


def download(rows: pd.DataFrame, name: str) -> None:
    """The rows as xlsx, made only when asked for."""
    st.download_button(
        t("table.download"),
        data=lambda: workbook([(name, rows)], view()),
        file_name=f"{name}.xlsx",
        icon=":material/download:",
        key=f"download_{name}",
        on_click="ignore",
    )


def workbook(sheets: Sequence[tuple[str, pd.DataFrame]], shown: View) -> bytes:
    """An xlsx of the sheets and one that says what was asked: no text of it is a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F5F7F8", "border": 1})
        for name, rows in [*sheets, (t("export.about"), _about(shown))]:
            sheet = book.add_worksheet(name[:31])
            for place, column in enumerate(rows.columns):
                sheet.write_string(0, place, str(column), bold)
                sheet.set_column(place, place, max(12, min(40, len(str(column)) * 2 + 4)))
            for line, row in enumerate(rows.itertuples(index=False), start=1):
                for place, value in enumerate(row):
                    _cell(sheet, line, place, value)
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _cell(sheet: Any, line: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    elif not pd.isna(value):
        sheet.write_number(line, place, float(value))


def _about(shown: View) -> pd.DataFrame:
    """The filters, the data date and the definition: printed in every export."""
    lines = [
        (t("scope.month"), month_name(shown.month)),
        (t("scope.span"), t(f"scope.span.{shown.span}")),
        (t("scope.department"), shown.department or t("scope.whole")),
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
