"""Inspections: template versions, rounds, what is inspected, answers, weights, resolutions."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Float, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime

_PLAIN = {"sqlite_with_rowid": False}


class ChecklistVersion(SQLModel, table=True):
    """One version of a checklist with its scale; never changed, an edit adds the next."""

    __tablename__ = "checklist_version"
    __table_args__ = (
        UniqueConstraint("hospital_id", "code", "number", name="uq_checklist_version"),
    )
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    code: str
    number: int
    """The shipped one is 1."""
    content: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: sheet and scale, as core.control.checklists."""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class InspectionRound(SQLModel, table=True):
    """A plan: one checklist at one level in a month, with the seed of its sample."""

    __tablename__ = "inspection_round"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    month: int
    level: int
    """1 department self-check, 2 hospital inspection, 3 committee review."""
    checklist: str
    checklist_version: int
    title: str
    seed: str
    """'' where nothing was drawn."""
    as_at: int
    """YYYYMMDD: running records are those in bed at the end of this day."""
    running: int
    archived: int
    population: str = Field(sa_column=Column(Text, nullable=False))
    """JSON by kind: cases it was drawn from, and their digest."""
    off_hours: str
    """'' | night | holiday."""
    due: int
    """YYYYMMDD."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class Inspection(SQLModel, table=True):
    """One form: a record, or a department, looked at with the round's checklist."""

    __table_args__ = (
        UniqueConstraint("round_id", "place", name="uq_inspection_place"),
        Index("ix_inspection_record", "hospital_id", "department", "record"),
    )
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    round_id: int = Field(foreign_key="inspection_round.id", index=True)
    place: int
    kind: str
    """running | archived | place."""
    department: str
    record: str
    """Id without a person in it; '' where the department itself is looked at."""
    admitted: int | None = None
    discharged: int | None = None
    disease_group: str
    off_hours: str
    """'' | night | holiday."""
    state: str
    """open | submitted | withdrawn (with its round, before anybody answered)."""
    revision: int = 0
    """Grows with every answer, so that nobody submits what they have not seen."""
    score: float | None = Field(default=None, sa_type=Float)
    """0-100, not rounded."""
    grade: str
    own_grade: str
    """By the score alone, before vetoes."""
    submitted_by: str
    submitted_at: dt.datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime, nullable=True)
    )


class InspectionAnswer(SQLModel, table=True):
    """What was found at one item; an item without a row is unchecked."""

    __tablename__ = "inspection_answer"
    __table_args__ = (_PLAIN,)
    inspection_id: int = Field(foreign_key="inspection.id", primary_key=True)
    item: str = Field(primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    result: str
    """met | partly | unmet | na | unchecked."""
    defects: int | None = None
    vetoed: bool = False
    note: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class ControlWeight(SQLModel, table=True):
    """One version of the weights of scorecards or of the monthly assessment."""

    __tablename__ = "control_weight"
    __table_args__ = (UniqueConstraint("hospital_id", "kind", "number", name="uq_control_weight"),)
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    kind: str
    """scorecard | assessment."""
    number: int
    content: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
