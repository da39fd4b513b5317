"""Seconds and memory of forecasts at the size of a large hospital.

`python -m tests.benchmarks.flow_speed [--only NAME ...] [--peers PYTHON]`: 1,000 daily series of
three years, 28 days with intervals (at most 30 s); 2,000 hourly series of half a year, 168 hours
(at most 60 s and 1 GB); one command with 8 daily series of six years (at most 20 s); the import of
the engine (at most 2 s). PYTHON has statsforecast: its AutoETS forecasts 20 of the daily series,
and the processor seconds of 1,000 are told beside ours (at most a twentieth).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.flow.forecast import forecast
from tests.benchmarks.flow_accuracy import ROOT
from tests.benchmarks.machine import machine

Told = dict[str, Any]
PEER_SERIES = 20


def daily(series: int, days: int, seed: int = 1) -> pd.DataFrame:
    """Departments of all sizes with a week, a year and Poisson noise."""
    rng = np.random.default_rng(seed)
    times = pd.date_range("2021-01-01", periods=days)
    level = np.exp(rng.uniform(1, 6, series))[:, None]
    week = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.85, 0.8])[times.day_of_week]
    year = 1 + 0.1 * np.cos(2 * np.pi * times.day_of_year.to_numpy() / 365.25)
    return _long(rng.poisson(level * week * year), times)


def hourly(series: int, days: int, seed: int = 1) -> pd.DataFrame:
    """Departments of all sizes with hours of the day and Poisson noise."""
    rng = np.random.default_rng(seed)
    times = pd.date_range("2024-01-01", periods=days * 24, freq="h")
    level = np.exp(rng.uniform(-1, 3, series))[:, None]
    hours = 1 + 0.7 * np.sin((times.hour.to_numpy() - 8) * np.pi / 12)
    return _long(rng.poisson(level * hours), times)


def _long(counts: np.ndarray, times: pd.DatetimeIndex) -> pd.DataFrame:
    names = pd.Categorical.from_codes(
        np.repeat(np.arange(len(counts), dtype=np.int16), len(times)),
        pd.Index([f"D{place:04}" for place in range(len(counts))]),
    )
    when = np.tile(times.to_numpy().astype("datetime64[s]"), len(counts))
    return pd.DataFrame({"series": names, "time": when, "count": counts.ravel().astype(float)})


def _timed(work: Callable[[], object]) -> Told:
    wall, own = time.perf_counter(), time.process_time()
    work()
    spent = time.process_time() - own
    return {"s": round(time.perf_counter() - wall, 1), "cpu_s": round(spent, 1)}


def thousand_daily(peers: str) -> Told:
    panel = daily(1000, 1096)
    told = _timed(lambda: forecast(panel, 28, "D"))
    if peers:
        some = panel[panel["series"].isin([f"D{place:04}" for place in range(PEER_SERIES)])]
        spent = _peer(peers, some) * 1000 / PEER_SERIES
        told |= {"autoets_cpu_s": round(spent), "autoets_over_ours": spent / told["cpu_s"]}
    return told


def _peer(python: str, panel: pd.DataFrame) -> float:
    plan = {"freq": "D", "season": 7, "horizon": 28, "models": ["AutoETS"]}
    plan["origins"] = [str(panel["time"].max())]
    script = Path(__file__).with_name("flow_peers.py")
    with tempfile.TemporaryDirectory() as folder:
        given, asked, made = (Path(folder) / name for name in ("panel.csv", "plan.json", "out.csv"))
        panel.to_csv(given, index=False)
        asked.write_text(json.dumps(plan), "utf-8")
        command = [python, str(script), str(given), str(asked), str(made)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout.splitlines()[-1])["AutoETS"])


def two_thousand_hourly(_peers: str) -> Told:
    panel = hourly(2000, 182)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = _timed(lambda: forecast(panel, 168, "h"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told | {"peak_mb": round(peak / 1024), "before_mb": round(before / 1024)}


def one_command(_peers: str) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts.csv"
        daily(8, 2192).to_csv(file, index=False)
        asked = "--time time --value count --series series --freq D --horizon 28 --country GB"
        command = [sys.executable, "-m", "core", "forecast", str(file), *asked.split()]
        return _timed(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))


def engine_import(_peers: str) -> Told:
    command = [sys.executable, "-c", "import core.flow.forecast"]
    return _timed(lambda: subprocess.run(command, check=True, cwd=ROOT))


PARTS: dict[str, Callable[[str], Told]] = {
    "import": engine_import,
    "one_command": one_command,
    "thousand_daily": thousand_daily,
    "two_thousand_hourly": two_thousand_hourly,
}


def main() -> None:
    """Measure and print JSON; the hourly part alone tells its memory truly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--peers", default="", help="a Python with statsforecast")
    asked = parser.parse_args()
    told: Told = {"machine": machine(), "load": os.getloadavg()[0]}
    for name in asked.only:
        told[name] = PARTS[name](asked.peers)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
