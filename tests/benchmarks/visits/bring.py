"""Visits into a store, by the command that people use: check, staging, swap, roll-ups."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from core.catalog.load import load_catalog
from core.commands import Asked, import_file
from core.hospital.rollups.records import rebuild
from core.hospital.rollups.rules import rules_of
from core.store.engine import Actor, Store
from tests.benchmarks.visits.make import Month

ACTOR = Actor("测试员", "benchmark")
RULES = rules_of(load_catalog(Path(__file__).resolve().parents[3] / "data" / "catalog"))
_HIGHEST, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
TODAY = dt.date(2026, 1, 15)


@dataclass(frozen=True)
class Brought:
    """What the import of all files took."""

    rows: int
    seconds: float
    cpu_seconds: float
    last_month_seconds: float
    swap_seconds: float
    """Of the last month: so long does nobody else write on SQLite."""
    peak_mb: float


def bring(store: Store, months: Sequence[Month]) -> Brought:
    """Import the months' files in turn; SystemExit where a row is refused."""
    _HIGHEST.write_text("5")  # forget how high memory stood before
    begun, spent = perf_counter(), process_time()
    before = begun
    steps: dict[str, float] = {}
    for month in months:
        before = perf_counter()
        asked = Asked(month.csv, "visit", None, None, TODAY)
        said, stored = import_file(
            store, asked, ACTOR, True, lambda share, step: _note(steps, step)
        )
        if not stored or said["accepted_rows"] != month.rows:
            raise SystemExit(f"{month.csv.name}: {said['file_codes']} {said['rejected_rows'][:3]}")
    ended = perf_counter()
    peak = int(re.findall(r"VmHWM:\s*(\d+)", _STATUS.read_text())[0]) / 1024
    rows = sum(month.rows for month in months)
    swap = steps["import.step.done"] - steps["import.step.swap"]
    return Brought(rows, ended - begun, process_time() - spent, ended - before, swap, peak)


def _note(steps: dict[str, float], step: str) -> None:
    steps[step] = perf_counter()


def refreshed(store: Store, hospital_id: int, month: int) -> float:
    """Seconds in which the roll-ups of one month are made anew."""
    rules = [rule for rule in RULES if rule.contract == "visit"]
    begun = perf_counter()
    with store.write(ACTOR) as work:
        rebuild(store, work, hospital_id, [month], rules)
        work.record("benchmark.rollup", str(month), hospital_id)
    return perf_counter() - begun
