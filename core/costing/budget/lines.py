"""Budget lines: what stands against each, which office answers for it, how it follows volume."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import DefinitionError

LINES = {
    "budget_income_outpatient": "income_outpatient",
    "budget_income_inpatient": "income_inpatient",
    "budget_personnel": "cost_personnel",
    "budget_material": "cost_material",
    "budget_drug": "cost_drug",
    "budget_depreciation": "cost_depreciation",
    "budget_amortisation": "cost_amortisation",
    "budget_risk_fund": "cost_risk_fund",
    "budget_other": "cost_other",
}
"""Each measure of the budget with the measure of what was carried out."""
CODES = tuple(measure.removeprefix("budget_") for measure in LINES)
"""Lines as the table of the budget spells them."""
INCOME = tuple(code for code in CODES if code.startswith("income_"))
COST = tuple(code for code in CODES if code not in INCOME)
_Share = Annotated[float, Field(ge=0, le=1)]
_Name = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    """A text in both languages."""

    zh: _Name
    en: _Name


class Line(_Frozen):
    """The office that answers for a line, and how much of it follows volume."""

    code: Literal[CODES]  # type: ignore[valid-type]
    office: Words
    offices: tuple[_Name, ...] = ()
    """Beginnings of the department's Chinese name, tried in turn."""
    variable_share: _Share
    source: Words
    source_kind: Literal["target", "case", "assumption", "standard"]

    @property
    def behaviour(self) -> str:
        """fixed, variable or mixed."""
        return {0.0: "fixed", 1.0: "variable"}.get(self.variable_share, "mixed")


class Volume(_Frozen):
    """A count of work: measures of the catalogue, added up."""

    code: _Name
    name: Words
    measures: tuple[_Name, ...] = Field(min_length=1)


class Settings(_Frozen):
    """data/costing/budget.toml: every line once, volumes, and which one a category takes."""

    planned_growth_pct: float = Field(ge=-50, le=100)
    lines: tuple[Line, ...] = Field(alias="line")
    volumes: tuple[Volume, ...] = Field(alias="volume", min_length=1)
    categories: Mapping[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        if sorted(line.code for line in self.lines) != sorted(CODES):
            raise ValueError(f"the lines are {', '.join(CODES)}, each once")
        known = {volume.code for volume in self.volumes}
        strange = {code for codes in self.categories.values() for code in codes} - known
        if strange:
            raise ValueError(f"categories name {', '.join(sorted(strange))}, which is no volume")
        return self

    def line(self, code: str) -> Line:
        """The line of this code."""
        return next(line for line in self.lines if line.code == code)


def load_settings(path: Path) -> Settings:
    """The settings of a file; DefinitionError lists its faults."""
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        raise DefinitionError(
            [
                f"{path.name}: {'.'.join(map(str, fault['loc'])) or 'budget'}: {fault['msg']}"
                for fault in error.errors()
            ]
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error


def office_of(line: Line, departments: Mapping[str, str]) -> str:
    """The code of the department that answers for a line; '' where it is known by name only.

    departments: Chinese names by code.
    """
    for start in line.offices:
        for code, name in departments.items():
            if name.startswith(start):
                return code
    return ""
