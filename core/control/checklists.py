"""Checklists and grade scales as data: a file each, data/checklists/*.toml and grades.toml.

Source: checklists.yaml (67 items of our own wording, 待核对; every sheet adds up to 100).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import DefinitionError

Text = Annotated[str, Field(min_length=1)]
Points = Annotated[float, Field(gt=0, lt=1e6)]
SCALES = "grades.toml"
Model = TypeVar("Model", bound=BaseModel)


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


class Grade(_Frozen):
    grade: Text
    min: float | None = None
    """The least score, 0-100; the last grade has none."""


class Scale(_Sourced):
    """Grades from the best to the worst."""

    code: Text
    grades: tuple[Grade, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _descends(self) -> Self:
        floors = [one.min for one in self.grades[:-1]]
        told = [floor for floor in floors if floor is not None]
        if len(told) < len(floors) or self.grades[-1].min is not None:
            raise ValueError("every grade but the last has a min")
        if any(high <= low for high, low in pairwise(told)):
            raise ValueError("the mins of grades go down")
        if len(set(self.names)) < len(self.names):
            raise ValueError("a grade stands twice")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.grade for one in self.grades)

    def place(self, score: Fraction) -> int:
        """Place of the grade of a score that nobody rounded, 0 the best."""
        for place, one in enumerate(self.grades):
            if one.min is None or score >= exact(one.min):
                return place
        raise ValueError("the last grade has no min")


class Deduct(_Frozen):
    per: Points
    """Points a defect."""
    most: Points
    """Points of all defects together."""


class Veto(_Frozen):
    cap: Text
    """The best grade that is left."""
    when: Text


class Item(_Frozen):
    code: Text
    text: Text
    weight: Points
    deduct: Deduct
    veto: Veto | None = None
    evidence: str = ""

    @property
    def most_deducted(self) -> Fraction:
        return min(exact(self.deduct.most), exact(self.weight))


class Checklist(_Sourced):
    """One version of a sheet; an inspection keeps the version it was made with."""

    code: Text
    version: int = Field(ge=1)
    name: Words
    levels: tuple[Literal[1, 2, 3], ...] = Field(min_length=1)
    scale: Text
    items: tuple[Item, ...] = Field(alias="item", min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(self.by_code) < len(self.items):
            raise ValueError("an item's code stands twice")
        return self

    @property
    def by_code(self) -> dict[str, Item]:
        return {one.code: one for one in self.items}


class _Scales(_Frozen):
    scales: tuple[Scale, ...] = Field(alias="scale", min_length=1)


@dataclass(frozen=True)
class Checklists:
    """Every sheet and every scale of a folder, by code."""

    sheets: Mapping[str, Checklist]
    scales: Mapping[str, Scale]

    def scale_of(self, sheet: Checklist) -> Scale:
        """The scale that a sheet is graded on."""
        return self.scales[sheet.scale]


@lru_cache(maxsize=4096)
def exact(points: float) -> Fraction:
    """Points as they were written: 0.1 is a tenth."""
    return Fraction(str(points))


def load_checklists(folder: Path) -> Checklists:
    """The sheets and scales of a folder. DefinitionError lists every fault of every file."""
    faults: list[str] = []
    found = _read(folder / SCALES, _Scales, faults)
    scales = {} if found is None else {one.code: one for one in found.scales}
    sheets: dict[str, Checklist] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == SCALES:
            continue
        sheet = _read(path, Checklist, faults)
        if sheet is None:
            continue
        if sheet.code in sheets:
            faults.append(f"{path.name}: {sheet.code} stands in another file too")
        sheets[sheet.code] = sheet
        if found is not None:
            faults += [f"{path.name}: {fault}" for fault in scale_faults(sheet, scales)]
    if faults:
        raise DefinitionError(faults)
    return Checklists(sheets, scales)


def scale_faults(sheet: Checklist, scales: Mapping[str, Scale]) -> list[str]:
    """What a sheet says of grades that its scale does not know."""
    if sheet.scale not in scales:
        return [f"scale {sheet.scale} is in no {SCALES}"]
    known = scales[sheet.scale].names
    caps = [(one.code, one.veto.cap) for one in sheet.items if one.veto]
    return [f"{code}: {cap} is no grade of {sheet.scale}" for code, cap in caps if cap not in known]


def _read(path: Path, model: type[Model], faults: list[str]) -> Model | None:
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        faults.append(f"{path.name}: {error}")
    return None
