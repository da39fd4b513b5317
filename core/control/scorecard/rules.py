"""Domains, their parts and weights: shipped in data/control/scorecard.toml, edited as versions.

Weights and conversions are assumptions of ours (假设), to be set by the hospital.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.control.checklists import Words
from core.errors import DataError, DefinitionError

PARTS = ("inspections", "indicators", "actions")
ELEMENTS = ("quality", "closing", "saving", "satisfaction")
SCORECARD, ASSESSMENT = "scorecard", "assessment"
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Number = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parts(_Frozen):
    """What a domain's score is made of."""

    inspections: Weight
    indicators: Weight
    actions: Weight


class Domain(_Frozen):
    code: str
    name: Words
    weight: Weight
    checklists: tuple[str, ...] = Field(min_length=1)
    indicators: tuple[str, ...] = ()


class Assessment(_Frozen):
    """From parts to a coefficient; data/control/scorecard.toml says what each key means."""

    source: str
    quality: Weight
    closing: Weight
    saving: Weight
    satisfaction: Weight
    base: Number
    step: Number
    low: Number
    high: Number
    saving_base: Number
    saving_step: Number
    least_known: float = Field(ge=0, le=1)
    budget: str
    satisfied: tuple[str, ...]

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.low > self.high or not sum(getattr(self, name) for name in ELEMENTS):
            raise ValueError("low is above high, or every weight is 0")
        return self


class Rules(_Frozen):
    source: str
    source_kind: Literal["target", "case", "assumption", "standard"]
    part: Parts
    domain: tuple[Domain, ...] = Field(min_length=1)
    assessment: Assessment

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if not sum(one.weight for one in self.domain):
            raise ValueError("every domain weighs 0")
        if not sum(getattr(self.part, name) for name in PARTS):
            raise ValueError("every part weighs 0")
        return self

    @property
    def domains(self) -> Mapping[str, Domain]:
        return {one.code: one for one in self.domain}

    @property
    def of_checklist(self) -> Mapping[str, str]:
        """The domain of each checklist."""
        return {sheet: one.code for one in self.domain for sheet in one.checklists}

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator that a domain reads."""
        return tuple(dict.fromkeys(code for one in self.domain for code in one.indicators))


def load_rules(path: Path) -> Rules:
    """The shipped rules. DefinitionError with what is wrong with the file."""
    try:
        return Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from None


def weights_of(rules: Rules, kind: str) -> dict[str, float]:
    """The numbers that a person may edit, by name: of scorecards, or of the assessment."""
    if kind == ASSESSMENT:
        names = (*ELEMENTS, "base", "step", "low", "high", "saving_base", "saving_step")
        return {name: float(getattr(rules.assessment, name)) for name in names}
    parts = {f"part.{name}": float(getattr(rules.part, name)) for name in PARTS}
    return parts | {f"domain.{one.code}": float(one.weight) for one in rules.domain}


def with_weights(rules: Rules, kind: str, weights: Mapping[str, Any]) -> Rules:
    """The rules with other numbers; names they lack are left as they are.

    DataError E_WEIGHT for a number out of bounds, or where all that are weighed weigh nothing.
    """
    told = rules.model_dump()
    for name, value in weights.items():
        first, _, second = name.partition(".")
        if kind == ASSESSMENT and name in told["assessment"]:
            told["assessment"][name] = value
        elif kind == SCORECARD and first == "part" and second in told["part"]:
            told["part"][second] = value
        elif kind == SCORECARD and first == "domain":
            for one in told["domain"]:
                one["weight"] = value if one["code"] == second else one["weight"]
    try:
        return Rules.model_validate(told)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or kind
        raise DataError("E_WEIGHT", where=where) from None
