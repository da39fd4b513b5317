"""What a scenario may change: each change is a line with its kind, as in a file or on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.costing.model import Method
from core.errors import DefinitionError

Code = Annotated[str, Field(min_length=1)]
Percent = Annotated[float, Field(ge=-100, le=1000, allow_inf_nan=False)]
Setting = Literal["", "outpatient", "inpatient"]
"""'' is both."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Cost(_Frozen):
    """Direct cost by so many percent; of these kinds of cost and departments, all where empty."""

    kind: Literal["cost"]
    percent: Percent
    kinds: tuple[Code, ...] = ()
    departments: tuple[Code, ...] = ()


class Wages(_Frozen):
    """Staff cost by so many percent."""

    kind: Literal["wages"]
    percent: Percent
    departments: tuple[Code, ...] = ()


class PriceCut(_Frozen):
    """Goods bought and charged for less (集采): sold without markup, income falls as cost does."""

    kind: Literal["price_cut"]
    percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    goods: Code
    """A kind of cost that is a category of income too: drug, material."""
    departments: tuple[Code, ...] = ()


class Price(_Frozen):
    """Fees by so many percent at the same volume; of these categories of income, all if empty."""

    kind: Literal["price"]
    percent: Percent
    categories: tuple[Code, ...] = ()
    departments: tuple[Code, ...] = ()


class Volume(_Frozen):
    """So many percent more patients, charged and treated as those of the month were."""

    kind: Literal["volume"]
    percent: Percent
    setting: Setting = ""
    departments: tuple[Code, ...] = ()


class Stay(_Frozen):
    """Inpatient days by so many percent, with the same patients (平均住院日)."""

    kind: Literal["stay"]
    percent: Percent
    departments: tuple[Code, ...] = ()


class Payment(_Frozen):
    """What the insurer pays for settled cases (DRG/DIP rate) by so many percent."""

    kind: Literal["payment"]
    percent: Percent
    departments: tuple[Code, ...] = ()


class Move(_Frozen):
    """So many persons from one department to another, with their average staff cost."""

    kind: Literal["move"]
    persons: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    origin: Code = Field(alias="from")
    target: Code = Field(alias="to")


class Quantity(_Frozen):
    """Another quantity of a stated driver: so many square metres, so much equipment."""

    kind: Literal["quantity"]
    driver: Code
    """A role of a driver (floor_area) or driver:CODE."""
    department: Code
    quantity: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Driver(_Frozen):
    """Another driver for a source, with the reason that a change of basis must have."""

    kind: Literal["driver"]
    department: Code
    drivers: tuple[Code, ...] = Field(min_length=1)
    reason: Code


class Switch(_Frozen):
    """Another method; order: supports that close first, for those that close one by one.

    Those it does not name follow by the method's rule.
    """

    kind: Literal["method"]
    method: Method
    order: tuple[Code, ...] = ()


class Outsource(_Frozen):
    """A support department bought outside for so much a month.

    Its variable cost goes, and its staff cost where the staff leaves; the rest stays and is
    shared out as before, the fee with it.
    """

    kind: Literal["outsource"]
    department: Code
    fee_yuan: Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False)]
    staff: Literal["leaves", "stays"] = "leaves"


class Close(_Frozen):
    """A clinical department closed: its income and variable cost go, what is fixed stays."""

    kind: Literal["close"]
    department: Code
    staff: Literal["leaves", "stays"] = "stays"


class Merge(_Frozen):
    """One department into another of its category: all that it has and does."""

    kind: Literal["merge"]
    origin: Code = Field(alias="from")
    target: Code = Field(alias="to")


Change = Annotated[
    Cost
    | Wages
    | PriceCut
    | Price
    | Volume
    | Stay
    | Payment
    | Move
    | Quantity
    | Driver
    | Switch
    | Outsource
    | Close
    | Merge,
    Field(discriminator="kind"),
]
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


class Scenario(_Frozen):
    """A name, the method of the base and what changes, one after the other."""

    name: Code
    method: Method = "three_level"
    changes: tuple[Change, ...] = Field(alias="change", min_length=1)


def scenario_of(content: Mapping[str, Any], name: str) -> Scenario:
    """The scenario of parsed content; DefinitionError lists every fault, each under `name`."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(_faults(error, name)) from error


def change_of(content: Mapping[str, Any]) -> Change:
    """One change of parsed content; DefinitionError lists its faults."""
    try:
        return _CHANGE.validate_python(content)
    except ValidationError as error:
        raise DefinitionError(_faults(error, str(content.get("kind", "")))) from error


def told(change: Change) -> dict[str, Any]:
    """The change as it stands in a file: what is not stated is left out."""
    return change.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {
        "kind": change.kind
    }


def content_of(scenario: Scenario) -> dict[str, Any]:
    """Method and changes, codes only: what `scenario_of` reads, without the name."""
    return {"method": scenario.method, "change": [told(change) for change in scenario.changes]}


def ends(change: Change) -> set[str]:
    """Departments that a change names one by one."""
    if isinstance(change, Move | Merge):
        return {change.origin, change.target}
    one = getattr(change, "department", "")
    return {one} if one else set()


def _faults(error: ValidationError, name: str) -> list[str]:
    return [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
