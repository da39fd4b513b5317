"""Adverse events as data: what can be chosen, grades, the SAC matrix, deadlines, measures.

Source: checklists.yaml, adverse_events and rca (our own wording, 待核对); quality.md section 3.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import DefinitionError

Text = Annotated[str, Field(min_length=1)]
SourceKind = Literal["target", "case", "assumption", "standard"]
Strength = Literal["strong", "medium", "weak"]
GradeNumber = Annotated[int, Field(ge=1, le=4)]
FOUR, BONES = 4, 7
Row = Annotated[
    tuple[Annotated[int, Field(ge=1, le=3)], ...], Field(min_length=FOUR, max_length=FOUR)
]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    zh: Text
    en: Text


class Option(_Frozen):
    """Something that can be chosen."""

    code: Text
    name: Words


class Harm(Option):
    grades: tuple[GradeNumber, ...] = Field(min_length=1)
    """Grades that it does not contradict, the usual one first."""


class Grade(_Frozen):
    grade: GradeNumber
    name: Words
    note: Words


class Depth(Option):
    """How deep an answer to "why" goes."""

    deep: bool
    """Deep enough to stop there."""


class Measure(Option):
    """A kind of measure; its strength is its own, nobody chooses it."""

    strength: Strength


class Rule(_Frozen):
    """A figure that the hospital may change, between `least` and `most`."""

    code: Text
    name: Words
    unit: Literal["小时", "天", "月"]
    value: float
    least: float
    most: float
    source: Text
    source_kind: SourceKind
    to_check: bool = False

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not self.least <= self.value <= self.most:
            raise ValueError(f"{self.code}: the value lies between least and most")
        return self


class Definitions(_Frozen):
    """Everything that a report, its triage and its analysis choose from."""

    source: Text
    source_kind: SourceKind
    to_check: bool = False
    sac: tuple[Row, ...] = Field(min_length=FOUR, max_length=FOUR)
    """By severity from the worst, by probability from the most frequent."""
    kinds: tuple[Option, ...] = Field(alias="kind", min_length=3, max_length=3)
    types: tuple[Option, ...] = Field(alias="type", min_length=1)
    stages: tuple[Option, ...] = Field(alias="stage", min_length=1)
    harms: tuple[Harm, ...] = Field(alias="harm", min_length=1)
    grades: tuple[Grade, ...] = Field(alias="grade", min_length=FOUR, max_length=FOUR)
    severities: tuple[Option, ...] = Field(alias="severity", min_length=FOUR, max_length=FOUR)
    probabilities: tuple[Option, ...] = Field(alias="probability", min_length=FOUR, max_length=FOUR)
    bones: tuple[Option, ...] = Field(alias="bone", min_length=BONES, max_length=BONES)
    depths: tuple[Depth, ...] = Field(alias="depth", min_length=1)
    measures: tuple[Measure, ...] = Field(alias="measure", min_length=1)
    rules: tuple[Rule, ...] = Field(alias="rule", min_length=1)

    def score(self, severity: str, probability: str) -> int:
        """SAC, 1-3; 0 while either is not chosen."""
        down = [one.code for one in self.severities]
        along = [one.code for one in self.probabilities]
        if severity not in down or probability not in along:
            return 0
        return self.sac[down.index(severity)][along.index(probability)]

    def strength(self, measure: str) -> Strength | None:
        """Strength of a kind of measure; None of an unknown one."""
        return next((one.strength for one in self.measures if one.code == measure), None)

    def is_deep(self, depth: str) -> bool:
        """Whether a chain of whys may stop at this depth."""
        return any(one.deep for one in self.depths if one.code == depth)


def load_definitions(path: Path) -> Definitions:
    """The definitions of a file; DefinitionError lists its faults."""
    try:
        return Definitions.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
