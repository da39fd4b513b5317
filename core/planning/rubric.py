"""By what a plan is judged: criteria, sub-items with anchors, caps, grades; data/planning."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import DefinitionError

LEAST, MOST = 1, 5
"""What a reviewer gives; 0 only where there is nothing to judge."""


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Item(Model):
    """A sub-item: its points of 100 and what scores of 1, 3 and 5 look like."""

    code: str
    name: Words
    weight: float = Field(gt=0)
    a1: Words
    a3: Words
    a5: Words


class Criterion(Model):
    code: str
    name: Words
    weight: float = Field(gt=0)
    item: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(sum(one.weight for one in self.item) - self.weight) > 1e-9:
            raise ValueError(f"{self.code}: the items do not add up to the criterion")
        return self


class Cap(Model):
    """The highest score of an item while one of the checks is missing in some goal."""

    checks: tuple[str, ...] = Field(min_length=1)
    item: str
    most: float = Field(ge=0, le=MOST)


class Grade(Model):
    code: Literal["excellent", "good", "fair", "revise", "returned"]
    min: float | None = None


class Rubric(Model):
    """Criteria of 100 points in all, with the caps and the grades."""

    source: str
    source_kind: Literal["target", "case", "assumption", "standard"]
    criterion: tuple[Criterion, ...]
    cap: tuple[Cap, ...] = ()
    grade: tuple[Grade, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(one.weight for one in self.criterion) - 100) > 1e-9:
            raise ValueError("the criteria do not add up to 100")
        lost = {one.item for one in self.cap} - set(self.items)
        if lost:
            raise ValueError(f"caps of unknown items: {sorted(lost)}")
        return self

    @cached_property
    def items(self) -> Mapping[str, Item]:
        return {item.code: item for one in self.criterion for item in one.item}

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        return {one.code: one for one in self.criterion}

    @property
    def weights(self) -> dict[str, float]:
        """Points of each criterion as the rubric has them."""
        return {one.code: one.weight for one in self.criterion}

    def points(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Points of each item when the criteria weigh so much: parts of a criterion stay."""
        return {
            item.code: item.weight / one.weight * weights[one.code]
            for one in self.criterion
            for item in one.item
        }

    def caps(self, missing: Iterable[str]) -> dict[str, tuple[float, tuple[str, ...]]]:
        """By item: the highest score, and the missing checks that hold it there."""
        gone = set(missing)
        found: dict[str, tuple[float, tuple[str, ...]]] = {}
        for one in self.cap:
            because = tuple(check for check in one.checks if check in gone)
            if because and one.most <= found.get(one.item, (MOST, ()))[0]:
                found[one.item] = (one.most, because)
        return found

    def ceiling(self, missing: Iterable[str], weights: Mapping[str, float] | None = None) -> float:
        """The highest score of 100 that the caps leave."""
        points, caps = self.points(weights or self.weights), self.caps(missing)
        return sum(
            share * caps.get(code, (float(MOST), ()))[0] / MOST for code, share in points.items()
        )

    def grade_of(self, score: float) -> str:
        """The grade of a score of 0-100, judged to nine decimals."""
        return next(one.code for one in self.grade if one.min is None or round(score, 9) >= one.min)


def load_rubric(folder: Path) -> Rubric:
    """The rubric of data/planning. DefinitionError with what is wrong."""
    path = folder / "rubric.toml"
    try:
        return Rubric(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError, ValueError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
