"""Forecasts as they were made, and the events that people enter for them."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Float, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class ForecastMade(SQLModel, table=True):
    """A forecast of one series from one origin; never changed but for what its test found."""

    __tablename__ = "forecast_made"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    stream: str
    """outpatient | emergency | inpatient."""
    department: str
    """'' is all departments together."""
    freq: str
    """D | W | h | M."""
    origin: int
    """The last day that was known, YYYYMMDD."""
    horizon: int
    backdated: bool = False
    """Made afterwards with what was known at its origin."""
    settings: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: levels, model, days left out, events applied, drivers."""
    basis: str
    """Digest of what it was learned from: counts, calendar, days left out."""
    scores: str = Field(default="", sa_column=Column(Text, nullable=False))
    """JSON of its back-test; '' while there is none."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ForecastValue(SQLModel, table=True):
    """One period of a forecast, or a run of periods added up; before events are applied."""

    __tablename__ = "forecast_value"
    forecast_id: int = Field(foreign_key="forecast_made.id", primary_key=True)
    span: int = Field(primary_key=True)
    """Periods added up: 1 is the period itself."""
    step: int = Field(primary_key=True)
    """1 is the first after the origin."""
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    time: int
    """First moment of the period by the clock of the hospital, YYYYMMDDHH."""
    mean: float = Field(sa_type=Float)
    median: float = Field(sa_type=Float)
    lower_80: float = Field(sa_type=Float)
    upper_80: float = Field(sa_type=Float)
    lower_95: float = Field(sa_type=Float)
    upper_95: float = Field(sa_type=Float)
    naive: float | None = Field(default=None, sa_type=Float)
    """Same as last time; NULL where that is unknown."""


class FlowEvent(SQLModel, table=True):
    """Days of which people know more than the figures do."""

    __tablename__ = "flow_event"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    kind: str
    """closure | change | holiday | workday | makeup."""
    stream: str = ""
    """'' is every stream."""
    department: str = ""
    """'' is every department."""
    first: int
    """YYYYMMDD."""
    last: int
    """YYYYMMDD, included."""
    percent: float | None = Field(default=None, sa_type=Float)
    """Of a change: how many more or fewer come than the figures say, an assumption."""
    learn: bool = True
    """Whether past days of it are learned from as ordinary ones."""
    name: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1
