"""Masters of the demo hospital beside departments: campuses, wards, staff groups, days, payment."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.parameters import FOLDER, Parameters
from core.hospital.calendar import day_kinds
from core.months import add_months

Names = dict[Literal["zh", "en"], str]
FEN_PER_YUAN = 100


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Campus(_Model):
    code: str
    name: Names
    departments: list[str] = []


class StaffGroup(_Model):
    code: str
    name: Names
    profession: str
    on_payroll: bool
    hourly_yuan: float


class HospitalDay(_Model):
    """A day of every year that the hospital keeps its own way."""

    md: str
    kind: str
    name: str


class Payment(_Model):
    """What an insurance area pays: rates from the last month backwards, one a year."""

    area: str
    name: str
    method: Literal["drg", "dip"]
    rates: list[float]
    low_ratio: float
    high_ratios: tuple[float, float, float]
    remark: str

    def rate_yuan(self, years_back: int) -> float:
        """元 per weight or point, `years_back` years before the last month's."""
        return self.rates[min(years_back, len(self.rates) - 1)]


class Masters(_Model):
    kind: str
    campus: list[Campus]
    wards: dict[str, list[tuple[str, str, int]]]
    staff_group: list[StaffGroup]
    hospital_day: list[HospitalDay]
    payment: list[Payment]


class Ward(_Model):
    """A ward of a department with beds."""

    code: str
    name: Names
    department: str
    beds: int


@cache
def masters() -> Masters:
    """data/demo/masters.toml, validated."""
    text = (FOLDER / "masters.toml").read_text(encoding="utf-8")
    return Masters.model_validate(tomllib.loads(text))


def wards(given: Parameters) -> tuple[Ward, ...]:
    """Every ward, in the order of departments; one of all beds where none is stated."""
    found = []
    for department in given.departments:
        if not department.beds:
            continue
        stated = masters().wards.get(department.code, [("病区", "Ward", department.beds)])
        for number, (zh, en, beds) in enumerate(stated, start=1):
            name: Names = {
                "zh": f"{department.name['zh']}{zh}",
                "en": f"{department.name['en']}, {en.lower()}",
            }
            found.append(
                Ward(
                    code=f"{department.code}W{number}",
                    name=name,
                    department=department.code,
                    beds=beds,
                )
            )
    return tuple(found)


def campus_of(department: str) -> str:
    """The campus of a department; the first one unless another names it."""
    for campus in masters().campus:
        if department in campus.departments:
            return campus.code
    return masters().campus[0].code


def campus_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "campus_code": [campus.code for campus in masters().campus],
            "campus_name": [campus.name["zh"] for campus in masters().campus],
            "name_en": [campus.name["en"] for campus in masters().campus],
            "remark": "",
        }
    )


def ward_frame(given: Parameters) -> pd.DataFrame:
    """The contract table of wards; beds of a department's wards add up to its own."""
    every = wards(given)
    nothing = pd.array([pd.NA] * len(every), dtype="Int64")
    return pd.DataFrame(
        {
            "ward_code": [ward.code for ward in every],
            "ward_name": [ward.name["zh"] for ward in every],
            "name_en": [ward.name["en"] for ward in every],
            "dept_code": [ward.department for ward in every],
            "campus_code": [campus_of(ward.department) for ward in every],
            "beds": pd.array([ward.beds for ward in every], dtype="Int64"),
            "opened": nothing,
            "closed": nothing,
            "remark": "",
        }
    )


def staff_group_frame() -> pd.DataFrame:
    groups = masters().staff_group
    return pd.DataFrame(
        {
            "group_code": [group.code for group in groups],
            "group_name": [group.name["zh"] for group in groups],
            "name_en": [group.name["en"] for group in groups],
            "profession": [group.profession for group in groups],
            "on_payroll": pd.array([int(group.on_payroll) for group in groups], dtype="Int64"),
            "hourly_cost": [round(group.hourly_yuan * FEN_PER_YUAN) for group in groups],
            "remark": "演示",
        }
    )


def calendar_frame(months: tuple[int, ...]) -> pd.DataFrame:
    """The hospital's own days of the years of `months` that are no holiday anyway."""
    years = sorted({month // 100 for month in months})
    rows = []
    for year in years:
        for own in masters().hospital_day:
            date = dt.date.fromisoformat(f"{year}-{own.md}")
            kind = day_kinds(date, date)["kind"].iloc[0]
            if kind in ("workday", "weekend"):
                rows.append((int(f"{date:%Y%m%d}"), own.kind, own.name, ""))
    return pd.DataFrame(rows, columns=pd.Index(["date", "kind", "name", "remark"]))


def payment_frame(last_month: int, months: int) -> pd.DataFrame:
    """One row an insurance area and year back from the last month, in 分."""
    rows = []
    years = -(-months // 12)
    for area in masters().payment:
        for back in reversed(range(years + 1)):
            first = add_months(last_month, -12 * (back + 1) + 1)
            light, middle, heavy = area.high_ratios
            rate = round(area.rate_yuan(back) * FEN_PER_YUAN)
            row = (area.area, area.name, first, area.method, rate, area.low_ratio)
            rows.append((*row, light, middle, heavy, area.remark))
    names = "area_code area_name month_from method rate low_ratio high_ratio_light"
    names += " high_ratio_middle high_ratio_heavy remark"
    return pd.DataFrame(rows, columns=pd.Index(names.split()))
