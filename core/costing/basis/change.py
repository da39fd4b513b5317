"""A change of basis: from a month on, a department gives its cost away by another driver."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from core.costing.rules import Override, Rules, pool_of
from core.errors import DataError

LONGEST = 200
"""Characters of a reason."""


@dataclass(frozen=True)
class Change:
    """What a person states; what is empty stays as in the rule of the file."""

    department: str
    """The source."""
    month: int
    """YYYYMM, the first month; it holds until the department's next change."""
    drivers: tuple[str, ...]
    """Tried in turn, as in Rule; none: the rule of the file holds again."""
    reason: str
    receivers: tuple[str, ...] = ()
    """Categories."""
    behaviour: str = ""
    otherwise: str = ""
    items: tuple[str, ...] = ()
    """Cost items that it is for, as a pool of their own; none: all of the department's others."""

    @property
    def place(self) -> str:
        """As Override.place."""
        return pool_of(self.department, self.items)

    @property
    def override(self) -> Override | None:
        """The same as data of the rules; None where the file's rule holds.

        DataError E_BASIS_DRIVER for what no rule can say.
        """
        if not self.drivers:
            return None
        stated: dict[str, object] = {"receivers": self.receivers, "behaviour": self.behaviour}
        stated |= {"otherwise": self.otherwise, "items": self.items}
        told = {name: value for name, value in stated.items() if value}
        try:
            return Override.model_validate(
                {"department": self.department, "drivers": self.drivers, "reason": self.reason}
                | told
            )
        except ValidationError as error:
            wrong = error.errors()[0]["input"]
            raise DataError("E_BASIS_DRIVER", value=str(wrong)[:80]) from error


def checked_reason(text: str) -> str:
    """The reason in one line. DataError E_BASIS_REASON where there is none, or too much."""
    told = " ".join(text.split())
    if not told or len(told) > LONGEST:
        raise DataError("E_BASIS_REASON", most=LONGEST)
    return told


def check(change: Change, category: str, base: Rules) -> None:
    """Whether the department, of this category, can be shared out so.

    DataError E_BASIS_DEPARTMENT where it gives nothing away, E_BASIS_DRIVER for a driver that no
    rule can name or that is named twice, E_BASIS_RECEIVERS for one that its rule does not give to,
    E_BASIS_ITEMS for a cost item that is named twice, E_MONTH.
    """
    if not (190001 <= change.month <= 299912 and 1 <= change.month % 100 <= 12):
        raise DataError("E_MONTH", value=change.month)
    rule = next((one for one in base.rules if one.category == category), None)
    if rule is None:
        raise DataError("E_BASIS_DEPARTMENT", department=change.department)
    strangers = sorted(set(change.receivers) - set(rule.receivers))
    if strangers:
        raise DataError("E_BASIS_RECEIVERS", department=change.department, count=len(strangers))
    twice = [one for one in change.drivers if change.drivers.count(one) > 1]
    if twice:
        raise DataError("E_BASIS_DRIVER", value=twice[0])
    if len(set(change.items)) < len(change.items) or not all(change.items):
        raise DataError("E_BASIS_ITEMS", department=change.department)
    _ = change.override
