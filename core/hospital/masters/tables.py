"""Masters that a hospital's files bring in, beside departments, cost items and drivers.

Dates are YYYYMMDD, months YYYYMM, money integer 分. What is not stated is NULL.
"""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class Campus(SQLModel, table=True):
    """A site of the hospital."""

    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    version: int = 1


class Ward(SQLModel, table=True):
    """A nursing unit; one department may have several, and two departments may share one."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["hospital_id", "department"], ["department.hospital_id", "department.code"]
        ),
        ForeignKeyConstraint(["hospital_id", "campus"], ["campus.hospital_id", "campus.code"]),
    )
    hospital_id: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    department: str
    campus: str | None = None
    beds: int | None = None
    opened: int | None = None
    closed: int | None = None
    version: int = 1


class DiseaseGroup(SQLModel, table=True):
    """A DRG or DIP group with the weight or points, payment and benchmarks of its area."""

    __tablename__ = "disease_group"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    system: str
    """drg | dip."""
    weight: float = Field(sa_type=Float)
    payment_standard_fen: int | None = Field(default=None, sa_type=BigInteger)
    benchmark_days: float | None = Field(default=None, sa_type=Float)
    benchmark_charge_fen: int | None = Field(default=None, sa_type=BigInteger)
    risk: str = ""
    """low | mid_low | mid_high | high | '' not stated."""
    surgical: bool | None = None
    version: int = 1


class StaffGroup(SQLModel, table=True):
    """A group of staff with its profession and cost an hour."""

    __tablename__ = "staff_group"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    profession: str
    on_payroll: bool | None = None
    hourly_cost_fen: int | None = Field(default=None, sa_type=BigInteger)
    version: int = 1


class Machine(SQLModel, table=True):
    """A machine of the register; retired is the last month in which it was in service."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["hospital_id", "department"], ["department.hospital_id", "department.code"]
        ),
    )
    hospital_id: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    kind: str
    department: str
    price_fen: int = Field(sa_type=BigInteger)
    in_service: int
    retired: int | None = None
    life_years: float = Field(sa_type=Float)
    capacity_per_day: float | None = Field(default=None, sa_type=Float)
    open_hours_per_day: float | None = Field(default=None, sa_type=Float)
    minutes_per_exam: float | None = Field(default=None, sa_type=Float)
    maintenance_per_year_fen: int | None = Field(default=None, sa_type=BigInteger)
    fee_per_exam_fen: int | None = Field(default=None, sa_type=BigInteger)
    emergency_reserve: bool | None = None
    version: int = 1


class CalendarDay(SQLModel, table=True):
    """A day on which the hospital departs from the national calendar."""

    __tablename__ = "calendar_day"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    date: int = Field(primary_key=True)
    """YYYYMMDD."""
    kind: str
    """workday | weekend | holiday | makeup."""
    name: str = ""
    version: int = 1


class PaymentRule(SQLModel, table=True):
    """How an insurance area pays for disease groups from a month on."""

    __tablename__ = "payment_rule"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    area: str = Field(primary_key=True)
    month_from: int = Field(primary_key=True)
    name_zh: str
    method: str
    """drg | dip | fee."""
    rate_fen: int = Field(sa_type=BigInteger)
    """分 for one unit of weight, or for one point."""
    low_ratio: float | None = Field(default=None, sa_type=Float)
    high_ratio_light: float | None = Field(default=None, sa_type=Float)
    high_ratio_middle: float | None = Field(default=None, sa_type=Float)
    high_ratio_heavy: float | None = Field(default=None, sa_type=Float)
    version: int = 1
