"""A report as files: the draft of the present data, or the one that stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.catalog.model import Catalog
from core.errors import DataError
from core.frames import Scope
from core.reports.documents.blocks import Document
from core.reports.documents.paper import pdf
from core.reports.documents.word import docx
from core.reports.documents.workbook import xlsx
from core.reports.monthly.content import Imprint, document
from core.reports.monthly.kept import frozen, opened
from core.reports.monthly.material import material
from core.reports.monthly.records import (
    DRAFT,
    FINAL,
    Report,
    comments,
    content,
    finalise,
    last_of_each,
    newest,
)
from core.store.engine import Actor, Store
from core.words import language

Progress = Callable[[float, str], None]
"""Told the share done (0-1) and the id of the step's words."""
FORMATS = ("xlsx", "docx", "pdf")


def draft(store: Store, catalog: Catalog, scope: Scope, month: int) -> Document:
    """The report of the present data, with the comments of the month's draft where there is one.

    DataError E_REPORT_MONTH.
    """
    stored = newest(store, scope.hospital_id, month, DRAFT)
    found = material(store, catalog, scope, month)
    return document(found, imprint(store, scope, stored))


def imprint(store: Store, scope: Scope, stored: Report | None) -> Imprint:
    """The head of a draft; nobody's where nobody made one yet."""
    if stored is None:
        return Imprint(DRAFT, 1, "", "", store.clock())
    said = comments(store, scope.hospital_id, stored.id)
    return stored.imprint(last_of_each(said))


def final(store: Store, hospital_id: int, stored: Report) -> Document:
    """A report that stands, in the session's language."""
    return opened(content(store, hospital_id, stored.id))


def close(
    store: Store, actor: Actor, catalog: Catalog, scope: Scope, given: tuple[Report, str]
) -> Report:
    """Make a draft final: given the draft as the person saw it, and the reviewer.

    As `core.reports.monthly.records.finalise`.
    """
    stored, reviewer = given
    found = material(store, catalog, scope, stored.month)
    head = replace(
        imprint(store, scope, stored),
        status=FINAL,
        reviewed_by=reviewer.strip(),
        at=store.clock(),
    )
    return finalise(store, actor, stored, reviewer, frozen(found, head))


def written(document: Document, form: str) -> bytes:
    """The document as xlsx, docx or pdf. DataError E_REPORT_FORMAT."""
    makers: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: xlsx(document),
        "docx": lambda: docx(document),
        "pdf": lambda: pdf(document, language()),
    }
    if form not in makers:
        raise DataError("E_REPORT_FORMAT", form=form)
    return makers[form]()
