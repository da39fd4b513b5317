"""What every table of the demo hospital is made from, drawn once."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.demo.days import Days
from core.demo.income import OrderedIncome
from core.demo.masters import Ward
from core.demo.parameters import Parameters
from core.demo.stays import Stays
from core.demo.wards import WardDays
from core.demo.workload import Workload


def stream(seed: int, name: str) -> np.random.Generator:
    """Chance that belongs to `name` alone."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


@dataclass(frozen=True)
class Drawn:
    """Parameters, days, volumes and income; and the tables already made from them."""

    given: Parameters
    days: Days
    """Every simulated day; three months of warm-up lie before the first month reported."""
    reported: tuple[int, ...]
    """The months that tables hold, YYYYMM."""
    work: Workload
    ordered: OrderedIncome
    wards: WardDays
    rooms: tuple[Ward, ...]
    """Every ward, day wards included: positions in `stays`."""
    stays: Stays
    seed: int
    streams: tuple[np.random.Generator, ...]
    """Chance of the oldest tables, in their order."""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Tables made so far by contract, in the order they are made."""

    def stream(self, name: str) -> np.random.Generator:
        """Chance of its own for `name`: what one table draws changes no other."""
        return stream(self.seed, name)

    @property
    def kept(self) -> slice:
        """Where the reported months lie among the simulated ones."""
        return slice(len(self.days.months) - len(self.reported), None)


Maker = Callable[[Drawn], pd.DataFrame]
"""Makes one contract table: its columns, money in 分, missing as NA, and derived months."""
