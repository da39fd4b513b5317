"""Rows a second of an import, beside plain executemany in the same run.

`python -m tests.benchmarks.import_speed [--rounds 5] [--months 36]` prints a table, then JSON.
The plain way inserts ready tuples in one transaction, once into the very table of the store and
once into a bare copy of it (same key, no references). Nothing else may run on the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from core.intake.check import CheckRequest, Masters, check
from core.intake.definitions import load_tables
from core.intake.records import Delivery, load
from core.months import month_text
from core.store.engine import Actor, Store
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.intake_load.big import WARDS, big_delivery, big_hospital, big_income
from tests.intake_load.deliveries import RULES

ACTOR = Actor("测试员", "benchmark")
COLUMNS = "hospital_id, month, ordering, performing, unit, category, amount_fen, remark, batch_id"
CHECKED_MONTHS = 12
ZH = {
    "month": "月份",
    "ordering_code": "开单科室编码",
    "performing_code": "执行科室编码",
    "unit": "门诊或住院",
    "category": "收入类别",
    "amount": "金额(元)",
}


def _fresh(folder: Path, name: str) -> Store:
    store = open_store(f"sqlite:///{folder / name}.db")
    big_hospital(store, ACTOR)
    return store


def loaded(folder: Path, name: str, rows: pd.DataFrame) -> float:
    """Seconds of the app's own loading: staging, swap, roll-ups, audit."""
    store = _fresh(folder, name)
    delivery = big_delivery(1, rows, name)
    begun = time.perf_counter()
    load(store, ACTOR, delivery, RULES)
    seconds = time.perf_counter() - begun
    store.close()
    return seconds


def inserted(folder: Path, name: str, tuples: list[tuple[Any, ...]], table: str) -> float:
    """Seconds of executemany over ready tuples, in one transaction of a connection like ours."""
    store = _fresh(folder, name)
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(
            "CREATE TABLE bare (hospital_id INTEGER, month INTEGER, ordering TEXT,"
            " performing TEXT, unit TEXT, category TEXT, amount_fen BIGINT, remark TEXT,"
            " batch_id INTEGER, PRIMARY KEY (hospital_id, month, ordering, performing, unit,"
            " category)) WITHOUT ROWID"
        )
        places = ", ".join("?" * 9)
        begun = time.perf_counter()
        driver.execute("BEGIN IMMEDIATE")
        driver.executemany(f"INSERT INTO {table} ({COLUMNS}) VALUES ({places})", tuples)
        driver.execute("COMMIT")
        seconds = time.perf_counter() - begun
    store.close()
    return seconds


def checked(folder: Path, name: str, rows: pd.DataFrame) -> tuple[float, float]:
    """Seconds of checking a CSV in Chinese, and of loading what was accepted."""
    store = _fresh(folder, name)
    path = folder / f"{name}.csv"
    yuan = pd.Series([Decimal(fen) / 100 for fen in rows["amount"]], index=rows.index)
    written = rows.assign(month=[month_text(month) for month in rows["month"]], amount=yuan)
    written.rename(columns=ZH).to_csv(path, index=False)
    tables = load_tables(Path("data/intake"))
    masters = Masters(departments=dict.fromkeys(WARDS, ""))
    begun = time.perf_counter()
    seen = check(
        path, path.name, CheckRequest(tables["income"], tables, masters, dt.date(2026, 1, 15))
    )
    between = time.perf_counter()
    if seen.accepted_rows != len(rows):
        raise SystemExit(f"{seen.accepted_rows} of {len(rows)} rows accepted: {seen.file_faults}")
    load(store, ACTOR, Delivery(1, "income", seen.rows, path.name, seen.sha256), RULES)
    ended = time.perf_counter()
    store.close()
    return between - begun, ended - between


def typed_rounds(folder: Path, rounds: int, months: int) -> dict[str, Any]:
    """Alternating rounds of the three ways over the same rows."""
    rows = big_income(months, ordering=30, performing=14, categories=10)
    keys = rows.itertuples(index=False, name=None)
    tuples = [(1, *row, None, 1) for row in keys]
    seconds: dict[str, list[float]] = {"load": [], "executemany": [], "executemany_bare": []}
    for turn in range(rounds):
        seconds["load"].append(loaded(folder, f"load{turn}", rows))
        for way, table in (("executemany", "income"), ("executemany_bare", "bare")):
            seconds[way].append(inserted(folder, f"{way}{turn}", tuples, table))
        for file in folder.glob("*.db*"):
            file.unlink()
    rate = {f"{way}_rows_per_s": round(len(rows) / median(s)) for way, s in seconds.items()}
    shares = {
        f"ratio_to_{way}": round(
            median(plain / own for plain, own in zip(seconds[way], seconds["load"], strict=True)), 2
        )
        for way in ("executemany", "executemany_bare")
    }
    return {"rows": len(rows), "rounds": rounds, **rate, **shares}


def checked_rounds(folder: Path, rounds: int) -> dict[str, Any]:
    """The whole way of a file: gate, child process, checks, then loading."""
    rows = big_income(CHECKED_MONTHS, ordering=20, performing=14, categories=3)[:20_000]
    taken = [checked(folder, f"checked{turn}", rows) for turn in range(rounds)]
    whole = median(check_s + load_s for check_s, load_s in taken)
    return {
        "checked_rows": len(rows),
        "checked_path_rows_per_s": round(len(rows) / whole),
        "check_s": round(median(check_s for check_s, _ in taken), 2),
        "load_s": round(median(load_s for _, load_s in taken), 2),
    }


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--months", type=int, default=36, help="8,400 rows a month")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jingguan-speed-") as name:
        folder = Path(name)
        result = typed_rounds(folder, asked.rounds, asked.months)
        result |= checked_rounds(folder, asked.rounds)
    for label, value in result.items():
        print(f"{label:32} {value:>12,}")
    print(json.dumps({**result, "machine": machine(), "python": platform.python_version()}))


if __name__ == "__main__":
    main()
