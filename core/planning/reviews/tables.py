"""Rounds of judging a plan, who takes part, their sheets, and what was said about them."""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class ReviewRound(SQLModel, table=True):
    """A round: open (blind), released, second (scored again, blind), final."""

    __tablename__ = "review_round"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    plan_id: int = Field(foreign_key="strategic_plan.id", index=True)
    name: str
    form: str
    """full: 16 sub-items | quick: the four criteria."""
    state: str = "open"
    weighing: str = "fixed"
    """fixed | ahp."""
    weights: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: points of each criterion, 100 in all."""
    judgements: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: the comparisons in pairs behind weights of AHP; '' otherwise."""
    due: int = 0
    """YYYYMMDD."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class ReviewMember(SQLModel, table=True):
    """Somebody asked to judge; with a conflict he is left out, and the reason is kept."""

    __tablename__ = "review_member"
    round_id: int = Field(foreign_key="review_round.id", primary_key=True)
    name: str = Field(primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    conflict: str = ""
    """Why he does not judge; '' he does."""


class ReviewSheet(SQLModel, table=True):
    """What one person gave in one turn; never changed, never shown before its turn is over."""

    __tablename__ = "review_sheet"
    round_id: int = Field(foreign_key="review_round.id", primary_key=True)
    name: str = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    """1 the first scores, 2 those after the discussion."""
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    scores: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: 0-5 by item (or criterion); an item left out is not in it."""
    remark: str = Field(sa_column=Column(Text, nullable=False))
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ReviewNote(SQLModel, table=True):
    """What was said of an item in the discussion."""

    __tablename__ = "review_note"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    round_id: int = Field(foreign_key="review_round.id", index=True)
    item: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
