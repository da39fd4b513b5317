"""Improvement actions, every step of each, and the files that prove it."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class ImprovementAction(SQLModel, table=True):
    """One action as it stands; its steps are its history. Overdue is derived, never stored."""

    __tablename__ = "improvement_action"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    title: str
    department: str
    """Code; '' is the whole hospital."""
    origin_kind: str
    origin_key: str
    origin_codes: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of codes: the way back to the page it came from."""
    severity: str
    problem: str = Field(sa_column=Column(Text, nullable=False))
    expected: str = Field(sa_column=Column(Text, nullable=False))
    indicator: str = ""
    periods: int
    owner: str = ""
    helpers: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON list of names."""
    verifier: str = ""
    handed_in: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    """JSON list of names: none of them may verify."""
    due: int
    """YYYYMMDD."""
    state: str
    round: int = 1
    raised_by: str
    raised_at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    done_at: dt.datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """Of the last evidence."""
    closed_at: dt.datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    effect: str = ""
    """'' | effective | none | unproven."""
    effect_month: int = 0
    effect_content: str = Field(default="", sa_column=Column(Text, nullable=False))
    """JSON of the points from which the effect was concluded."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class ActionStep(SQLModel, table=True):
    """What was done with an action, by whom and when; never changed."""

    __tablename__ = "action_step"
    __table_args__ = (UniqueConstraint("action_id", "number", name="uq_action_step_number"),)
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    action_id: int = Field(foreign_key="improvement_action.id", index=True)
    number: int
    move: str
    state: str
    """After the step."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    content: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of what it changed."""


class ActionFile(SQLModel, table=True):
    """A file of evidence. It lies in the store, so that a backup holds it."""

    __tablename__ = "action_file"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    action_id: int = Field(foreign_key="improvement_action.id", index=True)
    step: int
    name: str
    kind: str
    bytes: int
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
