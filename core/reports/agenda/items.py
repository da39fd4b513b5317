"""Matters of a weekly meeting: what they hold, who may decide, and the document made of them.

Tiers: 《高效管理与流程优化方案》 leaves what costs up to 50,000 元 to the head of a department and
brings what costs more than 500,000 元 before the director's meeting; what lies between is not said
there (assumption: the supervising vice director). Meetings last an hour at most.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.frames import Frame
from core.reports.documents.blocks import Block, Column, Document, Note, Paragraph, Table
from core.words import t

TIERS = ("department", "supervisor", "meeting")
DEPARTMENT_MOST, SUPERVISOR_MOST = 50_000_00, 500_000_00
"""In 分: 常规事项 ≤5 万元, 重大事项 >50 万元."""
MONDAY = 0
MOST = 12
"""What one page holds, and an hour has time for."""

AGENDA = Frame(
    "agenda",
    {
        "id": "number",
        "meeting": "day, YYYYMMDD",
        "subject": "of the signal it came from, '' when written by hand",
        "department": "code; '' is the whole hospital",
        "month": "YYYYMM of the figures",
        "matter": "text",
        "data": "text",
        "proposal": "text",
        "responsible": "text",
        "tier": "department | supervisor | meeting",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)


@dataclass(frozen=True)
class Origin:
    """The signal that a matter came from: its codes, for whoever acts on it later."""

    subject: str = ""
    department: str = ""
    month: int = 0


@dataclass(frozen=True)
class Matter:
    """What stands on the page; texts as typed."""

    matter: str
    data: str
    proposal: str = ""
    responsible: str = ""
    tier: str = TIERS[1]


def next_meeting(today: dt.date) -> dt.date:
    """The next Monday, today when it is one."""
    return today + dt.timedelta(days=(MONDAY - today.weekday()) % 7)


def day_of(date: dt.date) -> int:
    """A date as YYYYMMDD."""
    return date.year * 10_000 + date.month * 100 + date.day


def tier_of(row: Mapping[Any, Any]) -> str:
    """Who may decide a signal of this size: by money where it is money, else by how far it goes."""
    if row["stake_unit"] == "元" and not math.isnan(row["stake"]):
        if row["stake"] <= DEPARTMENT_MOST:
            return "department"
        return "supervisor" if row["stake"] <= SUPERVISOR_MOST else "meeting"
    return "supervisor" if row["department"] else "meeting"


def document(hospital: str, meeting: dt.date, rows: Sequence[Mapping[Any, Any]]) -> Document:
    """The page: a table of the matters, and below it who may decide what."""
    columns = (
        Column(t("agenda.column.number"), width=0.4),
        Column(t("agenda.column.matter"), width=1.5),
        Column(t("agenda.column.data"), width=2.4),
        Column(t("agenda.column.proposal"), width=1.8),
        Column(t("agenda.column.responsible"), width=0.9),
        Column(t("agenda.column.tier"), width=0.9),
    )
    lines = tuple(
        (
            str(number),
            row["matter"],
            row["data"],
            row["proposal"],
            row["responsible"],
            t(f"agenda.tier.{row['tier']}"),
        )
        for number, row in enumerate(rows, start=1)
    )
    table: Block = (
        Table(t("agenda.title"), columns, lines) if lines else Paragraph(t("agenda.nothing"))
    )
    heads = (hospital, t("agenda.held", date=meeting.isoformat()))
    return Document(t("agenda.title"), heads, (table, Note(t("agenda.rule"))))
