"""Indicators and measures as frozen models: what data/catalog/*.toml is parsed into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.catalog.sources import Table, by_disease_group, fault_of
from core.errors import DataError

CATEGORIES = ("clinical", "medical_tech", "medical_aux", "admin", "unclassified")
Category = Literal["clinical", "medical_tech", "medical_aux", "admin", "unclassified"]
Level = Literal["hospital", "department", "category", "disease_group", "machine", "staff_group"]
LEVELS: tuple[Level, ...] = ("hospital", "department", "category", "disease_group")
"""Those that an indicator's grain decides; a cube of machines has the level machine."""
Kind = Literal["flow", "stock_mean", "stock_start", "stock_end"]
Better = Literal["higher", "lower", "range", "monitor"]
Domain = Literal["operations", "finance", "quality", "safety", "service", "academic", "people"]
SourceStatus = Literal["seed", "seed+web", "web", "std", "recall"]


class Model(BaseModel):
    """Frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Text(Model):
    """A text in both languages; names are picked with `core.words.pick(text.zh, text.en)`."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Source(Model):
    """Where a measure's value of a month and department comes from: a table, or one measure."""

    table: Table | None = None
    column: str = ""
    where: Mapping[str, str] = Field(default_factory=dict)
    department: Literal["ordering", "performing"] | None = None
    per_day: str = ""
    times_days: str = ""
    of: str = ""
    category: Category | None = None

    @property
    def base(self) -> str:
        """The measure from which this one is derived; '' when it comes from a table."""
        return self.per_day or self.times_days or self.of

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("table", "per_day", "times_days", "of") if getattr(self, name)]
        if len(ways) != 1:
            raise ValueError("needs exactly one of table, per_day, times_days, of")
        if bool(self.category) != (ways == ["of"]):
            raise ValueError(f"category is {'out of place' if self.category else 'missing'}")
        fault = fault_of(self.table or ways[0], self.column, self.where, self.department)
        if fault:
            raise ValueError(fault)
        return self


class Measure(Model):
    """A quantity by month and department; over departments it is summed, over months by kind."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    unit: str = Field(min_length=1)
    kind: Kind
    source: Source

    @property
    def money(self) -> bool:
        """Stored in 分, shown in 元."""
        return self.unit == "元"

    @property
    def by_disease_group(self) -> bool:
        """Also kept by disease group."""
        return by_disease_group(self.source.table, self.source.column, self.source.where)


class QualityItem(Model):
    """What a quality count counts: two measures, `code` and (with a denominator) `code`_of."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    numerator: Text
    denominator: Text | None = None
    unit: str = Field(min_length=1)
    of_unit: str = ""
    """Unit of the denominator, where it is another."""
    share: bool = False
    """The numerator is a part of the denominator."""
    part_of: str = ""
    """Code of the item which it adds up to together with its like."""
    note: Text | None = None

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        for name in ("of_unit", "share"):
            if getattr(self, name) and self.denominator is None:
                raise ValueError(f"{name} needs a denominator")
        return self

    def measures(self) -> tuple[Measure, ...]:
        """The measures that the item makes."""
        sides = [("numerator", self.code, self.numerator, self.unit)]
        if self.denominator is not None:
            unit = self.of_unit or self.unit
            sides.append(("denominator", f"{self.code}_of", self.denominator, unit))
        return tuple(
            Measure(
                code=code,
                name=name,
                unit=unit,
                kind="flow",
                source=Source(table="quality", column=column, where={"item": self.code}),
            )
            for column, code, name, unit in sides
        )


def _some(entries: tuple[str, ...]) -> tuple[str, ...]:
    if not entries:
        raise ValueError("names nothing")
    return entries


Terms = Annotated[tuple[str, ...], AfterValidator(_some)]
Grain = Annotated[
    tuple[Literal["hospital", "department", "disease_group"], ...], AfterValidator(_some)
]


@dataclass(frozen=True)
class Term:
    """A measure that is added (sign 1) or subtracted (sign -1)."""

    measure: str
    sign: int


def terms_of(texts: tuple[str, ...]) -> tuple[Term, ...]:
    """`-income_drug` subtracts, `income` adds."""
    return tuple(Term(text.removeprefix("-"), -1 if text.startswith("-") else 1) for text in texts)


class Total(Model):
    """Sum of measures, times `per`."""

    kind: Literal["total"]
    measures: Terms
    per: float = Field(default=1, gt=0)


class Ratio(Model):
    """Sum of top over sum of bottom, times `per`."""

    kind: Literal["ratio"]
    top: Terms
    bottom: Terms
    per: float = Field(default=1, gt=0)


class Change(Model):
    """(Current period − the same months last year) ÷ the same months last year, times `per`."""

    kind: Literal["change"]
    of: str
    """Code of an indicator or of a measure."""
    per: float = Field(default=100, gt=0)


class Reported(Model):
    """A value that a department reports itself, of the months in which it does.

    A month's value is numerator over denominator times `per` where both are stated, else the
    value. A period divides the sums where every month states both; else it takes the last value,
    or adds the values up.
    """

    kind: Literal["reported"]
    per: float = Field(default=1, gt=0)
    over: Literal["last", "sum"] = "last"


class Spread(Model):
    """Standard deviation (n - 1) of departments' values over their mean, times `per`.

    Missing with fewer than three departments.
    """

    kind: Literal["spread"]
    of: str
    """Code of an indicator; departments to which it applies are compared."""
    per: float = Field(default=100, gt=0)


