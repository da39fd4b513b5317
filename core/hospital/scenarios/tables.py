"""Saved scenarios: what was tried on a page, under a name; never a copy of the month."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class SavedScenario(SQLModel, table=True):
    """What was tried; a name is used once a page of a hospital."""

    __tablename__ = "saved_scenario"
    __table_args__ = (
        UniqueConstraint("hospital_id", "page", "name", name="uq_saved_scenario_name"),
    )
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    page: str
    """Address of the page on which it was tried."""
    name: str
    note: str = Field(sa_column=Column(Text, nullable=False))
    month: int
    """YYYYMM: the last month of the base."""
    span: str
    """month | quarter | ytd | year12: how many months the base has."""
    content: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of what the page needs to show it again: codes and numbers only."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1
