"""How department profit is read, from data/costing/profit.toml: behaviour, control, shares."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError

Basis = Literal["ordering", "performing", "agreed"]
"""Whose income it is: of who ordered, of who did the work, or shared as agreed."""
Pool = Literal["common", "level1", "level2", "level3", "shared"]
Driver = Literal["personnel", "direct", "income", "orders"]
BASES: tuple[Basis, ...] = ("ordering", "performing", "agreed")
POOLS: tuple[Pool, ...] = ("common", "level1", "level2", "level3", "shared")
Text = Annotated[str, Field(min_length=1)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
SourceKind = Literal["target", "case", "assumption", "standard"]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    """Where a rule comes from, in both languages."""

    zh: Text
    en: Text


class Kind(_Frozen):
    """How a kind of cost behaves, and whether the department can do something about it."""

    kind: Text
    variable_pct: Percent
    controllable: bool
    """Of the part that is fixed; what varies with the work is the department's own."""
    source: Words
    source_kind: SourceKind


class Agreed(_Frozen):
    """The part of income that stays with who ordered; the rest goes to who did the work."""

    ordering_pct: Percent
    categories: dict[Text, Percent] = {}
    """Categories of income with a part of their own."""
    source: Words
    source_kind: SourceKind


class Split(_Frozen):
    """By what a pool is divided between a department's outpatient and inpatient unit."""

    pool: Pool
    drivers: tuple[Driver, ...] = Field(min_length=1)
    """Tried in turn: the first of which the department has anything."""
    source: Words
    source_kind: SourceKind


class ProfitRules(_Frozen):
    """All of it."""

    kinds: tuple[Kind, ...] = Field(alias="kind", min_length=1)
    agreed: Agreed
    splits: tuple[Split, ...] = Field(alias="split")

    def kind(self, name: str) -> Kind | None:
        """None for a kind that is not stated: fixed, and not the department's."""
        return next((one for one in self.kinds if one.kind == name), None)

    def drivers(self, pool: str) -> tuple[Driver, ...]:
        return next(one.drivers for one in self.splits if one.pool == pool)


def load_profit_rules(path: Path) -> ProfitRules:
    """The rules of a file; DefinitionError lists all its faults."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
    return profit_rules(content, path.name)


def profit_rules(content: Mapping[str, Any], name: str) -> ProfitRules:
    """The rules of parsed content; DefinitionError lists all its faults, each under `name`."""
    try:
        rules = ProfitRules.model_validate(content)
    except ValidationError as error:
        faults = [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise DefinitionError(faults) from error
    kinds, pools = [one.kind for one in rules.kinds], [one.pool for one in rules.splits]
    faults = [
        f"kind {one} more than once" for one in sorted({k for k in kinds if kinds.count(k) > 1})
    ]
    faults += [
        f"split {one} is stated {pools.count(one)} times, not once"
        for one in POOLS
        if pools.count(one) != 1
    ]
    if faults:
        raise DefinitionError([f"{name}: {fault}" for fault in faults])
    return rules
