"""Monthly facts about services, machines, quality, stocks, energy, budget and reported values.

Money is integer 分. A department of '' is the whole hospital. What is not reported is NULL.
"""

# pyright: reportAssignmentType=false
from __future__ import annotations

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

_PLAIN = {"sqlite_with_rowid": False}


def _department(column: str = "department") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["hospital_id", column], ["department.hospital_id", "department.code"]
    )


class Service(SQLModel, table=True):
    """What one department did for another in a month, in the driver's unit."""

    __table_args__ = (
        _department("provider"),
        _department("receiver"),
        ForeignKeyConstraint(
            ["hospital_id", "driver"], ["driver_item.hospital_id", "driver_item.code"]
        ),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    provider: str = Field(primary_key=True)
    receiver: str = Field(primary_key=True)
    driver: str = Field(primary_key=True)
    quantity: float = Field(sa_type=Float)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class MachineUse(SQLModel, table=True):
    """A machine's month: hours, examinations, income and consumables."""

    __tablename__ = "machine_use"
    __table_args__ = (
        ForeignKeyConstraint(["hospital_id", "machine"], ["machine.hospital_id", "machine.code"]),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    machine: str = Field(primary_key=True)
    hours: float = Field(sa_type=Float)
    examinations: int
    positives: int | None = None
    income_fen: int | None = Field(default=None, sa_type=BigInteger)
    consumables_fen: int | None = Field(default=None, sa_type=BigInteger)
    days_due: int | None = None
    days_down: int | None = None
    days_idle: int | None = None
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class QualityCount(SQLModel, table=True):
    """Numerator and denominator of one quality item in a department and month."""

    __tablename__ = "quality_count"
    __table_args__ = (_department(), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    numerator: float = Field(sa_type=Float)
    denominator: float | None = Field(default=None, sa_type=Float)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class MaterialStock(SQLModel, table=True):
    """Stock, issue and losses of a class of goods in a department and month."""

    __tablename__ = "material_stock"
    __table_args__ = (_department(), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    goods: str = Field(primary_key=True)
    """drug | high_value | low_value | reagent | office."""
    stock_fen: int | None = Field(default=None, sa_type=BigInteger)
    issued_fen: int = Field(sa_type=BigInteger)
    expired_fen: int | None = Field(default=None, sa_type=BigInteger)
    written_off_fen: int | None = Field(default=None, sa_type=BigInteger)
    issued_items: int | None = None
    lost_items: int | None = None
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class Energy(SQLModel, table=True):
    """Water, electricity, gas, heat and fuel of a month."""

    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    department: str = Field(default="", primary_key=True)
    quantity: float | None = Field(default=None, sa_type=Float)
    amount_fen: int = Field(sa_type=BigInteger)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class Budget(SQLModel, table=True):
    """What a department may spend or should earn in a month, by budget line."""

    __table_args__ = (_department(), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    """A kind of cost item, income_outpatient or income_inpatient."""
    amount_fen: int = Field(sa_type=BigInteger)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class ReportedValue(SQLModel, table=True):
    """An indicator's value as a department reports it; '' reports for the whole hospital."""

    __tablename__ = "reported_value"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(default="", primary_key=True)
    indicator: str = Field(primary_key=True)
    value: float | None = Field(default=None, sa_type=Float)
    numerator: float | None = Field(default=None, sa_type=Float)
    denominator: float | None = Field(default=None, sa_type=Float)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")
