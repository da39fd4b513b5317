"""A document to take along, as docx, pdf or xlsx: made when its button is pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.reports.documents.blocks import Document
from core.reports.documents.paper import pdf
from core.reports.documents.word import docx
from core.reports.documents.workbook import xlsx
from core.words import language, t
from pages.shared.files import file_button

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def made(document: Document, kind: str) -> bytes:
    """The file of a kind."""
    if kind == "pdf":
        return pdf(document, language())
    return docx(document) if kind == "docx" else xlsx(document)


def buttons(document: Callable[[], Document], name: str, key: str) -> None:
    """A button for each kind of file."""
    with st.container(horizontal=True, gap="small"):
        for kind, mime in KINDS.items():
            file_button(
                t("plan.export", kind=kind),
                lambda kind=kind: made(document(), kind),
                f"{name}.{kind}",
                mime=mime,
                key=f"{key}_{kind}",
            )
