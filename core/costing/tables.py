"""What a hospital does otherwise than the rules of the file: its own changes of basis."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class AllocationRule(SQLModel, table=True):
    """How a department gives its cost away, from a month until its next row for the same items.

    What is '' stays as in the rule of the file; without drivers the file's rule holds again.
    """

    __tablename__ = "allocation_rule"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    department: str
    """The source."""
    items: str = ""
    """Cost items that it is for, by code, with , between; '' is all that no other row takes."""
    month: int
    """The first month, YYYYMM."""
    drivers: str = Field(sa_column=Column(Text, nullable=False))
    """Tried in turn, a line each."""
    receivers: str = ""
    """Categories, with , between."""
    behaviour: str = ""
    otherwise: str = ""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    removed: bool = False
    version: int = 1
