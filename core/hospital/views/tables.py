"""Named views: what a page showed, as the parameters of its address."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class NamedView(SQLModel, table=True):
    """A page's address under a name; the name is used once a page."""

    __tablename__ = "named_view"
    __table_args__ = (UniqueConstraint("hospital_id", "page", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    page: str
    """The page's code in addresses."""
    name: str
    parameters: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: parameters of the address, codes only."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1
