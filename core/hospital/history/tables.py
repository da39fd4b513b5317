"""A history beside each fact table: the rows a batch replaced, so that it can be undone."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlmodel import SQLModel

from core.hospital.masters import tables as masters
from core.hospital.patients.tables import Arrival, Census, InpatientCase, Visit
from core.hospital.resources.tables import (
    Budget,
    Energy,
    MachineUse,
    MaterialStock,
    QualityCount,
    ReportedValue,
    Service,
)
from core.hospital.rollups import tables as rollups
from core.hospital.tables import METADATA, DirectCost, DriverQuantity, Income, Workload

# Importing this room is enough to know every table of the hospital.
__all__ = ["FACTS_WITH_HISTORY", "HISTORIES", "METADATA", "masters", "rollups"]

FACTS_WITH_HISTORY: tuple[type[SQLModel], ...] = (
    Workload,
    Income,
    DirectCost,
    DriverQuantity,
    Service,
    Census,
    InpatientCase,
    Visit,
    Arrival,
    MachineUse,
    QualityCount,
    MaterialStock,
    Energy,
    Budget,
    ReportedValue,
)


def _history(model: type[SQLModel]) -> Table:
    """The rows of `model` that later batches replaced."""
    facts: Table = model.metadata.tables[str(model.__tablename__)]
    return Table(
        f"{facts.name}_history",
        METADATA,
        *[Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in facts.c],
        Column("replaced_by", Integer, ForeignKey("import_batch.id"), primary_key=True),
    )


HISTORIES = {str(model.__tablename__): _history(model) for model in FACTS_WITH_HISTORY}
