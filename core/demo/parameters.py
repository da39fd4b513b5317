"""The parameters of the demo hospital, read once from data/demo into frozen models.

Every figure there is an assumption (假设) unless its file says otherwise; what follows from
others (派生: discharges, occupancy, fees per case) is computed here or in the generator.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "demo"
DAYS_IN_YEAR = 365
Steps = list[tuple[int, int, float]]
Curve = Literal["outpatient", "emergency", "admission", "elective"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Surgery(_Model):
    """Operations per discharge, and the shares of them by kind."""

    rate: float
    elective: float
    level4: float
    minimally_invasive: float


class Staff(_Model):
    """People on the pay roll by profession."""

    physicians: int
    nurses: int
    technicians: int
    pharmacists: int
    managers: int
    workers: int


class Weights(_Model):
    """A department's part of what its category uses itself."""

    material: float = 0
    drug: float = 0


class Department(_Model):
    """One of the departments, with its magnitudes in the most recent year."""

    code: str
    name: dict[Literal["zh", "en"], str]
    category: Literal["clinical", "medical_tech", "medical_aux", "admin"]
    staff: Staff
    equipment_wan: float
    area: int
    beds: int | None = None
    occupancy_pct: float = 0
    los_days: float | None = None
    discharges: int | None = None
    inpatient_wan: float = 0
    outpatient_visits: int = 0
    emergency_visits: int = 0
    checkup_visits: int = 0
    season: str = "general"
    inpatient_profile: str = ""
    outpatient_profile: str = ""
    visit_yuan: float = 0
    surgery: Surgery | None = None
    growth_pct: float | None = None
    weights: Weights = Weights()
    remark: str = ""

    @property
    def annual_bed_days(self) -> float:
        """Occupied bed-days of the most recent year."""
        return (self.beds or 0) * DAYS_IN_YEAR * self.occupancy_pct / 100

    @property
    def annual_discharges(self) -> float:
        """Discharges of the most recent year: stated (ICU), else bed-days by length of stay."""
        if self.discharges is not None:
            return self.discharges
        return self.annual_bed_days / self.los_days if self.los_days else 0.0

    @property
    def all_visits(self) -> int:
        """Outpatient, emergency and check-up visits: what its outpatient unit is paid for."""
        return self.outpatient_visits + self.emergency_visits + self.checkup_visits

    @property
    def day_ward(self) -> bool:
        """Whether every patient leaves on the day: no one is in bed at midnight."""
        return self.inpatient_profile == "day_surgery"


class Departments(_Model):
    kind: str
    department: list[Department]


class Group(_Model):
    """A seasonal pattern, and how far festivals reach it (exponent of their factors)."""

    months: list[float]
    festival: float


class InBed(_Model):
    days: list[float]
    levels: list[float]


class SpringFestival(_Model):
    steps: dict[Curve, Steps]
    after: dict[Curve, Steps]
    in_bed: InBed


class CalendarEffects(_Model):
    """Weekdays, seasons, festivals and growth."""

    kind: str
    weekday: dict[str, list[float]]
    season: dict[Curve, list[float]]
    group: dict[str, Group]
    spring_festival: SpringFestival
    holidays: dict[Literal["national_day", "labour_day", "other", "makeup"], dict[Curve, float]]
    growth: dict[str, float]


class SurgeryTotals(_Model):
    total: int
    elective: int
    level4_pct: float
    minimally_invasive_pct: float
    day_share_pct: float
    day_share_step: float


class Transfers(_Model):
    """How many patients a year change wards, and between which."""

    intensive: str
    to_intensive: int
    from_intensive: int
    intensive_admissions: int
    between_wards: int
    intensive_sources: dict[str, float]
    intensive_destinations: dict[str, float]


class Wards(_Model):
    pressure: float
    extra_beds_limit: float


class Volume(_Model):
    """Operations, transfers and how wards react to being full."""

    kind: str
    surgery: SurgeryTotals
    transfers: Transfers
    wards: Wards


class Income(_Model):
    """What the hospital earns by category, and who performs it."""

    kind: str
    categories: list[str]
    totals_wan: dict[str, float]
    inpatient_profile: dict[str, list[float]]
    outpatient_profile: dict[str, list[float]]
    inpatient_volume: dict[str, Literal["bed_days", "discharges", "surgeries"]]
    tilt_pct: dict[str, float]
    performing: dict[str, dict[str, float]]
    affinity_default: dict[str, float]
    affinity: dict[str, dict[str, float]]
    performing_growth_pct: dict[str, float]


class Drug(_Model):
    clinical_of_income: float
    medical_tech_wan: float


class OtherMix(_Model):
    area: float
    equipment: float
    headcount: float


class Cost(_Model):
    """What the hospital spends by cost item and category of department."""

    kind: str
    items_wan: dict[str, float]
    category_pct: dict[str, dict[str, float]]
    uncharged_material_wan: dict[str, float]
    drug: Drug
    pay: dict[str, float]
    hours: dict[Literal["visit", "emergency", "bed_day"], dict[str, float]]
    other_mix: OtherMix
    central: dict[str, float]
    central_amortisation: dict[str, float]
    scatter_pct: dict[str, float]
    months: dict[str, list[float]]


class Person(_Model):
    name: str
    title: str


class Exemption(_Model):
    department: str
    note: str


class Overspend(_Model):
    department: str
    factor: float
    quarter_months: list[int]


class PriceCut(_Model):
    department: str
    factor: float
    month_offset: int


class Unreported(_Model):
    department: str
    month_offset: int


class Stories(_Model):
    """What can be found in the facts, beside what the magnitudes tell."""

    overspend: Overspend
    price_cut: PriceCut
    stent_cut: PriceCut
    unreported: Unreported


class Identity(_Model):
    """Name, people, exemptions and stories."""

    name_zh: str
    name_en: str
    staff: list[Person]
    exemption: list[Exemption]
    stories: Stories


class Parameters(_Model):
    """Everything the generator is told."""

    departments: tuple[Department, ...]
    calendar: CalendarEffects
    volume: Volume
    income: Income
    cost: Cost
    hospital: Identity

    @property
    def wards(self) -> tuple[Department, ...]:
        """Departments with patients in bed at midnight, in the order of every ward array."""
        return tuple(d for d in self.departments if d.beds and not d.day_ward)

    @property
    def clinical(self) -> tuple[Department, ...]:
        """Departments that report workload."""
        return tuple(d for d in self.departments if d.category == "clinical")


@cache
def parameters() -> Parameters:
    """The parameters of data/demo, each file validated."""

    def table(name: str) -> dict:
        return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))

    return Parameters(
        departments=tuple(Departments.model_validate(table("departments")).department),
        calendar=CalendarEffects.model_validate(table("calendar")),
        volume=Volume.model_validate(table("volume")),
        income=Income.model_validate(table("income")),
        cost=Cost.model_validate(table("cost")),
        hospital=Identity.model_validate(table("hospital")),
    )
