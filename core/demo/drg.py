"""Disease groups of the demo hospital: what they are, and which department treats which."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.masters import masters
from core.demo.parameters import FOLDER

FEN = 100
Risk = Literal["low", "mid_low", "mid_high", "high"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Model):
    """A disease group; charge and days are this hospital's, benchmarks the area's."""

    code: str
    name: dict[Literal["zh", "en"], str]
    weight: float
    days: float
    charge: float
    benchmark_days: float
    benchmark_charge: float
    risk: Risk
    surgical: bool
    material: float
    level4: float


class Story(_Model):
    """The group whose consumables were dearer before a price cut."""

    group: str
    material_before: float


class CaseShares(_Model):
    """How cases differ within a group, and how they end."""

    grouped_share: float
    ungrouped_settlement: float
    charge_spread: float
    complicated_share: float
    complicated_factor: tuple[float, float]
    days_spread: float
    readmitted_share: float
    reoperated_share: float
    mortality: dict[Risk, float]
    intensive_mortality: float
    transferred_share: float
    left_share: float
    other_share: float
    pathway: dict[Literal["none", "entered", "varied", "completed"], float]
    pathway_step: float
    department_spread: float


class Preop(_Model):
    step: float
    days: dict[str, float]


class Drg(_Model):
    kind: str
    story: Story
    payer: dict[Literal["employee", "resident", "self", "other"], float]
    case: CaseShares
    preop: Preop
    group: tuple[Group, ...]
    mix: dict[str, dict[str, float]]

    @property
    def codes(self) -> list[str]:
        return [group.code for group in self.group]

    def of(self, name: str) -> np.ndarray:
        """One property of every group, in their order."""
        return np.array([getattr(group, name) for group in self.group])

    def shares(self, department: str, surgical: bool) -> np.ndarray:
        """Share of each group in a department's operated, or other, patients; all 0 if none."""
        mix = self.mix.get(department, {})
        shares = np.array([mix.get(code, 0.0) for code in self.codes])
        shares = shares * (self.of("surgical") == surgical)
        return shares / shares.sum() if shares.sum() else shares


@cache
def drg() -> Drg:
    """data/demo/drg.toml, validated."""
    text = (FOLDER / "drg.toml").read_text(encoding="utf-8")
    return Drg.model_validate(tomllib.loads(text))


def rate_fen(drawn: Drawn) -> np.ndarray:
    """What the hospital's own area pays a weight in each simulated month, 分."""
    payment = masters().payment[0]
    count = len(drawn.days.months)
    years_back = (count - 1 - np.arange(count)) // 12
    return np.array([round(payment.rate_yuan(int(back)) * FEN) for back in years_back])


def disease_group_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of disease groups; payment is weight times the last month's rate."""
    told = drg()
    weight, rate = told.of("weight"), rate_fen(drawn)[-1]
    return pd.DataFrame(
        {
            "group_code": told.codes,
            "group_name": [group.name["zh"] for group in told.group],
            "name_en": [group.name["en"] for group in told.group],
            "system": "drg",
            "weight": weight,
            "payment_standard": np.rint(weight * rate).astype(np.int64),
            "benchmark_days": told.of("benchmark_days"),
            "benchmark_charge": np.rint(told.of("benchmark_charge") * FEN).astype(np.int64),
            "risk": [group.risk for group in told.group],
            "surgical": told.of("surgical").astype(np.int64),
            "remark": "演示编码与权重，待核对",
        }
    )
