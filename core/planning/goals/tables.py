"""Plans, their goals with every version, and the links between goals.

A goal is numbered within its plan, so that a copy of a hospital keeps its tree.
"""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime


class StrategicPlan(SQLModel, table=True):
    """A plan of a hospital."""

    __tablename__ = "strategic_plan"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    name: str
    first: int
    last: int
    """YYYYMM."""
    office: str = ""
    budget_fen: int | None = Field(default=None, sa_type=BigInteger)
    state: str = "draft"
    """draft | approved: changes of an approved plan need a reason."""
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class PlanGoal(SQLModel, table=True):
    """A goal as it stands; removed ones stay, for their versions."""

    __tablename__ = "plan_goal"
    plan_id: int = Field(foreign_key="strategic_plan.id", primary_key=True)
    number: int = Field(primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    parent: int = 0
    content: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of core.planning.goals.model.Goal."""
    removed: bool = False
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class GoalVersion(SQLModel, table=True):
    """What a goal said at each version, and why it was changed."""

    __tablename__ = "goal_version"
    plan_id: int = Field(foreign_key="strategic_plan.id", primary_key=True)
    number: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    parent: int = 0
    content: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    who: str
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class GoalLink(SQLModel, table=True):
    """A goal that also helps another one."""

    __tablename__ = "goal_link"
    plan_id: int = Field(foreign_key="strategic_plan.id", primary_key=True)
    goal: int = Field(primary_key=True)
    supports: int = Field(primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    strength: str
