"""全院一张床: every ward's beds at the last midnight, and its census of the days ahead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import root_scalar

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
    """Days of CENSUS_DAYS on which yesterday + in - out is not today: date, ward, gap.

    gap: patients, the census less what the flows say. Only where the day before is reported too.
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
        """Beds left at the end of the next day when all who are expected have come and gone.

        Of whole patients, so that it is the sum of what is told.
        """
        first = self.house.iloc[0]
        now = int(self.beds["free"].sum() - self.beds["extra"].sum())
        return now + round(first["discharges"]) - round(first["admissions"])


@dataclass(frozen=True)
class Measured:
    """How past forecasts of the census did, days 1 to the horizon."""

    origins: int = 0
    error: float = math.nan
    """Mean absolute error of the house, patients; NaN without a past."""
    ward: float = 1.0
    """How many times farther from the mean than chance alone a ward went in 8 of 10 days."""
    house: float = 1.0
    """The same of all wards together."""


def outlook(
    census: pd.DataFrame,
    beds: pd.DataFrame,
    lying: Lying,
    coming: Coming,
    measured: Measured | None = None,
) -> Outlook:
    """The board of the wards of BEDS that have a forecast."""
    measured = measured or Measured()
    day_wards = beds[~beds["overnight"] & (beds["came"] > 0)]
    rows = beds[~beds.index.isin(day_wards.index) & beds["ward"].isin(list(coming.mean))]
    curves = {ward: curve_of(ward, census, lying) for ward in rows["ward"]}
    places, unmatched = {}, 0
    for row in rows.to_dict("records"):
        ward = str(row["ward"])
        here = lying.present[lying.present["ward"] == ward]
        unmatched += abs(int(here["patients"].sum()) - int(row["occupied"]))
        places[ward] = Ward(
            in_bed(here, int(row["occupied"])),
            curves[ward][0],
            coming.mean[ward],
            coming.dispersion[ward],
            float(row["open"]),
        )
    wider = [_swinging(one, coming.whole) for one in places.values()]
    return Outlook(
        rows.reset_index(drop=True),
        day_wards.reset_index(drop=True),
        {ward: stock.ahead(one, stretch=measured.ward) for ward, one in places.items()},
        stock.one_house(wider, stretch=measured.house) if wider else stock.CENSUS.empty(),
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


def in_bed(here: pd.DataFrame, occupied: int) -> npt.NDArray[np.int64]:
    """Stays of as many patients as the census counts, spread as those of the cases are."""
    known = np.repeat(here["stay"].to_numpy(), here["patients"].to_numpy())
    if not len(known):
        return np.ones(occupied, dtype=np.int64)
    if len(known) == occupied:
        return known.astype(np.int64)
    at = (np.arange(occupied) + 0.5) / max(occupied, 1) * len(known)
    return np.sort(known)[at.astype(int)].astype(np.int64)


def curve_of(ward: str, census: pd.DataFrame, lying: Lying) -> tuple[npt.NDArray[np.float64], bool]:
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
        return paced(stock.survival_curve(_each(own), _each(here)), held / came), True
    at_risk = float(rows["occupied"].shift().fillna(0).sum()) + came
    stay = 1 - left / at_risk if at_risk > 0 else 0.0
    return np.array([max(0.0, min(1.0, stay)) ** (night + 1) for night in range(60)]), False


def paced(curve: npt.NDArray[np.float64], nights: float) -> npt.NDArray[np.float64]:
    """The curve with every rate of leaving changed alike, so that it adds up to so many nights.

    Who moves on within the house lies in two wards but is one case: by cases alone each would lie
    in both for all of the stay, and the wards would fill up for ever (Little 1961).
    """
    if not nights > 0 or not curve.sum() > 0 or (curve[0] >= 1 and len(curve) < 2):
        return curve
    low, high = 0.02, 50.0
    if not (curve**high).sum() < nights < (curve**low).sum():
        return curve
    found = root_scalar(lambda one: float((curve**one).sum()) - nights, bracket=(low, high))
    return np.asarray(curve**found.root)


def _each(rows: pd.DataFrame) -> Sequence[int]:
    return np.repeat(rows["stay"].to_numpy(), rows["patients"].to_numpy()).tolist()
