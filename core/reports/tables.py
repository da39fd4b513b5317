"""Answers to signals, matters for the weekly meeting, monthly reports with their comments."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class SignalAnswer(SQLModel, table=True):
    """Somebody has seen a signal, or put it off. It holds while the signal's `since` stands."""

    __tablename__ = "signal_answer"
    __table_args__ = (UniqueConstraint("hospital_id", "subject", "department", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    subject: str
    """What the signal is about, as in SIGNALS."""
    department: str = ""
    since: int
    """The month in which the signal began: one that ends and comes back is another one."""
    answer: str
    """acknowledged | snoozed."""
    until: int = 0
    """Of a snoozed one: the last month in which it stays away."""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class AgendaItem(SQLModel, table=True):
    """A matter on the one page of the weekly meeting."""

    __tablename__ = "agenda_item"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    meeting: int
    """The day of the meeting, YYYYMMDD."""
    subject: str
    """Of the signal it came from, '' when it was written by hand."""
    department: str = ""
    month: int
    """Of the signal's figures."""
    matter: str = Field(sa_column=Column(Text, nullable=False))
    data: str = Field(sa_column=Column(Text, nullable=False))
    proposal: str = Field(default="", sa_column=Column(Text, nullable=False))
    responsible: str = ""
    tier: str
    """Who may decide: department | supervisor | meeting."""
    removed: bool = False
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class MonthlyReport(SQLModel, table=True):
    """The report of a month. A final one holds its content, and never changes again."""

    __tablename__ = "monthly_report"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    month: int
    edition: int = 1
    """A report that was final can be followed by another edition; the first stays."""
    status: str
    """draft | final."""
    prepared_by: str
    reviewed_by: str = ""
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    content: str = Field(default="", sa_column=Column(Text, nullable=False))
    """Of a final one, JSON: everything that its documents are made of."""
    version: int = 1
    __table_args__ = (UniqueConstraint("hospital_id", "month", "edition"),)


class ReportComment(SQLModel, table=True):
    """A comment under a section; every version is kept, the newest is shown."""

    __tablename__ = "report_comment"
    __table_args__ = (UniqueConstraint("report_id", "section", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    report_id: int = Field(foreign_key="monthly_report.id", index=True)
    section: str
    number: int
    """1, 2, ... : versions of the text."""
    text: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
