"""How much work one person does, how long shifts are, and where each figure comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError

Codes = npt.NDArray[np.int64]
Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
LATE_FROM = 16
LATE_UNTIL = 4
_HAIR = 1e-9
"""Rounding: work for exactly two people needs two."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    zh: Text
    en: Text


class _Sourced(_Frozen):
    source: Text
    source_kind: Literal["target", "case", "assumption", "standard"]
    to_check: bool = False
    """待核对: remembered or assumed, to be confirmed before use."""


class Workload(_Sourced):
    """For every `per` units of work, or part of them, so many staff."""

    code: Text
    name: Words
    per: Positive
    unit: Words
    staff: Mapping[str, Annotated[int, Field(gt=0)]]
    least: int = Field(default=0, ge=0)
    """On duty however little there is to do."""

    def needed(self, load: npt.ArrayLike, staff: str) -> Codes:
        """People of `staff` for each load, in the standard's unit. NaN in the load is a mistake."""
        groups = np.ceil(np.asarray(load, float) / self.per - _HAIR)
        if not np.all(groups >= 0):
            raise ValueError("a load is missing or negative")
        return np.maximum(groups * self.staff[staff], self.least).astype(np.int64)


class Care(_Sourced):
    """Nursing hours a day that one patient of a level needs."""

    code: Text
    name: Words
    hours: Positive


class ShiftKind(_Sourced):
    """A shift that may start at any hour."""

    code: Text
    name: Words
    hours: int = Field(gt=0, le=24)
    premium: Positive
    late_premium: Positive
    """Where it starts at 16:00 or later, or before 04:00."""
    peak: bool = False
    """A short shift for rush hours."""

    def cost_hours(self, start: int) -> float:
        """Hours paid for one person, the premium included; start: hour of the day."""
        late = start >= LATE_FROM or start < LATE_UNTIL
        return self.hours * (self.late_premium if late else self.premium)


class Hours(_Sourced):
    weekly: Positive
    overtime_premium: Positive


class Between(_Sourced):
    staff: Mapping[str, Annotated[int, Field(ge=0)]]


class Standards(_Frozen):
    """Everything of the file."""

    workloads: tuple[Workload, ...] = Field(alias="workload")
    cares: tuple[Care, ...] = Field(alias="care")
    shifts: tuple[ShiftKind, ...] = Field(alias="shift", min_length=1)
    hours: Hours
    between: Between

    def workload(self, code: str) -> Workload:
        """The workload of a code; KeyError where the file has none."""
        return {one.code: one for one in self.workloads}[code]

    def nursing_hours(self, patients: Mapping[str, float]) -> float:
        """Hours of nursing a day for so many patients by care level; KeyError: unknown level."""
        hours = {one.code: one.hours for one in self.cares}
        return sum(hours[level] * count for level, count in patients.items())


def load_standards(path: Path) -> Standards:
    """The standards of a file; DefinitionError lists its faults."""
    try:
        return Standards.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
