"""What a person confirmed, on its way into the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

Progress = Callable[[float, str], None]
"""Called with a share 0-1 and the id of a text: import.step.*"""


@dataclass(frozen=True)
class Delivery:
    """What a person confirmed: typed rows of one contract table, and where they came from."""

    hospital_id: int
    contract: str
    rows: pd.DataFrame
    """Contract columns, money in 分; months are YYYYMM; missing is NA, never 0."""
    file_name: str
    sha256: str
    rejected: int = 0
    control_total: str = ""
    new_departments: tuple[str, ...] = ()
