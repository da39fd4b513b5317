"""全院一张床: every ward's beds at the last midnight, and its census of the days ahead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.flow import census as stock
from core.flow.census import Ward
from core.flow.coming import Coming
from core.frames import Frame

NEAR = 28
"""Days whose flows tell how long patients stay, where the cases do not."""
ALIKE = (0.8, 1.25)
"""A ward's cases are believed where they say between so many times the flow of its census."""
LIKELY = 0.5
"""A day is likely to be full when the chance that demand exceeds the beds is this or more."""

BEDS = Frame(
    "beds at midnight",
    {
        "ward": "code",
        "open": "beds",
        "occupied": "patients at midnight",
        "free": "open less occupied, 0 or more",
        "extra": "occupied beyond the open beds, 0 or more",
        "came": "patients a day put into its beds, mean of the last days",
        "overnight": "whether anybody lay there at a midnight of these days",
    },
    key=("ward",),
)


def beds_at(census: pd.DataFrame, date: int) -> pd.DataFrame:
    """BEDS rows of CENSUS_DAYS: wards that report `date` (YYYYMMDD), by code."""
    days = sorted({int(one) for one in census["date"] if one <= date})[-NEAR:]
    recent = census[census["date"].isin(days)]
    flows = recent.assign(came=recent["admitted"] + recent["transfers_in"]).groupby("ward")
    now = recent[recent["date"] == date].set_index("ward")[["open", "occupied"]]
    gap = now["open"] - now["occupied"]
    rows = now.assign(
        free=gap.clip(lower=0),
        extra=(-gap).clip(lower=0),
        came=flows["came"].mean(),
        overnight=flows["occupied"].max() > 0,
    )
    return BEDS.check(rows.sort_index().reset_index())


