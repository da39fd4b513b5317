"""The trail of who changed what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Column, Text
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


def columns(model: type[SQLModel], *names: str) -> list[Any]:
    """The named columns of a table, to select."""
    return [getattr(model, name) for name in names]
