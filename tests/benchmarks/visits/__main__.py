"""Five to twenty million visits: import, roll-ups against every row, and the pages above them.

`python -m tests.benchmarks.visits --rows 5000000 --folder F` makes a CSV a month (about 100 bytes
a visit), imports them into the demo hospital in F, and prints a table, then JSON. Needs
requirements-bench.txt, Linux, and about 250 bytes of disk a visit. `--rows 200000` is a quick look
at whether all of it works; its ratios say nothing. Nothing else may run on the machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from core.commands import hospital_of
from core.frames import Scope
from core.hospital.records import departments
from core.months import add_months
from core.store.engine import Store
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.benchmarks.rerun_cost import page_costs
from tests.benchmarks.server import demo_store
from tests.benchmarks.visits.bring import bring, refreshed
from tests.benchmarks.visits.make import Month, write_months
from tests.benchmarks.visits.read import EVER, Parquet, best, from_rollups, from_rows

LAST = 202512
BYTES = 250
ROUNDS = 3


def measured(store: Store, months: Sequence[Month], folder: Path) -> dict[str, Any]:
    """Import the months, then read them three ways. SystemExit where two answers differ."""
    hospital_id = hospital_of(store)
    size = _size(folder)
    brought = bring(store, months)
    refresh = refreshed(store, hospital_id, months[-1].month)
    rolled, answer = best(lambda: from_rollups(store, hospital_id), 2 * ROUNDS)
    raw, by_rows = best(lambda: from_rows(store, hospital_id), 1)
    duck, by_duck = best(Parquet(months[0].parquet.parent), ROUNDS)
    for name, other in (("visits of the store", by_rows), ("DuckDB", by_duck)):
        _same(answer, other, name)
    return {
        "visits": brought.rows,
        "months": len(months),
        "import_rows_per_s": round(brought.rows / brought.seconds),
        "import_rows_per_cpu_s": round(brought.rows / brought.cpu_seconds),
        "last_month_import_s": round(brought.last_month_seconds, 1),
        "last_month_swap_s": round(brought.swap_seconds, 2),
        "import_peak_mb": round(brought.peak_mb),
        "bytes_a_visit": round((_size(folder) - size) / brought.rows),
        "refresh_one_month_s": round(refresh, 2),
        "rollup_ms": round(rolled * 1000, 1),
        "raw_sql_ms": round(raw * 1000),
        "duckdb_parquet_ms": round(duck * 1000, 1),
        "raw_over_rollup": round(raw / rolled, 1),
        "rollup_over_duckdb": round(rolled / duck, 3),
    }


def _same(answer: pd.DataFrame, other: pd.DataFrame, name: str) -> None:
    try:
        pd.testing.assert_frame_equal(answer, other, check_dtype=False, rtol=1e-12)
    except AssertionError as error:
        raise SystemExit(f"roll-ups and {name} disagree: {error}") from error


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.db*"))


def _clinical(store: Store) -> list[str]:
    known = departments(store, Scope(hospital_of(store), *EVER))
    return known.loc[known["category"] == "clinical", "department"].tolist()


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--store", type=Path, help="a demo store to copy, to save making one")
    parser.add_argument("--no-pages", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(asked.folder).free < asked.rows * BYTES:
        raise SystemExit(f"{asked.folder} has less than {asked.rows * BYTES / 1e9:.0f} GB left")
    file = asked.folder / "visits.db"
    if asked.store:
        shutil.copyfile(asked.store, file)
    else:
        demo_store(file)
    url = f"sqlite:///{file}"
    store = open_store(url)
    calendar = [add_months(LAST, step - asked.months + 1) for step in range(asked.months)]
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # its memory is not the import's
        made = apart.submit(write_months, asked.folder, asked.rows, calendar, _clinical(store))
        months = made.result()
    result = measured(store, months, asked.folder)
    if not asked.no_pages:
        own = page_costs(url, "department", dept=_clinical(store)[0])
        result |= {f"home_{key}": value for key, value in page_costs(url).items()}
        result |= {f"department_{key}": value for key, value in own.items()}
    store.close()
    for label, value in result.items():
        print(f"{label:36} {value:>14,}")
    print(json.dumps({**result, "machine": machine()}))


if __name__ == "__main__":
    main()
