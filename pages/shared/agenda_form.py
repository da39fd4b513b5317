"""The form of one matter of the weekly meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.reports.agenda.items import TIERS, Matter
from core.words import t


def matter_form(
    key: str, before: Mapping[str, Any], save: str
) -> tuple[dt.date | None, Matter] | None:
    """What was typed when it was saved, with the day of the meeting where `before` names one."""
    with st.form(key):
        meeting = None
        if "meeting" in before:
            meeting = st.date_input(
                t("agenda.meeting"), value=before["meeting"], format="YYYY-MM-DD"
            )
        matter = st.text_input(
            t("agenda.column.matter"), value=before.get("matter", ""), max_chars=120
        )
        data = st.text_area(
            t("agenda.column.data"), value=before.get("data", ""), max_chars=400, height=90
        )
        proposal = st.text_area(
            t("agenda.column.proposal"), value=before.get("proposal", ""), max_chars=400, height=90
        )
        with st.grid(2, min_column_width=180, gap="small"):
            responsible = st.text_input(
                t("agenda.column.responsible"), value=before.get("responsible", ""), max_chars=40
            )
            tier = st.selectbox(
                t("agenda.column.tier"),
                TIERS,
                index=TIERS.index(before.get("tier", TIERS[1])),
                format_func=lambda code: t(f"agenda.tier.{code}"),
            )
        if not st.form_submit_button(save, type="primary"):
            return None
    day = meeting if isinstance(meeting, dt.date) else None
    texts = (matter or "", data or "", proposal or "", responsible or "")
    return day, Matter(*texts, tier=tier or TIERS[1])