def breaks(census: pd.DataFrame) -> pd.DataFrame:
    """Days of CENSUS_DAYS on which yesterday + in - out is not today: date, ward, gap (patients).

    Only where the day before is reported too.
    """
    rows = census.sort_values(["ward", "date"])
    day = pd.to_datetime(rows["date"].astype(str), format="%Y%m%d")
    same = (rows["ward"] == rows["ward"].shift()) & (day.diff().dt.days == 1)
    came = rows["admitted"] + rows["transfers_in"]
    left = rows["discharged"] + rows["transfers_out"]
    gap = (rows["occupied"] - rows["occupied"].shift() - came + left).where(same, 0).astype(int)
    return rows.assign(gap=gap).loc[gap != 0, ["date", "ward", "gap"]].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Lying:
    """What is known of patients beside the census: PRESENT and STAYS rows."""

    present: pd.DataFrame
    stays: pd.DataFrame
    days: int
    """Over how many days the stays were counted."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """The board."""

    beds: pd.DataFrame
    """BEDS of the wards in which patients stay over night."""
    day_wards: pd.DataFrame
    """BEDS of wards that are empty at every midnight."""
    wards: dict[str, pd.DataFrame]
    """CENSUS rows by ward."""
    house: pd.DataFrame
    """CENSUS rows of all of them together."""
    by_flow: tuple[str, ...]
    """Wards whose stays are taken from the flow of the census, not from cases."""
    unmatched: int
    """Patients at midnight whom the cases do not show in that ward, or show beside them."""

    def full_days(self, ward: str) -> int:
        """Days ahead that are likely to be full."""
        return int((self.wards[ward]["p_full"] >= LIKELY).sum())

    @property
    def tightest(self) -> str | None:
        """The ward with most days likely to be full, then the fullest ahead; None without beds."""
        known = self.beds[self.beds["open"] > 0]
        if known.empty:
            return None
        ahead = {
            str(row["ward"]): (
                self.full_days(str(row["ward"])),
                float(self.wards[str(row["ward"])]["p_full"].mean()),
                row["occupied"] / row["open"],
            )
            for row in known.to_dict("records")
        }
        return max(sorted(ahead), key=lambda ward: ahead[ward])

    @property
    def can_take(self) -> int:
        """Beds left at the end of the next day when all who are expected have come and gone."""
        first = self.house.iloc[0]
        now = int(self.beds["free"].sum() - self.beds["extra"].sum())
        return math.floor(now + first["discharges"] - first["admissions"])


def outlook(census: pd.DataFrame, beds: pd.DataFrame, lying: Lying, coming: Coming) -> Outlook:
    """The board of the wards of BEDS that have a forecast."""
    day_wards = beds[~beds["overnight"] & (beds["came"] > 0)]
    rows = beds[~beds.index.isin(day_wards.index) & beds["ward"].isin(list(coming.mean))]
    curves = {ward: _curve(ward, census, lying) for ward in rows["ward"]}
    places, unmatched = {}, 0
    for row in rows.to_dict("records"):
        ward = str(row["ward"])
        here = lying.present[lying.present["ward"] == ward]
        unmatched += abs(int(here["patients"].sum()) - int(row["occupied"]))
        places[ward] = Ward(
            _lying(here, int(row["occupied"])),
            curves[ward][0],
            coming.mean[ward],
            coming.dispersion[ward],
            float(row["open"]),
        )
    wider = [_swinging(one, coming.whole) for one in places.values()]
    return Outlook(
        rows.reset_index(drop=True),
        day_wards.reset_index(drop=True),
        {ward: stock.ahead(one) for ward, one in places.items()},
        stock.one_house(wider) if wider else stock.CENSUS.empty(),
        tuple(ward for ward, (_, of_cases) in curves.items() if not of_cases),
        unmatched,
    )


def together(outlook: Outlook, wards: Sequence[str]) -> pd.DataFrame:
    """Mean census of some wards by day: day, census, admissions, discharges."""
    columns = ["census", "admissions", "discharges"]
    parts = [outlook.wards[ward].set_index("day")[columns] for ward in wards]
    return sum(parts[1:], start=parts[0]).reset_index()


def _swinging(ward: Ward, dispersion: float) -> Ward:
    return Ward(ward.stays, ward.survival, ward.admissions, max(1.0, dispersion), ward.beds)


def _lying(here: pd.DataFrame, occupied: int) -> npt.NDArray[np.int64]:
    """Stays of as many patients as the census counts, spread as those of the cases are."""
    known = np.repeat(here["stay"].to_numpy(), here["patients"].to_numpy())
    if not len(known):
        return np.ones(occupied, dtype=np.int64)
    if len(known) == occupied:
        return known.astype(np.int64)
    at = (np.arange(occupied) + 0.5) / max(occupied, 1) * len(known)
    return np.sort(known)[at.astype(int)].astype(np.int64)


def _curve(
    ward: str, census: pd.DataFrame, lying: Lying
) -> tuple[npt.NDArray[np.float64], bool]:
    """The survival curve of a ward, and whether it is that of its cases.

    Patients who move on are discharged from another ward: the cases of a ward that hands many on
    (intensive care) do not show how long its beds are held. Then leaving is as likely on each day.
    """
    rows = census[census["ward"] == ward].sort_values("date").tail(lying.days)
    came = float((rows["admitted"] + rows["transfers_in"]).sum())
    left = float((rows["discharged"] + rows["transfers_out"]).sum())
    own = lying.stays[lying.stays["ward"] == ward]
    cases = float(own["patients"].sum())
    nights = float((own["stay"] * own["patients"]).sum())
    held = float(rows["occupied"].sum())
    alike = cases > 0 and left > 0 and held > 0
    if alike and all(ALIKE[0] <= one <= ALIKE[1] for one in (cases / left, nights / held)):
        here = lying.present[lying.present["ward"] == ward]
        return stock.survival_curve(_each(own), _each(here)), True
    at_risk = float(rows["occupied"].shift().fillna(0).sum()) + came
    stay = 1 - left / at_risk if at_risk > 0 else 0.0
    return np.array([max(0.0, min(1.0, stay)) ** (night + 1) for night in range(60)]), False


def _each(rows: pd.DataFrame) -> Sequence[int]:
    return np.repeat(rows["stay"].to_numpy(), rows["patients"].to_numpy()).tolist()


SHIFTED = ("ward", "open", "moved")


def levelled(wards: pd.DataFrame, days: float, wanted: float) -> pd.DataFrame | None:
    """Beds moved one by one from the emptiest to the fullest ward until the spread is wanted.

    wards: WARDS rows of `days` days. Columns of SHIFTED: beds after, moved (negative: given away).
    Patients stay where they are. None where no number of beds gets there.
    """
    rows = wards[wards["open"] > 0].reset_index(drop=True)
    held = (rows["occupied"] / days).to_numpy(float)
    beds = (rows["open"] / days).to_numpy(float)
    moved = np.zeros(len(rows), dtype=np.int64)
    while _variation(held, beds + moved) > wanted:
        now = held / (beds + moved)
        giver, taker = int(now.argmin()), int(now.argmax())
        trial = moved.copy()
        trial[giver] -= 1
        trial[taker] += 1
        least = (beds + trial).min() <= 1
        if least or _variation(held, beds + trial) >= _variation(held, beds + moved):
            return None
        moved = trial
    return pd.DataFrame({"ward": rows["ward"], "open": beds + moved, "moved": moved})


def _variation(held: npt.NDArray[np.float64], beds: npt.NDArray[np.float64]) -> float:
    share = held / beds
    return float(share.std() / share.mean()) if share.mean() > 0 else 0.0


def day_case_nights(stays: Mapping[int, int], moved: float) -> float:
    """Nights saved when `moved` patients go home the same day: those who stay shortest first.

    stays: planned operations by nights, 1 or more. Fewer than moved: all of them.
    """
    saved, left = 0.0, moved
    for nights in sorted(stays):
        taken = min(left, float(stays[nights]))
        saved, left = saved + taken * nights, left - taken
        if left <= 0:
            break
    return saved
