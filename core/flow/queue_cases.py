"""Waiting lines that the sources describe: presets marked as cases, not defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError

Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    zh: Text
    en: Text


class QueueCase(_Frozen):
    """A room with its line and its list."""

    code: Text
    kind: Text
    """Of machine: a hospital that has such machines knows what one costs."""
    name: Words
    arrivals: Positive
    """An hour."""
    minutes: Positive
    machines: int = Field(ge=1)
    asked: int = Field(ge=1)
    """Machines that the source went to."""
    waiting: float = Field(ge=0)
    """Booked and not done."""
    demand: float = Field(ge=0)
    """New ones a day."""
    per_machine: Positive
    """Done by one machine a day."""
    open_hours: Positive
    open_days: Positive
    """A month."""
    source: Text
    source_kind: Literal["target", "case", "assumption", "standard"]
    to_check: bool = False


class _File(_Frozen):
    case: tuple[QueueCase, ...]


def load_queue_cases(path: Path) -> tuple[QueueCase, ...]:
    """The cases of a file (data/flow/queues.toml); DefinitionError lists its faults."""
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).case
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
