"""Adverse events, what was said about them, their root cause analyses, the hospital's own rules.

No column says who reported or when to the minute; keys are drawn at random, so that the order of
rows says nothing either.
"""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Integer, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class Incident(SQLModel, table=True):
    """An event, a near miss or a hazard as reported, and what triage made of it."""

    __tablename__ = "incident"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    """Drawn at random."""
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    department: str
    """Code of where it happened; '' was not told."""
    kind: str
    """event | near_miss | hazard."""
    type: str
    stage: str
    occurred_on: int
    """YYYYMMDD."""
    part: str
    """night | morning | afternoon | evening; '' was not told."""
    harm: str
    narrative: str = Field(sa_column=Column(Text, nullable=False))
    remedy: str = Field(sa_column=Column(Text, nullable=False))
    """What was done at once."""
    reported_on: int
    """YYYYMMDD: the day is all that is kept of the time."""
    receipt: str = Field(unique=True)
    """Hash of the receipt code; the code itself is nowhere."""
    state: str
    grade: int = 0
    """1-4; 0 while not graded."""
    severity: str = ""
    probability: str = ""
    sac: int = 0
    chosen: bool = False
    """A committee asked for a root cause analysis."""
    version: int = 1


class IncidentStep(SQLModel, table=True):
    """What the desk did with an event: by name and time, never the reporter."""

    __tablename__ = "incident_step"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    before: str
    after: str
    note: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class IncidentMessage(SQLModel, table=True):
    """What the reporter added, or what the desk asked or answered."""

    __tablename__ = "incident_message"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    """Drawn at random."""
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    place: int
    """1 is the first about its event."""
    side: str
    """reporter | desk."""
    body: str = Field(sa_column=Column(Text, nullable=False))
    said_on: int
    """YYYYMMDD."""


class IncidentAnalysis(SQLModel, table=True):
    """The root cause analysis of one event."""

    __tablename__ = "incident_analysis"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    incident_id: int = Field(foreign_key="incident.id", unique=True)
    state: str
    """open | finished."""
    team: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of names."""
    begun_on: int
    due_on: int
    finished_on: int = 0
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class AnalysisEntry(SQLModel, table=True):
    """One line of an analysis: a fact in time, a bone, a cause, a why, a measure."""

    __tablename__ = "incident_analysis_entry"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    analysis_id: int = Field(foreign_key="incident_analysis.id", index=True)
    section: str
    """timeline | bone | cause | why | measure."""
    place: int
    content: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of texts and codes."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class IncidentRule(SQLModel, table=True):
    """A figure that the hospital changed; the rest are as defined."""

    __tablename__ = "incident_rule"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    value: float
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


CONFIDENTIAL = (AnalysisEntry, IncidentAnalysis, IncidentMessage, IncidentStep, Incident)
"""What was told in confidence, children first: no copy of a hospital takes it along."""
