"""Seconds from nothing to the monthly report of the demo hospital in all three formats.

`python -m tests.benchmarks.report_time`: a new process, a store that is closed, no font read yet.
Nothing else may run on the machine. Processor seconds stand beside those of the clock.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from core.frames import Scope
from core.hospital.records import hospital_of, months_reported
from core.reports.monthly.files import FORMATS, draft, written
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.benchmarks.server import demo_store
from tests.stores import CATALOG

MOST = 10.0


def measured(url: str) -> dict[str, float]:
    """Seconds of each step, and of all; `cpu` of the processor."""
    store = open_store(url)
    hospital = hospital_of(store)
    first, last = months_reported(store, hospital) or (0, 0)
    began, cpu = time.perf_counter(), time.process_time()
    found = {}
    step = time.perf_counter()
    document = draft(store, CATALOG, Scope(hospital, first, last), last)
    found["figures"] = round(time.perf_counter() - step, 2)
    for form in FORMATS:
        step = time.perf_counter()
        written(document, form)
        found[form] = round(time.perf_counter() - step, 2)
    found["all"] = round(time.perf_counter() - began, 2)
    found["cpu"] = round(time.process_time() - cpu, 2)
    return found


def main() -> None:
    """Measure, print a table, then JSON; exit status 1 when it takes too long."""
    with tempfile.TemporaryDirectory(prefix="jingguan-report-") as folder:
        found = measured(demo_store(Path(folder) / "demo.db"))
    for label, seconds in found.items():
        print(f"{label:10} {seconds:>8.2f} s")
    print(json.dumps({**found, "machine": machine()}))
    raise SystemExit(found["all"] > MOST)


if __name__ == "__main__":
    main()
