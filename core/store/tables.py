"""The trail of who changed what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Column, Integer, String, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class Audit(SQLModel, table=True):
    """One row a write, in the write's own transaction; rows are never changed or removed."""

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    origin: str
    """The page or command it came from."""
    hospital_id: int | None = None
    action: str
    subject: str
    old: str = Field(sa_column=Column(Text, nullable=False))
    new: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(default="", sa_column=Column(String(64), nullable=False, server_default=""))
    """Of the row before and of this row: see core.store.chain."""


class AuditHead(SQLModel, table=True):
    """The end of the trail, one row: where the chain begins, and its last row."""

    __tablename__ = "audit_head"  # pyright: ignore[reportAssignmentType]

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    """Always 1."""
    seed: str = Field(sa_column=Column(String(64), nullable=False))
    """What the first row follows, drawn once a store."""
    last_id: int = Field(sa_column=Column(Integer, nullable=False))
    hash: str = Field(sa_column=Column(String(64), nullable=False))


def columns(model: type[SQLModel], *names: str) -> list[Any]:
    """The named columns of a table, to select."""
    return [getattr(model, name) for name in names]
