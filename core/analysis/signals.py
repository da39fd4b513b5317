"""What every source of signals hands over, and the months that it looks at.

A source returns FOUND rows: one reason each. core.reports.signals joins the reasons of one
subject and department, and ranks. Spring Festival moves between January and February: the two
are one period, which stands at February; a January alone says nothing yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.model import Catalog, Indicator
from core.frames import SIGNALS, Frame
from core.months import add_months

Array = npt.NDArray[np.floating]
CAUSE, YEAR, MISSED, BAND, BUDGET = "cause", "year", "missed", "band", "budget"
GAP, LOSS, IDLE, BOTTLENECK, ROSTER = "gap", "loss", "idle", "bottleneck", "roster"
PLAN = "plan"
REASONS = (CAUSE, YEAR, MISSED, BAND, BUDGET, GAP, LOSS, IDLE, BOTTLENECK, ROSTER, PLAN)
COUNTED = (*("元", "人次", "人", "例", "例次", "台次", "床日", "件", "份", "次", "张", "人日"),)
"""Units in which an amount says something to a person: money, patients, events."""
FEW = 3
"""Assumption: fewer patients or events than this in a month are chance, not a signal."""

FOUND = Frame(
    "found",
    {
        **{
            name: text
            for name, text in SIGNALS.columns.items()
            if name not in ("reasons", "severity", "score")
        },
        "reason": "one of REASONS",
    },
    key=("subject", "department", "reason"),
)


@dataclass(frozen=True)
class Found:
    """One FOUND row."""

    subject: str
    department: str
    month: int
    since: int
    reason: str
    direction: str
    value: float = np.nan
    unit: str = ""
    bound: float = np.nan
    usual: float = np.nan
    detail: str = ""
    source: str = ""
    source_kind: str = ""
    stake: float = np.nan
    stake_unit: str = ""
    stake_months: int = 1
    share: float = np.nan


def rows_of(found: Iterable[Found]) -> pd.DataFrame:
    """FOUND rows."""
    rows = [asdict(one) for one in found]
    return pd.DataFrame(rows, columns=pd.Index(list(FOUND.columns)))


def periods(months: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Each month by its label, January and February as one under February's."""
    known = set(months)
    found: dict[str, tuple[int, ...]] = {}
    for month in sorted(known):
        before = add_months(month, -1)
        if month % 100 == 1 and add_months(month, 1) in known:
            continue
        together = month % 100 == 2 and before in known
        found[str(month)] = (before, month) if together else (month,)
    return found


@dataclass(frozen=True)
class Size:
    """How large a signal is: 分 or patients (NaN where that says nothing), and its share."""

    stake: float
    unit: str
    share: float


def size_of(
    catalog: Catalog, indicator: Indicator, distance: float, bottom: float, whole: float
) -> Size:
    """A distance of the value in what is counted on top.

    distance: in the indicator's unit; bottom: of the ratio; whole: the hospital's own figure.
    """
    formula = indicator.formula
    if formula.kind == "ratio":
        stake, unit = distance * bottom / formula.per, unit_of(catalog, formula.top[0])
    elif formula.kind == "total":
        stake, unit = distance, unit_of(catalog, formula.measures[0])
    else:
        return Size(np.nan, "", np.nan)
    told = unit in COUNTED and not np.isnan(stake)
    share = abs(stake / whole) if whole and not np.isnan(stake + whole) else np.nan
    return Size(abs(float(stake)), unit, share) if told else Size(np.nan, "", share)


def whole_of(catalog: Catalog, indicator: Indicator, top: float, bottom: float) -> float:
    """What a share is taken of: the top, or the larger side where both are of one kind.

    A surplus is told beside the income, not beside itself.
    """
    formula = indicator.formula
    if formula.kind != "ratio":
        return top
    alike = unit_of(catalog, formula.top[0]) == unit_of(catalog, formula.bottom[0])
    return float(np.nanmax([abs(top), abs(bottom)])) if alike else top


def unit_of(catalog: Catalog, term: str) -> str:
    """The unit of a term's measure."""
    return catalog.measures[term.removeprefix("-")].unit


def few(size: Size) -> bool:
    """Whether it is about a handful of patients or events: chance, not a signal."""
    return size.unit not in ("", "元") and size.stake < FEW


def begun(labels: Sequence[int], lasting: Sequence[bool]) -> int:
    """The first label of the unbroken run that ends with the last one; 0 when that is not in it."""
    start = 0
    for label, inside in zip(reversed(labels), reversed(lasting), strict=True):
        if not inside:
            break
        start = label
    return start


def share_of(part: float, whole: float) -> float:
    """|part| in |whole|; NaN where the whole is unknown or nothing."""
    known = not np.isnan(part) and not np.isnan(whole) and whole
    return abs(part / whole) if known else np.nan
