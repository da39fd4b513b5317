"""Who acts: the staff list, until accounts exist."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Staff(SQLModel, table=True):
    """A person of the hospital who may be named as the one who acts."""

    id: int | None = Field(default=None, primary_key=True)
    hospital_id: int = Field(foreign_key="hospital.id", index=True)
    name: str
    title: str = ""
    active: bool = True
    version: int = 1
