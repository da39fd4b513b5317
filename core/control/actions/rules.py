"""What a hospital may set of its improvement actions: data/control/actions.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError
from core.months import add_months, days_in_month, month_of

FILE = Path(__file__).resolve().parents[3] / "data" / "control" / "actions.toml"
Severity = Literal["danger", "serious", "ordinary", "system"]
SEVERITIES: tuple[Severity, ...] = ("danger", "serious", "ordinary", "system")
"""The most urgent first."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recurrence(_Frozen):
    months: int = Field(ge=0, le=60)


class Closing(_Frozen):
    target_pct: float = Field(gt=0, le=100)


class Evidence(_Frozen):
    most_files: int = Field(ge=1, le=100)
    most_bytes: int = Field(ge=1_000, le=50_000_000)


class Effect(_Frozen):
    periods: int = Field(ge=1)
    most_periods: int = Field(ge=1, le=60)
    base_months: int = Field(ge=1, le=60)
    least_base: int = Field(ge=2)


class Rules(_Frozen):
    """Deadlines in days by severity, and what else bounds an action."""

    source: str
    source_kind: Literal["target", "case", "assumption", "standard"]
    deadline_days: dict[Severity, int]
    recurrence: Recurrence
    closing: Closing
    evidence: Evidence
    effect: Effect

    def due(self, severity: Severity, today: dt.date) -> dt.date:
        """The day on which an action of this severity must be done."""
        return today + dt.timedelta(days=self.deadline_days[severity])

    def recurs(self, closed: dt.date, today: dt.date) -> bool:
        """Whether what was closed then and is seen again today counts as having come back."""
        month = add_months(month_of(closed), self.recurrence.months)
        day = min(closed.day, days_in_month(month))
        return today <= dt.date(month // 100, month % 100, day)


def raised(severity: Severity) -> Severity:
    """One level more urgent; the most urgent stays."""
    return SEVERITIES[max(SEVERITIES.index(severity) - 1, 0)]


@cache
def rules(path: Path = FILE) -> Rules:
    """The rules in use. DefinitionError with every fault of the file."""
    try:
        found = Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError([f"{path.name}: {error}"]) from None
    except ValidationError as error:
        faults = [f"{path.name}: {fault['loc']}: {fault['msg']}" for fault in error.errors()]
        raise DefinitionError(faults) from None
    if set(found.deadline_days) != set(SEVERITIES):
        raise DefinitionError([f"{path.name}: deadline_days names {', '.join(SEVERITIES)}"])
    return found
