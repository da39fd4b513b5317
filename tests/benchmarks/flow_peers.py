"""Forecasts of other programs at the same origins, run by a Python of their own.

`PYTHON tests/benchmarks/flow_peers.py PANEL.csv PLAN.json OUT.csv`, where PYTHON has statsforecast
(and prophet, where the plan names it); neither is a requirement of the project. PANEL: series,
time, count without gaps. PLAN: freq, season, horizon, origins (last known moments), models.
OUT: series, time, origin, model, value; CPU seconds by model on standard output as JSON.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
from typing import Any

import pandas as pd

ALIASES = {"D": "D", "W": "7D", "M": "MS", "h": "h"}


def main() -> None:
    """Forecast at each origin with what was known then."""
    panel_file, plan_file, out = sys.argv[1:]
    panel = pd.read_csv(panel_file, parse_dates=["time"], dtype={"series": str})
    with open(plan_file, encoding="utf-8") as file:
        plan = json.load(file)
    logging.disable(logging.WARNING)
    rows, spent = [], {}
    for name in plan["models"]:
        begun = _cpu()
        for origin in plan["origins"]:
            known = panel[panel["time"] <= origin]
            made = _prophet(known, plan) if name == "Prophet" else _other(known, plan, name)
            rows.append(made.assign(origin=origin, model=name))
        spent[name] = round(_cpu() - begun, 2)
    pd.concat(rows).to_csv(out, index=False)
    sys.stdout.write(json.dumps(spent) + "\n")


def _cpu() -> float:
    """Processor seconds of this process and of those that it waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _other(known: pd.DataFrame, plan: dict[str, Any], name: str) -> pd.DataFrame:
    models = importlib.import_module("statsforecast.models")
    engine = importlib.import_module("statsforecast").StatsForecast
    season = plan["season"]
    model = (
        models.MSTL(season_length=plan["seasons"], trend_forecaster=models.AutoETS(model="ZZN"))
        if name == "MSTL"
        else getattr(models, name)(season_length=season)
    )
    given = known.rename(columns={"series": "unique_id", "time": "ds", "count": "y"})
    given = given.groupby("unique_id").tail(plan.get("memory", len(given)))
    naive = models.SeasonalNaive(season_length=season)
    run = engine(models=[model], freq=ALIASES[plan["freq"]], n_jobs=1, fallback_model=naive)
    made = run.forecast(df=given, h=plan["horizon"])
    return pd.DataFrame(
        {"series": made["unique_id"], "time": made["ds"], "value": made[made.columns[-1]]}
    )


def _prophet(known: pd.DataFrame, plan: dict[str, Any]) -> pd.DataFrame:
    prophet = importlib.import_module("prophet").Prophet
    rows = []
    for name, part in known.groupby("series"):
        model = prophet()
        if plan.get("country"):
            model.add_country_holidays(country_name=plan["country"])
        model.fit(part.rename(columns={"time": "ds", "count": "y"})[["ds", "y"]])
        ahead = model.make_future_dataframe(
            periods=plan["horizon"], freq=ALIASES[plan["freq"]], include_history=False
        )
        made = model.predict(ahead)
        rows.append(pd.DataFrame({"series": name, "time": made["ds"], "value": made["yhat"]}))
    return pd.concat(rows)


if __name__ == "__main__":
    main()
