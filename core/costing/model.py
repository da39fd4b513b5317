"""The words of an allocation: categories, methods, what may be wrong, what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import DataError
from core.frames import Frame

Category = Literal["clinical", "medical_tech", "medical_aux", "admin", "support", "final"]
Method = Literal[
    "three_level",
    "direct",
    "step_down",
    "double_step_down",
    "reciprocal",
    "step_down_accumulated",
]
Policy = Literal["stop", "fallback", "hold"]
"""For a source without a driver: nothing runs, another driver, or its cost stays 未分摊."""

METHODS: tuple[Method, ...] = (
    *("three_level", "direct", "step_down", "double_step_down", "reciprocal"),
    "step_down_accumulated",
)
CATEGORIES = ("admin", "medical_aux", "medical_tech", "support", "clinical", "final")
"""In the order in which they are closed; the last two keep what they receive."""
FINAL = ("clinical", "final")
ACCUMULATED = "accumulated_cost"
"""A driver that is the receivers' own cost so far (CMS-2552-10, worksheet B-1)."""


@dataclass(frozen=True)
class Problem:
    """Why an allocation cannot run, where, and how much money waits for it."""

    code: str
    departments: tuple[str, ...]
    amount_fen: int
    """Direct cost of these departments; 0 where no cost is at stake."""

    @property
    def where(self) -> str:
        return ",".join(self.departments)


class AllocationError(DataError):
    """The inputs cannot be allocated; `problems` lists every reason, the first one is its code."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        amount = f"{first.amount_fen / 100:,.2f}"
        super().__init__(first.code, where=first.where, amount=amount, count=len(problems))
        self.problems = tuple(problems)


DIRECT = Frame(
    "direct cost",
    {"department": "code", "item": "code", "amount_fen": "分, may be negative (红冲)"},
)
SERVICES = Frame(
    "services",
    {
        "from_department": "code of the source",
        "to_department": "code of the receiver; the source itself is self-use",
        "driver": "code; accumulated_cost stands for the receivers' own cost",
        "quantity": "in the driver's unit",
    },
)
UNITS = Frame("departments", {"department": "code", "category": " | ".join(CATEGORIES)})
