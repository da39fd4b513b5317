"""Occupancy judged: bands, the spread between wards, discharge before noon, day surgery.

What is high, low or wanted stands in data/flow/beds.toml with its source.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import DefinitionError
from core.frames import Frame

SourceKind = Literal["target", "case", "assumption", "standard"]
Text = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    zh: Text
    en: Text


class Band(_Frozen):
    """Occupancies (%) from `from` up to `to`; a missing `to` has no end."""

    code: Text
    low: float = Field(alias="from")
    high: float = Field(alias="to", default=math.inf)
    action: Words | None = None
    """What the source does there; None where it says nothing."""
    source: Text
    source_kind: SourceKind


class Exemption(_Frozen):
    """A reason for which a low ward is no candidate for merging."""

    code: Text
    name: Words


class Aimed(_Frozen):
    """A target of the sources: a change or a share, in `unit`."""

    code: Text
    value: float
    unit: Literal["%", "day"]
    note: Words
    source: Text
    source_kind: SourceKind


class BedRules(_Frozen):
    """Bands from 0 upwards without a gap, reasons and targets."""

    bands: tuple[Band, ...] = Field(alias="band", min_length=1)
    exemptions: tuple[Exemption, ...] = Field(alias="exemption", default=())
    targets: tuple[Aimed, ...] = Field(alias="target", default=())

    @model_validator(mode="after")
    def _without_gap(self) -> BedRules:
        ends = [0.0, *(band.high for band in self.bands)]
        starts = [*(band.low for band in self.bands), math.inf]
        if ends != starts:
            raise ValueError("bands must follow one another from 0 and end open")
        return self

    def target(self, code: str) -> Aimed:
        """The target of a code; KeyError where the file has none."""
        return {one.code: one for one in self.targets}[code]

    def band(self, occupancy_pct: float) -> Band | None:
        """Where an occupancy lies; None where it is unknown. Exactly the last border is below it.

        The sources call more than 95 too high, and 90 to 95 their target.
        """
        if not occupancy_pct >= 0:
            return None
        if occupancy_pct == self.bands[-1].low and len(self.bands) > 1:
            return self.bands[-2]
        return next(one for one in self.bands if one.low <= occupancy_pct < one.high)


def load_bed_rules(path: Path) -> BedRules:
    """The rules of a file; DefinitionError lists its faults."""
    try:
        return BedRules.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error


WARDS = Frame(
    "wards",
    {
        "ward": "code",
        "occupied": "bed-days",
        "open": "bed-days really open, extra beds included",
    },
    key=("ward",),
)
BANDED = Frame(
    "banded wards",
    {
        **WARDS.columns,
        "occupancy": "%, NaN for a closed ward",
        "band": "code of the band; '' when unknown",
        "exempt": "code of the reason; '' when none",
    },
    key=("ward",),
)


def banded(wards: pd.DataFrame, rules: BedRules, exempt: Mapping[str, str]) -> pd.DataFrame:
    """BANDED rows: each ward's occupancy and band. exempt: reasons by ward, of low wards only."""
    WARDS.check(wards)
    open_days = wards["open"].astype(float)
    occupancy = wards["occupied"] / open_days.where(open_days > 0) * 100
    found = [rules.band(float(one)) for one in occupancy]
    codes = [one.code if one else "" for one in found]
    lowest = rules.bands[0].code
    reasons = [
        exempt.get(str(ward), "") if code == lowest else ""
        for ward, code in zip(wards["ward"], codes, strict=True)
    ]
    return wards.assign(occupancy=occupancy, band=codes, exempt=reasons)


@dataclass(frozen=True)
class Spread:
    """How differently wards are used."""

    wards: int
    mean: float
    """Plain mean of the wards' occupancies, %."""
    variation: float
    """Standard deviation over mean, 0-1; NaN with fewer than two open wards."""

    def wanted(self, change_pct: float) -> float:
        """The coefficient that is `change_pct` away (-20: a fifth below this one)."""
        return self.variation * (1 + change_pct / 100)


def spread(wards: pd.DataFrame) -> Spread:
    """科室间床位使用率差异系数: population standard deviation over the plain mean of wards.

    wards: WARDS rows; a ward without open beds is left out.
    """
    WARDS.check(wards)
    opened = wards[wards["open"] > 0]
    share = (opened["occupied"] / opened["open"] * 100).to_numpy(float)
    mean = float(share.mean()) if len(share) else math.nan
    known = len(share) > 1 and mean > 0
    return Spread(len(share), mean, float(share.std()) / mean if known else math.nan)


def day_surgery_share(day: float, elective: float) -> float:
    """Day surgery in elective surgery, %; NaN without elective surgery."""
    return day / elective * 100 if elective > 0 else math.nan


@dataclass(frozen=True)
class Turnover:
    """Beds between one patient and the next."""

    empty_hours: float
    """Bed-hours a day in which a bed that was left waits for the next patient."""
    each: float
    """The same by patient who leaves; NaN where nobody does."""
    before_noon: float
    """Share of discharges before 12:00, 0-1; NaN where nobody leaves."""


def turnover(discharges: npt.ArrayLike, admissions: npt.ArrayLike) -> Turnover:
    """Empty bed-hours of a usual day: the first bed that is left goes to the next who comes.

    Both are 24 mean numbers by hour of the day, of beds that are used again. A bed that nobody
    takes before midnight is taken by the first of the next day; if more come than leave, the
    surplus has beds of its own and is not counted.
    """
    out, come = np.asarray(discharges, float), np.asarray(admissions, float)
    leaving, noon = float(out.sum()), float(out[:12].sum())
    if not leaving > 0:
        return Turnover(0.0, math.nan, math.nan)
    used = come * min(1.0, leaving / come.sum()) if come.sum() > 0 else come
    free = np.cumsum(out - used)
    kept = max(0.0, -float(free.min()))
    empty = float((free + kept).sum())
    return Turnover(empty, empty / leaving, noon / leaving)


def earlier(discharges: npt.ArrayLike, share: float) -> npt.NDArray[np.float64]:
    """The same discharges with `share` (0-1) of them before noon, each half's shape kept.

    24 numbers by hour. Without any before noon, those who move leave at 11.
    """
    out = np.asarray(discharges, float)
    morning = np.zeros(24)
    morning[:12] = out[:12]
    if not morning.sum() > 0:
        morning[11] = 1.0
    rest = np.where(np.arange(24) >= 12, out, 0.0)
    if not rest.sum() > 0:
        return out.copy()
    whole = out.sum()
    return morning / morning.sum() * share * whole + rest / rest.sum() * (1 - share) * whole
