"""Services between departments: packs, records, prescriptions, repairs, by who receives them.

Quantities follow the receiver's work of the month, so that sharing cost by them is fair.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER

WHOLE_HOSPITAL = "hospital."
YUAN_PER_WAN = 10_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Model):
    """Who receives how much a unit of what."""

    to: str
    by: str
    rate: float


class Offered(_Model):
    """What one department does for others, in one driver's unit."""

    provider: str
    driver: str
    scatter_pct: float
    rules: list[Rule]


class ServiceParameters(_Model):
    kind: str
    service: list[Offered]


@dataclass(frozen=True)
class _Receivers:
    """Volumes of each month by department: arrays [month]."""

    drawn: Drawn
    volumes: dict[str, dict[str, np.ndarray]]
    """What is counted -> department -> months."""

    def named(self, to: str) -> list[str]:
        """The departments of a category, or the one of that code."""
        every = self.drawn.given.departments
        members = [department.code for department in every if department.category == to]
        return members or [to]

    def volume(self, by: str, code: str) -> np.ndarray | None:
        """Months of what is counted; None where the department does not have it."""
        if by.startswith(WHOLE_HOSPITAL):
            parts = self.volumes[by.removeprefix(WHOLE_HOSPITAL)].values()
            return np.sum(list(parts), axis=0)
        return self.volumes[by].get(code)


@cache
def service_parameters() -> ServiceParameters:
    """data/demo/services.toml, validated; `from` there is the provider."""
    table = tomllib.loads((FOLDER / "services.toml").read_text(encoding="utf-8"))
    for service in table["service"]:
        service["provider"] = service.pop("from")
    return ServiceParameters.model_validate(table)


def service_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of services; whole numbers, no row where nothing was done."""
    receivers = _Receivers(drawn, _volumes(drawn))
    generator = drawn.stream("service")
    flows: list[tuple[str, str, str]] = []
    quantities = []
    for service in service_parameters().service:
        for code, expected in _expected(service, receivers).items():
            noise = np.exp(generator.normal(0, service.scatter_pct / 100, len(expected)))
            flows.append((service.provider, code, service.driver))
            quantities.append(np.rint(expected * noise))
    return _rows(drawn.reported, flows, np.stack(quantities))


def _expected(service: Offered, receivers: _Receivers) -> dict[str, np.ndarray]:
    """Expected quantity of each receiver by month; a department never serves itself."""
    found: dict[str, np.ndarray] = {}
    for rule in service.rules:
        for code in receivers.named(rule.to):
            volume = receivers.volume(rule.by, code)
            if volume is None or code == service.provider:
                continue
            found[code] = found.get(code, 0.0) + rule.rate * volume
    return found


def _rows(
    months: tuple[int, ...], flows: list[tuple[str, str, str]], quantities: np.ndarray
) -> pd.DataFrame:
    """Rows of (provider, receiver, driver) flows [flow, month] that are not 0."""
    flow, month = np.nonzero(quantities)
    provider, receiver, driver = (np.array(codes)[flow] for codes in zip(*flows, strict=True))
    frame = pd.DataFrame(
        {
            "month": np.array(months, dtype=np.int64)[month],
            "from_code": provider,
            "to_code": receiver,
            "driver_code": driver,
            "quantity": quantities[flow, month],
            "remark": "",
        }
    )
    order = ["month", "from_code", "to_code", "driver_code"]
    return frame.sort_values(order, ignore_index=True)


def _volumes(drawn: Drawn) -> dict[str, dict[str, np.ndarray]]:
    """Work, staff, equipment, area and examinations by department: what rules may name."""
    codes = [department.code for department in drawn.work.departments]
    volumes = {
        column: dict(zip(codes, drawn.work.filled(column)[drawn.kept].T, strict=True))
        for column in (
            "outpatient_visits", "emergency_visits", "checkup_visits", "admissions",
            "discharges", "bed_days_used", "surgeries",
        )
    }  # fmt: skip
    named = {"HC": "staff", "NURSE": "nurses", "EQV": "equipment_wan", "AREA": "area"}
    for driver, name in named.items():
        rows = drawn.tables["driver"]
        table = rows[rows["driver_code"] == driver].pivot_table(
            index="month", columns="dept_code", values="value"
        )
        scale = YUAN_PER_WAN if name == "equipment_wan" else 1
        volumes[name] = {str(code): table[code].to_numpy() / scale for code in table.columns}
    volumes["examinations"] = _examinations(drawn)
    return volumes


def _examinations(drawn: Drawn) -> dict[str, np.ndarray]:
    owner = drawn.tables["machine"].set_index("machine_code")["dept_code"]
    use = drawn.tables["machine_use"]
    table = use.assign(dept_code=use["machine_code"].map(owner)).pivot_table(
        index="month", columns="dept_code", values="examinations", aggfunc="sum", fill_value=0
    )
    return {str(code): table[code].to_numpy() for code in table.columns}
