"""Rosters of the sources, hour by hour of the week: presets marked as cases, not defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError
from core.flow.shifts import Shift, works

Array = npt.NDArray[np.float64]
Hour = Annotated[int, Field(ge=0, le=24)]
WEEK_HOURS = 168
SATURDAY = 5


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Frozen):
    """Hours of the day, [start, end); past midnight where end comes first."""

    start: Hour
    end: Hour

    def holds(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


class Staff(_Frozen):
    peak: Mapping[str, int]
    night: Mapping[str, int]


class Preset(_Frozen):
    """A roster that a source describes; hours it is silent about stay unknown."""

    stream: str
    weekday: Span
    weekend: Span
    night: Span
    staff: Staff
    source: str
    source_kind: Literal["target", "case", "assumption", "standard"]

    def by_hour(self, staff: str, between: int | None = None) -> Array:
        """168 numbers on duty from Monday 00:00; `between`, else NaN, where the source is silent.

        Who is on duty on Friday night is on duty on Saturday before 08:00, peak or not.
        """
        silent = np.nan if between is None else float(between)
        return np.array([self._at(hour, staff, silent) for hour in range(WEEK_HOURS)])

    def _at(self, hour: int, staff: str, silent: float) -> float:
        peak = self.weekend if hour // 24 >= SATURDAY else self.weekday
        if peak.holds(hour % 24):
            return float(self.staff.peak[staff])
        return float(self.staff.night[staff]) if self.night.holds(hour % 24) else silent


class _File(_Frozen):
    roster: tuple[Preset, ...]


def load_rosters(path: Path) -> tuple[Preset, ...]:
    """The rosters of a file (data/hospital/rosters.toml); DefinitionError lists its faults."""
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).roster
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error


@dataclass(frozen=True)
class Duty:
    """A line of a roster as it is typed: so many people on one shift."""

    start: int
    """Hour of the circle."""
    hours: int
    people: int


def staffed(duties: list[Duty], periods: int = WEEK_HOURS) -> Array:
    """People on duty in each hour of a day (24) or a week (168), read as a circle."""
    shifts = [Shift(duty.start % periods, duty.hours) for duty in duties]
    if not shifts:
        return np.zeros(periods)
    return works(shifts, periods) @ np.array([float(duty.people) for duty in duties])
