"""The hospital, its masters, and everything a file can bring in.

Facts are keyed by hospital and month and carry the import batch; money is integer 分. A column
that a source does not report is NULL, never 0. Each fact table has a history table beside it,
which keeps the rows a batch replaced, so that the batch can be undone.
"""

# SQLModel types __tablename__ as a declared attribute; a plain text is what it wants.
# pyright: reportAssignmentType=false
from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    MetaData,
    Text,
)
from sqlmodel import Field, SQLModel

from core.store.types import UtcDateTime

METADATA: MetaData = SQLModel.metadata


class Hospital(SQLModel, table=True):
    """A hospital, clinic or check-up centre; several can share a store."""

    id: int | None = Field(default=None, primary_key=True)
    name_zh: str
    name_en: str = ""
    demo: bool = False
    drill: bool = False
    """演练: made for exercises; can be reset and removed."""
    cloned_from: int | None = None
    archived: bool = False
    created_at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 1


class Department(SQLModel, table=True):
    """A department; opened and closed are months, closed is the last one in which it was open."""

    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    category: str = "unclassified"
    beds: int | None = None
    opened: int | None = None
    closed: int | None = None
    campus: str | None = None
    version: int = 1


class CostItem(SQLModel, table=True):
    """A cost item under the hospital's own code; kind is what indicators read."""

    __tablename__ = "cost_item"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    kind: str


class DriverItem(SQLModel, table=True):
    """A driver under the hospital's own code; role is what indicators read."""

    __tablename__ = "driver_item"
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str = ""
    unit: str
    role: str = ""


class ImportBatch(SQLModel, table=True):
    """One import that was confirmed: which file, by whom, how many rows, and whether undone."""

    __tablename__ = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    contract: str
    file_name: str
    sha256: str
    status: str
    """done | undone."""
    at: dt.datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    rows: int
    rejected: int
    month_first: int
    month_last: int
    control_total: str
    """As shown at confirmation: column=value, money in 元."""
    detail: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: departments created, and for the departments table the rows before."""
    version: int = 1


def _belongs(*columns: str) -> tuple[ForeignKeyConstraint, ...]:
    """Each named column, with hospital_id, is a department of this hospital."""
    return tuple(
        ForeignKeyConstraint(["hospital_id", column], ["department.hospital_id", "department.code"])
        for column in columns
    )


_PLAIN = {"sqlite_with_rowid": False}


class Workload(SQLModel, table=True):
    """One department's month of work: counts and bed-days."""

    __table_args__ = (*_belongs("department"), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    outpatient_visits: int | None = None
    emergency_visits: int | None = None
    checkup_visits: int | None = None
    admissions: int | None = None
    discharges: int | None = None
    transfers_in: int | None = None
    transfers_out: int | None = None
    in_bed_start: int | None = None
    in_bed_end: int | None = None
    bed_days_used: int | None = None
    bed_days_open: int | None = None
    discharged_bed_days: int | None = None
    surgeries: int | None = None
    level4_surgeries: int | None = None
    minimally_invasive_surgeries: int | None = None
    elective_surgeries: int | None = None
    day_surgeries: int | None = None
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class Income(SQLModel, table=True):
    """Income of a month by ordering and performing department, unit and category."""

    __table_args__ = (*_belongs("ordering", "performing"), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    ordering: str = Field(primary_key=True)
    performing: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class DirectCost(SQLModel, table=True):
    """Direct cost of a month by department, cost item and unit."""

    __tablename__ = "direct_cost"
    __table_args__ = (
        *_belongs("department"),
        ForeignKeyConstraint(
            ["hospital_id", "element"], ["cost_item.hospital_id", "cost_item.code"]
        ),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    element: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class DriverQuantity(SQLModel, table=True):
    """Quantity of a driver in a department and month, in the driver's unit."""

    __tablename__ = "driver_quantity"
    __table_args__ = (
        *_belongs("department"),
        ForeignKeyConstraint(
            ["hospital_id", "driver"], ["driver_item.hospital_id", "driver_item.code"]
        ),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    department: str = Field(primary_key=True)
    driver: str = Field(primary_key=True)
    quantity: float = Field(sa_type=Float)
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class RollupMonth(SQLModel, table=True):
    """What pages read: one value a month, department and measure; money in 分."""

    __tablename__ = "rollup_month"
    __table_args__ = (_PLAIN,)
    hospital_id: int = Field(foreign_key="hospital.id", primary_key=True)
    month: int = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    value: float = Field(sa_type=Float)
    """A double: whole numbers up to 2^53 (90 万亿元 in 分) are exact."""


class Target(SQLModel, table=True):
    """What is expected of an indicator: bounds with their kind and source.

    department '' judges the whole hospital, '*' every department, a code that one.
    """

    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    indicator: str
    department: str = ""
    month_from: int
    month_to: int = 0
    basis: str = "value"
    low: float | None = None
    high: float | None = None
    watch_low: float | None = None
    watch_high: float | None = None
    kind: str
    source: str
    note: str = ""
    version: int = 1


class ColumnMapping(SQLModel, table=True):
    """A saved reading of one file shape as a contract table."""

    __tablename__ = "column_mapping"
    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    contract: str
    name: str
    fingerprint: str
    spec: str = Field(sa_column=Column(Text, nullable=False))
    version: int = 1
