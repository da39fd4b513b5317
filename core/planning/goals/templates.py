"""Templates of goals as data: what the sources set as a target, or tell as one hospital's case."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from core.catalog.model import Catalog
from core.errors import DefinitionError
from core.planning.goals.model import Aggregation, Basis, Direction, Goal, Milestone, Side
from core.planning.rubric import Model, Words

Group = Literal["efficiency", "cost", "quality", "service", "academic", "discipline", "zero"]
GROUPS: tuple[Group, ...] = (
    *("efficiency", "cost", "quality", "service", "academic", "discipline", "zero"),
)


class Step(Model):
    """A milestone so many months after the start."""

    after: int = Field(ge=1)
    zh: str
    en: str


class Template(Model):
    """A goal to begin with. A case is what one hospital reached: evidence, not a demand."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    group: Group
    title: Words
    side: Side
    indicator: str = ""
    direction: Direction | Literal[""] = ""
    basis: Basis = "value"
    target: float | None = None
    high: float | None = None
    aggregation: Aggregation = "own"
    step: tuple[Step, ...] = ()
    kind: Literal["target", "case", "assumption", "standard"]
    source: str = Field(min_length=1)
    note: Words | None = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if self.indicator and (self.target is None or not self.direction):
            raise ValueError(f"{self.code}: an indicator needs a target and a direction")
        if not self.indicator and not (self.aggregation == "milestone" and self.step):
            raise ValueError(f"{self.code}: needs an indicator, or milestones")
        return self

    def goal(self, title: str, catalog: Catalog) -> Goal:
        """The goal it begins with; indicator's unit, source and owner come from the catalogue."""
        known = catalog.indicators.get(self.indicator)
        return Goal(
            title=title,
            side=self.side,
            indicator=self.indicator,
            direction=self.direction,
            basis=self.basis,
            target=self.target,
            high=self.high,
            unit=known.unit if known else "",
            aggregation=self.aggregation,
            source=known.data_source.zh if known else "",
            collector=known.owner.zh if known else "",
            frequency="month" if known else "",
            template=self.code,
            kind=self.kind,
            basis_source=self.source,
        )


class _File(Model):
    template: tuple[Template, ...]


def steps_of(template: Template, months: tuple[int, ...], chinese: bool) -> tuple[Milestone, ...]:
    """The template's milestones in a plan of these months; later ones fall on the last."""
    return tuple(
        Milestone(months[min(step.after, len(months)) - 1], step.zh if chinese else step.en)
        for step in template.step
    )


def load_templates(folder: Path, catalog: Catalog) -> dict[str, Template]:
    """By code, in the file's order. DefinitionError names every fault."""
    path = folder / "goals.toml"
    try:
        found = _File(**tomllib.loads(path.read_text(encoding="utf-8"))).template
    except (OSError, tomllib.TOMLDecodeError, ValidationError, ValueError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
    twice = [code for code, count in Counter(one.code for one in found).items() if count > 1]
    lost = [one.indicator for one in found if one.indicator not in ("", *catalog.indicators)]
    if twice or lost:
        raise DefinitionError([f"{path.name}: {one}" for one in (*twice, *lost)])
    return {one.code: one for one in found}
