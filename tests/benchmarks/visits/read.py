"""Month x department x five indicators, three ways over the same rows.

The roll-ups are read as pages read them; the two others add up every visit, in the store's own
database and in DuckDB over parquet.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import text

from core.frames import Scope
from core.hospital.rollups.reads.records import visits
from core.store.engine import Store

EVER = (190001, 299912)
_SUMS = """
SELECT month, {department} AS department, COUNT(*) AS visits, SUM({total}) AS charge,
       SUM({drug}) AS drug,
       SUM(CASE WHEN payer IN ('employee', 'resident') THEN 1 ELSE 0 END) AS insured,
       SUM(CASE WHEN stream = 'emergency' THEN 1 ELSE 0 END) AS emergency
FROM {rows} GROUP BY month, {department} ORDER BY month, {department}
"""
_KEYS = ["month", "department"]


def from_rollups(store: Store, hospital_id: int) -> pd.DataFrame:
    """The five indicators from rollup_visit."""
    rows = visits(store, Scope(hospital_id, *EVER))
    rows["insured"] = rows["visits"].where(rows["payer"].isin(["employee", "resident"]), 0)
    rows["emergency"] = rows["visits"].where(rows["stream"] == "emergency", 0)
    sums = rows.groupby(_KEYS, as_index=False)[
        ["visits", "charge", "charge_drug", "insured", "emergency"]
    ].sum()
    return _five(sums.rename(columns={"charge_drug": "drug"}))


def from_rows(store: Store, hospital_id: int) -> pd.DataFrame:
    """The same from every visit of the store."""
    names = {"department": "department", "total": "charge_total_fen", "drug": "charge_drug_fen"}
    statement = _SUMS.format(rows=f"visit WHERE hospital_id = {hospital_id}", **names)
    return _five(store.frame(text(statement)))


class Parquet:
    """DuckDB over parquet files of the same visits. Needs requirements-bench.txt."""

    def __init__(self, folder: Path) -> None:
        self._engine: Any = importlib.import_module("duckdb").connect()
        self._rows = f"read_parquet('{folder.as_posix()}/*.parquet')"

    def __call__(self) -> pd.DataFrame:
        names = {"department": "dept_code", "total": "charge_total", "drug": "charge_drug"}
        return _five(self._engine.execute(_SUMS.format(rows=self._rows, **names)).df())


def _five(sums: pd.DataFrame) -> pd.DataFrame:
    """Visits, charge per visit (分), share of drugs, of insured and of emergency visits."""
    seen = sums["visits"].to_numpy(dtype="float64")
    charge = sums["charge"].to_numpy(dtype="float64")
    return pd.DataFrame(
        {
            "month": sums["month"].to_numpy(dtype="int64"),
            "department": sums["department"].to_numpy(dtype="object"),
            "visits": seen,
            "charge_per_visit": charge / seen,
            "drug_share": sums["drug"].to_numpy(dtype="float64") / np.where(charge, charge, np.nan),
            "insured_share": sums["insured"].to_numpy(dtype="float64") / seen,
            "emergency_share": sums["emergency"].to_numpy(dtype="float64") / seen,
        }
    )


def best(ask: Callable[[], pd.DataFrame], rounds: int) -> tuple[float, pd.DataFrame]:
    """Seconds of the fastest of `rounds`, and the answer."""
    seconds, answer = [], pd.DataFrame()
    for _ in range(rounds):
        begun = perf_counter()
        answer = ask()
        seconds.append(perf_counter() - begun)
    return min(seconds), answer
