"""Cached reads of monthly reports; keys as in pages.shared.reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.frames import Scope
from core.reports.documents.blocks import Document
from core.reports.monthly import records
from core.reports.monthly.content import Comment, document
from core.reports.monthly.files import FORMATS, imprint, written
from core.reports.monthly.kept import opened
from core.reports.monthly.material import Material, material
from core.reports.monthly.records import FINAL, Report
from core.reports.signals.records import rebased
from core.words import language, t
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store

Key = tuple[Any, ...]


def _key() -> tuple[str, int]:
    """The store and how far it has come."""
    return st.session_state["store_key"]


@kept(16)
def _reports(key: Key, hospital_id: int) -> tuple[Report, ...]:
    return records.reports(store(), hospital_id)


def reports(hospital_id: int) -> tuple[Report, ...]:
    """Every edition of every month, the newest first."""
    return _reports(_key(), hospital_id)


@kept(64)
def _comments(key: Key, hospital_id: int, report_id: int) -> tuple[Comment, ...]:
    return records.comments(store(), hospital_id, report_id)


def comments(report: Report, hospital_id: int) -> tuple[Comment, ...]:
    """Every version of every comment of a report."""
    return _comments(_key(), hospital_id, report.id)


@kept(16)
def _rebased(key: Key, hospital_id: int) -> tuple[tuple[str, str, int], ...]:
    return rebased(store(), hospital_id)


def figures_key(scope: Scope) -> Key:
    """All that the figures of a draft rest on: facts, targets, and limits that began anew."""
    return (*reads.judged_key(scope), _rebased(_key(), scope.hospital_id))


@kept(4)
def _material(key: Key, scope: Scope, month: int) -> Material:
    return material(store(), catalog(), scope, month)


@kept(48)
def _draft(key: Key, scope: Scope, month: int, report: Report, in_language: str) -> Document:
    """Without comments: these stand beside the figures, in boxes to write in."""
    return document(_material(key, scope, month), report.imprint({}))


@kept(16)
def _final(url: str, hospital_id: int, report_id: int, in_language: str) -> Document:
    return opened(records.content(store(), hospital_id, report_id))


def shown_document(view: View, report: Report) -> Document:
    """The report as the page shows it: of a draft the present figures, of a final one its own."""
    if report.status == FINAL:
        return _final(_key()[0], view.hospital_id, report.id, language())
    return _draft(figures_key(view.scope), view.scope, report.month, report, language())


def prepare(view: View, report: Report) -> None:
    """Work out what the page shows, under a progress bar the first time."""
    wanted = (figures_key(view.scope), report, language())
    if report.status == FINAL or st.session_state.get("report_ready") == wanted:
        return
    bar = st.progress(0.2, text=t("report.step.read"))
    shown_document(view, report)
    bar.empty()
    st.session_state["report_ready"] = wanted


def files(view: View, report: Report, tell: Callable[[float, str], object]) -> dict[str, bytes]:
    """The report in every format, comments and all; `tell` hears the share done and its words."""
    if report.status == FINAL:
        whole = shown_document(view, report)
    else:
        tell(0.1, t("report.step.read"))
        found = _material(figures_key(view.scope), view.scope, report.month)
        tell(0.3, t("report.step.write"))
        whole = document(found, imprint(store(), view.scope, report))
    made = {}
    for place, form in enumerate(FORMATS):
        tell(0.4 + place * 0.2, t("report.step.file", form=form))
        made[form] = written(whole, form)
    return made
