"""Roll-ups beside rollup_month: cases by disease group, visits by payer, arrivals by time.

Rebuilt for the months an import touches; never edited. Money is in 分.
"""

# pyright: reportAssignmentType=false
from __future__ import annotations

from sqlalchemy import BigInteger, Float
from sqlmodel import Field, SQLModel

_PLAIN = {"sqlite_with_rowid": False}


class RollupCase(SQLModel, table=True):
    """Discharged cases of a month by department, disease group and payer.

    disease_group '' holds the cases that were not grouped. Sums over rows that state the value.
    """

    __tablename__ = "rollup_case"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    """Of the discharge."""
    department: str = Field(primary_key=True)
    disease_group: str = Field(primary_key=True)
    payer: str = Field(primary_key=True)
    cases: int
    weight: float = Field(sa_type=Float)
    days: int
    """Nights; a case that comes and goes on one day counts 1."""
    deaths: int
    readmitted: int
    reoperated: int
    surgical: int
    """Cases with an operation level of 1 or more."""
    charge_fen: int = Field(sa_type=BigInteger)
    charge_drug_fen: int = Field(sa_type=BigInteger)
    charge_material_fen: int = Field(sa_type=BigInteger)
    charge_exam_fen: int = Field(sa_type=BigInteger)
    charge_lab_fen: int = Field(sa_type=BigInteger)
    settled_cases: int
    """Cases whose settlement is stated; the next two are sums over these."""
    settlement_fen: int = Field(sa_type=BigInteger)
    settled_charge_fen: int = Field(sa_type=BigInteger)


class RollupVisit(SQLModel, table=True):
    """Visits of a month by department, stream and payer."""

    __tablename__ = "rollup_visit"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    payer: str = Field(primary_key=True)
    visits: int
    charge_fen: int = Field(sa_type=BigInteger)
    charge_drug_fen: int = Field(sa_type=BigInteger)
    charge_material_fen: int = Field(sa_type=BigInteger)
    charge_exam_fen: int = Field(sa_type=BigInteger)
    charge_lab_fen: int = Field(sa_type=BigInteger)


class RollupArrivalDay(SQLModel, table=True):
    """Arrivals of a day by stream and department; from visits where no arrivals were brought."""

    __tablename__ = "rollup_arrival_day"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    date: int = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    count: int


class RollupArrivalWeek(SQLModel, table=True):
    """Arrivals of a month by hour of the week."""

    __tablename__ = "rollup_arrival_week"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    weekday: int = Field(primary_key=True)
    """0 is Monday."""
    hour: int = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    count: int
    days: int
    """How many such weekdays the month's data hold, whatever the department."""
