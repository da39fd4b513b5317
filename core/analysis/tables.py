"""What people say about a chart: notes of what was changed when, and rebases."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class ChartNote(SQLModel, table=True):
    """What was changed in a month that a chart may show. department '' is the whole hospital."""

    __tablename__ = "chart_note"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    indicator: str
    department: str = ""
    month: int
    text: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    removed: bool = False
    version: int = 1


class ChartRebase(SQLModel, table=True):
    """Limits begin anew in a month, for a stated reason that somebody approved."""

    __tablename__ = "chart_rebase"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    indicator: str
    department: str = ""
    month: int
    """The first month of the new limits."""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    approver: str
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    removed: bool = False
    version: int = 1