class Accuracy(Model):
    """One minus the distance of top from bottom as a share of bottom, times `per`."""

    kind: Literal["accuracy"]
    top: Terms
    bottom: Terms
    per: float = Field(default=100, gt=0)


class ZeroShare(Model):
    """Share of departments whose value is 0, among those that have one, times `per`."""

    kind: Literal["zero_share"]
    of: str
    """Code of an indicator or of a measure."""
    per: float = Field(default=100, gt=0)


class Distinct(Model):
    """How many disease groups had a case."""

    kind: Literal["distinct"]


Formula = Annotated[
    Total | Ratio | Change | Reported | Spread | Accuracy | ZeroShare | Distinct,
    Field(discriminator="kind"),
]


def measures_in(formula: Formula) -> tuple[Term, ...]:
    """The measures that the formula itself names, with their signs."""
    match formula:
        case Total(measures=texts):
            return terms_of(texts)
        case Ratio(top=top, bottom=bottom) | Accuracy(top=top, bottom=bottom):
            return terms_of(top + bottom)
        case _:
            return ()


class Applies(Model):
    """Departments for which the indicator means something; elsewhere it reads not_applicable.

    Unclassified departments are never ruled out by `categories`.
    """

    categories: tuple[Category, ...] = CATEGORIES
    beds: bool = False


class DefaultTarget(Model):
    """Bounds that a new hospital starts with; never a single hospital's result (案例)."""

    level: Literal["hospital", "department"]
    basis: Literal["value", "last_year"]
    low: float | None = None
    high: float | None = None
    watch_low: float | None = None
    watch_high: float | None = None
    kind: Literal["target", "standard", "assumption"]
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _nested(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("needs low or high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        if self.watch_low is not None and (self.low is None or self.watch_low > self.low):
            raise ValueError("watch_low needs a low that is not below it")
        if self.watch_high is not None and (self.high is None or self.watch_high < self.high):
            raise ValueError("watch_high needs a high that is not above it")
        return self


class Review(Model):
    """Who of the hospital signed the definition, and when; empty until somebody did."""

    by: str
    on: str


class Indicator(Model):
    """One indicator of the catalogue."""

    code: str = Field(pattern=r"^[A-Z]{2}\d{3}[A-Z]?$")
    slug: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """A name to type; never that of a measure."""
    name: Text
    domain: Domain
    unit: str = Field(min_length=1)
    decimals: int = Field(ge=0, le=4)
    better: Better
    formula: Formula
    formula_text: Text
    grain: Grain
    applies: Applies = Applies()
    chart: Literal["xmr", "p", "u", "c", "none"]
    source: str = Field(min_length=1)
    source_status: SourceStatus
    recalled: bool = False
    """待核对: written from memory of a regulation whose text was not at hand."""
    note: Text
    used_for: tuple[Literal["national", "accreditation", "hospital"], ...]
    owner: Text
    data_source: Text
    review: Review
    in_use: bool
    targets: tuple[DefaultTarget, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.grain)) != len(self.grain):
            raise ValueError("grain names a level twice")
        if self.recalled != (self.source_status == "recall"):
            raise ValueError("recalled is true exactly when source_status is recall")
        if self.formula.kind in ("spread", "zero_share") and self.grain != ("hospital",):
            raise ValueError(f"a {self.formula.kind} of departments has the grain hospital alone")
        if self.formula.kind in ("reported", "distinct") and "disease_group" in self.grain:
            raise ValueError(f"{self.formula.kind} has no value of a disease group")
        for target in self.targets:
            if target.level not in self.grain:
                raise ValueError(f"a target at {target.level} level is outside the grain")
        return self


@dataclass(frozen=True)
class Catalog:
    """Every indicator and every measure, in order of code and of definition."""

    indicators: Mapping[str, Indicator]
    measures: Mapping[str, Measure]
    items: Mapping[str, QualityItem] = field(default_factory=dict)
    """Quality items; their measures are among `measures`."""

    @cached_property
    def families(self) -> Mapping[str, tuple[str, ...]]:
        """Of each quality item with parts, the items that add up to it."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.items.values():
            if item.part_of:
                found[item.part_of] = (*found.get(item.part_of, ()), item.code)
        return found

    @property
    def reported(self) -> tuple[str, ...]:
        """Codes of the indicators whose values are brought, not computed."""
        return tuple(c for c, i in self.indicators.items() if i.formula.kind == "reported")

    @property
    def computed(self) -> tuple[str, ...]:
        """Codes of the indicators that a formula computes from facts."""
        return tuple(c for c, i in self.indicators.items() if i.formula.kind != "reported")

    def find(self, code_or_slug: str) -> Indicator:
        """The indicator of a code (OP001) or slug (bed_occupancy); DataError E_INDICATOR."""
        found = self.indicators.get(code_or_slug)
        if found is None:
            found = next((i for i in self.indicators.values() if i.slug == code_or_slug), None)
        if found is None:
            raise DataError("E_INDICATOR", indicator=code_or_slug)
        return found

    def measure(self, code: str) -> Measure:
        """The measure of a code; DataError E_MEASURE."""
        if code not in self.measures:
            raise DataError("E_MEASURE", measure=code)
        return self.measures[code]
