"""Energy of the whole hospital by kind and month; part of other operating cost."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER
from core.demo.rounding import FEN_PER_WAN, whole_by_running_total
from core.months import days_in_month

FEN = 100


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Model):
    wan: float
    unit_price_yuan: float
    yearly_pct: float
    months: list[float]


class EnergyParameters(_Model):
    kind: str
    scatter_pct: float
    kinds: dict[str, Kind]


@cache
def energy_parameters() -> EnergyParameters:
    """data/demo/energy.toml, validated."""
    text = (FOLDER / "energy.toml").read_text(encoding="utf-8")
    return EnergyParameters.model_validate(tomllib.loads(text))


def energy_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of energy: department '' is the whole hospital."""
    given, generator = energy_parameters(), drawn.stream("energy")
    months = np.array(drawn.reported)
    pieces = []
    for name, kind in given.kinds.items():
        fen = _months_of(kind, months, generator.normal(0, given.scatter_pct / 100, len(months)))
        pieces.append(
            pd.DataFrame(
                {
                    "month": months,
                    "kind": name,
                    "dept_code": "",
                    "quantity": np.round(fen / FEN / kind.unit_price_yuan, 1),
                    "amount": fen,
                    "remark": "",
                }
            )
        )
    frame = pd.concat(pieces, ignore_index=True)
    return frame.sort_values(["month", "kind"], ignore_index=True)


def _months_of(kind: Kind, months: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """分 of each month; the most recent twelve are the year's amount exactly."""
    lengths = np.array([days_in_month(int(month)) for month in months])
    years = np.arange(1 - len(months), 1) / 12
    level = np.array(kind.months)[months % 100 - 1] * lengths * np.exp(noise)
    level = level * (1 + kind.yearly_pct / 100) ** years
    fen = kind.wan * FEN_PER_WAN * level / level[-12:].sum()
    return whole_by_running_total(fen[::-1])[::-1]
