"""How the loop turns: what is open, what is late, how much of what was due is closed, what worked.

The sources ask that all of what is due is closed (整改完成率 100%).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.control.actions.effect import EFFECTIVE
from core.control.actions.flow import allowed
from core.control.actions.model import (
    ASSIGNED,
    CLOSED,
    OPEN,
    REVIEW,
    UNASSIGNED,
    VOID,
    WORKING,
    date_of,
    day_of,
)
from core.control.actions.rows import standing_of
from core.months import local_date

Row = dict[Any, Any]
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Summary:
    """Counts of a list of actions on a day; rates in %, NaN where nothing was due."""

    open: int
    late: int
    due: int
    """Not void, and due in the 365 days up to the day."""
    closed: int
    """Of those due."""
    on_time: int
    """Of those due: closed by their day."""
    concluded: int
    effective: int

    @property
    def closing_pct(self) -> float:
        """Closed of what was due."""
        return self.closed / self.due * 100 if self.due else float("nan")

    @property
    def on_time_pct(self) -> float:
        """Closed by its day, of what was due."""
        return self.on_time / self.due * 100 if self.due else float("nan")


def summary(rows: Iterable[Row], today: dt.date) -> Summary:
    """rows: ACTIONS."""
    told = list(rows)
    due = due_between(told, day_of(today - YEAR) + 1, day_of(today))
    closed = [row for row in due if row["state"] == CLOSED]
    return Summary(
        open=sum(row["state"] in OPEN for row in told),
        late=sum(days_late(row, today) > 0 for row in told),
        due=len(due),
        closed=len(closed),
        on_time=sum(_on_time(row) for row in closed),
        concluded=sum(bool(row["effect"]) for row in told),
        effective=sum(row["effect"] == EFFECTIVE for row in told),
    )


def due_between(rows: Iterable[Row], first: int, last: int) -> list[Row]:
    """What a closing rate is of: not void, and due between two days (YYYYMMDD, both included).

    Those of the whole hospital count; the share of them that is closed is the closing rate.
    """
    return [row for row in rows if row["state"] != VOID and first <= row["due"] <= last]


def days_late(row: Row, today: dt.date) -> int:
    """Days since the deadline of what is still open; 0 where it is not late."""
    if row["state"] not in OPEN:
        return 0
    return max((today - date_of(row["due"])).days, 0)


def _on_time(row: Row) -> bool:
    return local_date(row["closed_at"]) <= date_of(row["due"])


def late(rows: Iterable[Row], today: dt.date) -> list[Row]:
    """What is open after its day, the latest first."""
    found = [row for row in rows if days_late(row, today)]
    return sorted(found, key=lambda row: (row["due"], row["id"]))


def mine(rows: Iterable[Row], who: str) -> dict[str, list[Row]]:
    """What waits for a person: verify, work, assign; the soonest due first.

    assign: what nobody was named for and this person raised. waiting: what this person works on
    and somebody else has to verify.
    """
    found: dict[str, list[Row]] = {"verify": [], "work": [], "assign": [], "waiting": []}
    for row in sorted(rows, key=lambda row: (row["due"], row["id"])):
        standing = standing_of(row)
        if row["state"] == REVIEW and "close" in allowed(standing, who):
            found["verify"].append(row)
        elif row["state"] in (ASSIGNED, WORKING) and who in standing.workers:
            found["work"].append(row)
        elif row["state"] == UNASSIGNED and row["raised_by"] == who:
            found["assign"].append(row)
        elif row["state"] == REVIEW and who in standing.workers:
            found["waiting"].append(row)
    return found
