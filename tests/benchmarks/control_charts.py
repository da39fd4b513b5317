"""Seconds to judge every indicator of every department over 36 months.

`python -m tests.benchmarks.control_charts [--url URL]` reads the demo hospital (made anew unless
named), and times each step: facts and cube, series, charts with their marks. Charts a second and
processor seconds beside the wall clock, so that a busy machine is seen.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.analysis import control
from core.analysis.series import all_series
from core.catalog.cube import cube_of
from core.demo.loading import load_demo
from core.frames import Scope
from core.hospital import records
from core.store.engine import Actor, Store
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.stores import CATALOG

MONTHS = 36


def measured(store: Store) -> dict[str, Any]:
    """Seconds of each step, for the first hospital of the store."""
    hospital = int(records.hospitals(store)["id"].tolist()[0])
    reported = records.months_reported(store, hospital)
    assert reported is not None
    scope = Scope(hospital, *reported)
    months, codes = scope.months[-MONTHS:], list(CATALOG.indicators)
    cube, reading = _timed(
        lambda: cube_of(records.facts(store, scope), CATALOG, records.departments(store, scope))
    )
    series, gathering = _timed(
        lambda: (
            all_series(CATALOG, codes, cube, months, "department")
            | all_series(CATALOG, codes, cube, months, "hospital")
        )
    )
    drawn, judging = _timed(lambda: control.charts(CATALOG, series, {}))
    told, marking = _timed(lambda: control.marks(drawn))
    wall = gathering["s"] + judging["s"] + marking["s"]
    return {
        "machine": machine(),
        "indicators": len({code for code, _ in drawn}),
        "departments": len({place for _, place in drawn}),
        "months": len(months),
        "charts": len(drawn),
        "special": int((told["variation"] != "common").sum()),
        "facts_and_cube": reading,
        "series": gathering,
        "charts_judged": judging,
        "marks": marking,
        "series_to_marks_s": round(wall, 2),
        "charts_per_s": round(len(drawn) / judging["s"]),
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, own = time.perf_counter(), time.process_time()
    result = work()
    spent = time.process_time() - own
    return result, {"s": round(time.perf_counter() - wall, 2), "cpu_s": round(spent, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="a store with a demo hospital")
    url = parser.parse_args().url
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url or f"sqlite:///{(Path(folder) / 'charts.db').as_posix()}")
        if not url:
            load_demo(store, Actor("benchmark", "benchmarks"), CATALOG, 202512)
        print(json.dumps(measured(store), indent=1))
        store.close()


if __name__ == "__main__":
    main()
