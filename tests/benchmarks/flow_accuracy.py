"""How near forecasts come, by back-test on the real tables of ../shared/data/flow.

`python -m tests.benchmarks.flow_accuracy [--only NAME ...] [--peers PYTHON]`: error (MASE, scaled
by the move from the same weekday or month), coverage of the intervals, Christmas, Spring Festival.
PYTHON is an interpreter with statsforecast: AutoETS is then run on the same months.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.flow.backtest import Plan, backtest, summary
from core.flow.calendar import Calendar
from core.flow.forecast import Settings
from tests.benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data" / "flow"
LEVELS = (80, 95)
Told = dict[str, Any]


def ambulance(_peers: str) -> Told:
    """26 origins a fortnight apart, 28 days; at most .70, 80 +- 3, 95 +- 2, Christmas .80."""
    table = pd.read_csv(DATA / "ambulance_daily_uk.csv", parse_dates=["date"])
    panel = table.set_axis(["series", "time", "count"], axis=1)
    rows = backtest(panel, 28, "D", Plan(26, 14), Settings(calendar=Calendar("GB")))
    month_day = rows["time"].dt.month * 100 + rows["time"].dt.day
    christmas = rows[(month_day >= 1224) | (month_day <= 102)]
    return _told(rows) | {"christmas_mase": _mase(christmas)}


def months(peers: str) -> Told:
    """36 months of 137 series, 7 origins, 6 months each; at most .80 of AutoETS (median MASE)."""
    table = pd.read_csv(DATA / "nhs_ae_monthly.csv", parse_dates=["period"])
    panel = pd.DataFrame(
        {
            "series": table["org_code"] + " " + table["type"],
            "time": table["period"],
            "count": table["attendances"],
        }
    )
    whole = panel.groupby("series")["count"].transform("size") == 36
    panel = panel[whole]
    rows = backtest(panel, 6, "M", Plan(7, 1), Settings(calendar=Calendar("GB")))
    told = _told(rows)
    if peers:
        plan = {"freq": "M", "season": 12, "horizon": 6, "models": ["AutoETS"]}
        theirs = others(peers, panel, rows, plan)
        told["autoets_median_mase"] = theirs["AutoETS"]["median_mase"]
        told["ratio_to_autoets"] = told["median_mase"] / told["autoets_median_mase"]
    return told


def festival(_peers: str) -> Told:
    """Weekly outpatients, the festival of 2016; at most half of the error of a year before."""
    table = pd.read_csv(DATA / "taiwan_nhi_weekly.csv", parse_dates=["week_start"])
    visits = table[table["visit_type"] == "門診"]
    panel = pd.DataFrame(
        {"series": visits["county"], "time": visits["week_start"], "count": visits["total_visits"]}
    )
    rows = backtest(panel, 8, "W", Plan(26, 2), Settings(calendar=Calendar("TW")))
    near = rows[(rows["time"] >= "2016-01-24") & (rows["time"] <= "2016-02-21")]
    ours = float(((near["mean"] - near["actual"]).abs() / near["actual"]).mean())
    last = float(((near["naive"] - near["actual"]).abs() / near["actual"]).mean())
    return _told(rows) | {
        "festival_origins": int(near["origin"].nunique()),
        "festival_mape": ours,
        "festival_naive_mape": last,
        "ratio_to_naive": ours / last,
    }


def others(python: str, panel: pd.DataFrame, rows: pd.DataFrame, plan: Told) -> dict[str, Told]:
    """Figures of other programs at the origins of `rows`, by model."""
    plan = plan | {"origins": sorted(rows["origin"].astype(str).unique())}
    script = Path(__file__).with_name("flow_peers.py")
    with tempfile.TemporaryDirectory() as folder:
        given, asked, made = (Path(folder) / name for name in ("panel.csv", "plan.json", "out.csv"))
        panel.to_csv(given, index=False)
        asked.write_text(json.dumps(plan), "utf-8")
        done = subprocess.run(
            [python, str(script), str(given), str(asked), str(made)],
            check=True,
            capture_output=True,
            text=True,
        )
        found = pd.read_csv(made, parse_dates=["time", "origin"], dtype={"series": str})
    spent = json.loads(done.stdout.splitlines()[-1])
    actual = rows[["series", "time", "origin", "actual", "scale", "mean"]]
    told = {}
    for name, part in found.groupby("model"):
        both = part.merge(actual, on=["series", "time", "origin"])
        each = _errors(both.assign(mean=both["value"])).groupby(both["series"]).mean()
        told[str(name)] = {
            "mase": float(each.mean()),
            "median_mase": float(each.median()),
            "cpu_s": spent[str(name)],
        }
    return told


def _errors(rows: pd.DataFrame) -> pd.Series:
    return ((rows["mean"] - rows["actual"]).abs() / rows["scale"]).where(np.isfinite(rows["scale"]))


def _mase(rows: pd.DataFrame) -> float:
    return float(_errors(rows).groupby(rows["series"]).mean().mean())


def _told(rows: pd.DataFrame) -> Told:
    found = summary(rows, LEVELS)
    return {
        "origins": found["origins"],
        "series": len(found["series"]),
        "mase": found["mean_over_series"]["mase"],
        "median_mase": found["mean_over_series"]["median_mase"],
        "ratio_to_naive_all": found["pooled"]["ratio"],
        "coverage": found["pooled"]["coverage"],
        "bias": found["pooled"]["bias"],
    }


SETS: dict[str, Callable[[str], Told]] = {
    "ambulance_daily_uk": ambulance,
    "nhs_ae_monthly": months,
    "taiwan_nhi_weekly": festival,
}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--peers", default="", help="a Python with statsforecast")
    asked = parser.parse_args()
    if not DATA.is_dir():
        parser.error("../shared/data/flow is absent: its tables are not part of the repository")
    told: Told = {"machine": machine()}
    for name in asked.only:
        begun = time.process_time()
        told[name] = SETS[name](asked.peers)
        told[name]["cpu_s"] = round(time.process_time() - begun, 1)
    print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
