"""The rules of the step-down, read from data/costing/rules.toml: whose cost, by what, to whom."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError

Source = Literal["admin", "medical_aux", "medical_tech"]
Receiver = Literal["medical_aux", "medical_tech", "clinical"]
Behaviour = Literal["fixed", "variable", "mixed"]
"""Whether what a receiver is charged follows its own volume in the short run."""
Otherwise = Literal["stop", "hold"]
"""When none of the drivers has a quantity: nothing runs, or the cost stays 未分摊."""
Choice = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*|(services|driver):\S+)$")]
"""services, orders, orders_all, services:CODE, driver:CODE, or what each receiver has of it."""
Code = Annotated[str, Field(min_length=1)]
SOURCES: tuple[Source, ...] = ("admin", "medical_aux", "medical_tech")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Frozen):
    """How the departments of one category give their cost away."""

    category: Source
    level: int = Field(ge=1, le=len(SOURCES))
    drivers: tuple[Choice, ...] = Field(min_length=1)
    """Tried in turn: the first that has a quantity in the month."""
    receivers: tuple[Receiver, ...] = Field(min_length=1)
    behaviour: Behaviour
    otherwise: Otherwise = "stop"
    source: Code
    source_kind: Literal["target", "case", "assumption", "standard"]


class Override(_Frozen):
    """What is different for one department; what is not stated stays as in its category's rule."""

    department: Code
    items: tuple[Code, ...] = ()
    """Cost items that are shared out by it, a pool of their own; none: all that no pool takes."""
    drivers: tuple[Choice, ...] = Field(min_length=1)
    receivers: tuple[Receiver, ...] | None = Field(default=None, min_length=1)
    """Of those of its category's rule; the others then get nothing, whatever was done for them."""
    behaviour: Behaviour | None = None
    otherwise: Otherwise | None = None
    reason: Code

    @property
    def place(self) -> str:
        """The source in the allocation: the department, or its pool of these items."""
        return pool_of(self.department, self.items)


def pool_of(department: str, items: Iterable[str]) -> str:
    """The code by which a department's pool of cost items stands among the departments."""
    named = "+".join(sorted(items))
    return f"{department}/{named}" if named else department


class Words(_Frozen):
    """A text of the file, in both languages."""

    zh: Code
    en: Code


class CostKind(_Frozen):
    """How a kind of cost follows volume in the short run: the share of it that is variable."""

    kind: Code
    variable: Annotated[float, Field(ge=0, le=1)]
    source: Words
    source_kind: Literal["target", "case", "assumption", "standard"]


class Rules(_Frozen):
    """A rule for each category of sources, and the departments that have their own."""

    patient_goods: tuple[Code, ...]
    """Kinds of cost, and categories of income, that belong to the clinical unit that orders."""
    at_cost: tuple[Code, ...] = ()
    """Those of them that are sold without markup."""
    rules: tuple[Rule, ...] = Field(alias="rule")
    overrides: tuple[Override, ...] = Field(alias="override", default=())
    costs: tuple[CostKind, ...] = Field(alias="cost", default=())

    @property
    def variable(self) -> dict[str, float]:
        """The variable share of each kind of cost; of others nothing is variable."""
        return {one.kind: one.variable for one in self.costs}

    @property
    def pools(self) -> tuple[Override, ...]:
        """Those that take some of a department's cost items."""
        return tuple(one for one in self.overrides if one.items)

    @property
    def whole(self) -> Rules:
        """The same with every department's cost in one: no pools."""
        told = tuple(one for one in self.overrides if not one.items)
        return self.model_copy(update={"overrides": told})

    @property
    def may_hold(self) -> bool:
        """Whether any rule leaves cost 未分摊 where no driver has a quantity."""
        return any(one.otherwise == "hold" for one in (*self.rules, *self.overrides))

    def of(self, place: str, category: str) -> Rule | None:
        """The rule of a department, or pool, of this category; None where it gives nothing away."""
        rule = next((rule for rule in self.rules if rule.category == category), None)
        own = next((one for one in self.overrides if one.place == place), None)
        if rule is None or own is None:
            return rule
        stated = own.model_dump(exclude={"department", "items", "reason"}, exclude_none=True)
        return rule.model_copy(update=stated)

    def spared(self, place: str, category: str) -> frozenset[str]:
        """The categories that its category's rule gives to, but this place does not."""
        usual = next((rule for rule in self.rules if rule.category == category), None)
        own = self.of(place, category)
        return (
            frozenset(usual.receivers) - frozenset(own.receivers) if usual and own else frozenset()
        )

    def with_own(self, own: Iterable[Override]) -> Rules:
        """The same with these overrides, each in place of one of its place."""
        told = {one.place: one for one in (*self.overrides, *own)}
        return self.model_copy(update={"overrides": tuple(told.values())})

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) of all that the rules say, overrides by place."""
        ordered = tuple(sorted(self.overrides, key=lambda one: one.place))
        text = self.model_copy(update={"overrides": ordered}).model_dump_json()
        return hashlib.sha256(text.encode()).hexdigest()


def load_rules(path: Path) -> Rules:
    """The rules of a file; DefinitionError lists all its faults."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
    return rules_from(content, path.name)


def rules_from(content: Mapping[str, Any], name: str) -> Rules:
    """The rules of parsed content; DefinitionError lists all its faults, each under `name`."""
    try:
        rules = Rules.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(
            [
                f"{name}: {'.'.join(map(str, fault['loc'])) or 'rules'}: {fault['msg']}"
                for fault in error.errors()
            ]
        ) from error
    faults = _faults(rules)
    if faults:
        raise DefinitionError([f"{name}: {fault}" for fault in faults])
    return rules


def _faults(rules: Rules) -> list[str]:
    """What the rules owe each other."""
    found = []
    for category in SOURCES:
        count = sum(rule.category == category for rule in rules.rules)
        if count != 1:
            found.append(f"{category} has {count} rules; it needs one")
    levels = {rule.category: rule.level for rule in rules.rules}
    if len(set(levels.values())) < len(levels):
        found.append("two categories have the same level")
    for rule in rules.rules:
        early = [one for one in rule.receivers if levels.get(one, len(SOURCES) + 1) <= rule.level]
        if early:
            found.append(f"{rule.category} gives to {', '.join(early)}, which is not a later level")
        found += _twice(f"{rule.category}: drivers", rule.drivers)
        found += _twice(f"{rule.category}: receivers", rule.receivers)
    for own in rules.overrides:
        found += _twice(f"override {own.place}: drivers", own.drivers)
    pooled = tuple(f"{own.department}/{item}" for own in rules.pools for item in own.items)
    found += _twice("override", tuple(own.place for own in rules.whole.overrides))
    found += _twice("override: items", pooled)
    found += _twice("cost", tuple(own.kind for own in rules.costs))
    strangers = sorted(set(rules.at_cost) - set(rules.patient_goods))
    if strangers:
        found.append(f"at_cost names {', '.join(strangers)}, which is not in patient_goods")
    return found


def _twice(where: str, names: tuple[str, ...]) -> list[str]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    return [f"{where}: {', '.join(repeated)} more than once"] if repeated else []
