"""Facts about patients. No patient's number is kept: keys are keyed hashes of 63 bits.

Times are whole seconds since 1970-01-01 UTC; dates are YYYYMMDD and months YYYYMM of
Asia/Shanghai; money is integer 分. What is not reported is NULL.
"""

# pyright: reportAssignmentType=false
from __future__ import annotations

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

_PLAIN = {"sqlite_with_rowid": False}


def _of_department() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["hospital_id", "department"], ["department.hospital_id", "department.code"]
    )


class _Charges(SQLModel):
    """Charges in 分, all of them and by category."""

    charge_total_fen: int = Field(sa_type=BigInteger)
    charge_drug_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_material_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_exam_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_lab_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_treatment_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_surgery_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_nursing_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_bed_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_consultation_fen: int | None = Field(default=None, sa_type=BigInteger)
    charge_other_fen: int | None = Field(default=None, sa_type=BigInteger)


class InpatientCase(_Charges, table=True):
    """One admission; discharge and what follows from it is NULL while the patient is in bed.

    month is that of the admission, so that a case keeps its place when it is discharged.
    """

    __tablename__ = "inpatient_case"
    __table_args__ = (
        _of_department(),
        ForeignKeyConstraint(["hospital_id", "ward"], ["ward.hospital_id", "ward.code"]),
        ForeignKeyConstraint(
            ["hospital_id", "disease_group"], ["disease_group.hospital_id", "disease_group.code"]
        ),
        Index("ix_inpatient_case_discharge", "hospital_id", "discharge_month"),
        Index("ix_inpatient_case_key", "hospital_id", "case_key"),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    case_key: int = Field(primary_key=True, sa_type=BigInteger)
    admitted_at: int = Field(sa_type=BigInteger)
    discharged_at: int | None = Field(default=None, sa_type=BigInteger)
    discharge_month: int | None = None
    department: str
    ward: str | None = None
    transfers: int | None = None
    disease_group: str | None = None
    weight: float | None = Field(default=None, sa_type=Float)
    low_bound_fen: int | None = Field(default=None, sa_type=BigInteger)
    high_bound_fen: int | None = Field(default=None, sa_type=BigInteger)
    payer: str
    settlement_fen: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str | None = None
    surgery_level: int | None = None
    preop_days: int | None = None
    elective: int | None = None
    day_case: int | None = None
    reoperated: int | None = None
    readmitted: int | None = None
    pathway: str | None = None
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")


class Visit(_Charges, table=True):
    """One outpatient or emergency visit."""

    __table_args__ = (_of_department(), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    visit_key: int = Field(primary_key=True, sa_type=BigInteger)
    visited_at: int = Field(sa_type=BigInteger)
    stream: str
    """outpatient | emergency."""
    department: str
    disease: str | None = None
    payer: str
    batch_id: int = Field(foreign_key="import_batch.id")


class Arrival(SQLModel, table=True):
    """Patients that arrived within one hour."""

    __table_args__ = (_of_department(), _PLAIN)
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    date: int = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    """outpatient | emergency | inpatient."""
    department: str = Field(primary_key=True)
    count: int
    batch_id: int = Field(foreign_key="import_batch.id")


class Census(SQLModel, table=True):
    """A ward's day: open beds, patients in bed at midnight, and who came and went."""

    __table_args__ = (
        ForeignKeyConstraint(["hospital_id", "ward"], ["ward.hospital_id", "ward.code"]),
        _PLAIN,
    )
    hospital_id: int = Field(primary_key=True)
    month: int = Field(primary_key=True)
    date: int = Field(primary_key=True)
    ward: str = Field(primary_key=True)
    open_beds: int
    occupied: int
    admitted: int
    discharged: int
    transfers_in: int | None = None
    transfers_out: int | None = None
    remark: str | None = None
    batch_id: int = Field(foreign_key="import_batch.id")
