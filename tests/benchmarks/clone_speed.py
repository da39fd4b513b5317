"""Seconds to copy a whole hospital inside the store, and against writing the same rows anew.

`python -m tests.benchmarks.clone_speed [--url URL]` makes the demo hospital, brings it to at least
150,000 inpatient cases and 400,000 arrivals, copies it, resets the copy and removes it. Beside it,
in the same run: a plain copy of the SQLite file, and the rows of the two largest tables inserted
by executemany.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select

from core.demo.loading import load_demo
from core.hospital.history.tables import METADATA
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.workshop.records import clone, copied_tables, remove, reset
from tests.benchmarks.machine import machine
from tests.stores import CATALOG

ACTOR = Actor("benchmark", "benchmarks")
LAST_MONTH = 202512
CASES, ARRIVALS = 150_000, 400_000


def _count(store: Store, table: Table, hospital_id: int) -> int:
    with store.read() as connection:
        own = select(func.count()).select_from(table).where(table.c.hospital_id == hospital_id)
        return connection.execute(own).scalar_one()


def _brought_to_size(store: Store, hospital_id: int) -> None:
    """Rows of the two largest tables, as many as the full demo has, where it has fewer."""
    with store.write(ACTOR) as work:
        department = METADATA.tables["department"]
        own = select(department.c.code).where(department.c.hospital_id == hospital_id)
        codes = work.connection.execute(own.order_by(department.c.code)).scalars().all()
        batches = METADATA.tables["import_batch"]
        newest = select(func.max(batches.c.id)).where(batches.c.hospital_id == hospital_id)
        batch = work.connection.execute(newest).scalar_one()
        for name, wanted, make in (
            ("inpatient_case", CASES, _case),
            ("arrival", ARRIVALS, _arrival),
        ):
            have = _count_in(work.connection, METADATA.tables[name], hospital_id)
            rows = [make(place, codes) for place in range(have, wanted)]
            if rows:
                columns = ["hospital_id", "batch_id", *rows[0]]
                tuples = [(hospital_id, batch, *row.values()) for row in rows]
                store.insert_many(work.connection, name, columns, tuples)
        work.record("benchmark.fill", "rows", hospital_id)


def _count_in(connection: Any, table: Table, hospital_id: int) -> int:
    own = select(func.count()).select_from(table).where(table.c.hospital_id == hospital_id)
    return connection.execute(own).scalar_one()


def _month(place: int) -> int:
    return 202301 + place % 12 + place // 12 % 3 * 100


def _case(place: int, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "month": _month(place),
        "case_key": 5_000_000_000_000_000 + place * 7919,
        "admitted_at": 1_672_531_200 + place * 600,
        "discharged_at": 1_673_136_000 + place * 600,
        "discharge_month": _month(place),
        "department": codes[place % len(codes)],
        "weight": 0.8 + place % 13 / 10,
        "payer": "resident" if place % 3 else "employee",
        "charge_total_fen": 800_000 + place % 9_000,
        "charge_drug_fen": 250_000,
        "charge_material_fen": 150_000,
        "outcome": "cured",
        "surgery_level": place % 5,
    }


def _arrival(place: int, codes: Sequence[str]) -> dict[str, Any]:
    month, rest = _month(place), place // 36
    return {
        "month": month,
        "date": month * 100 + 1 + rest % 28,
        "hour": rest // 28 % 24,
        "stream": ("outpatient", "emergency", "inpatient")[rest // 672 % 3],
        "department": codes[rest // 2016 % len(codes)],
        "count": 1 + place % 9,
    }


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    made = work()
    return time.perf_counter() - begin, made


def _executemany(store: Store, hospital_id: int) -> tuple[int, float]:
    """Rows a second of a plain executemany of the same rows, under a hospital of their own."""
    rows = 0
    seconds = 0.0
    for name in ("inpatient_case", "arrival"):
        table = METADATA.tables[name]
        bare = Table(f"bare_{name}", METADATA, *[c._copy() for c in table.c], extend_existing=True)
        METADATA.remove(bare)
        with store.read() as connection:
            own = select(table).where(table.c.hospital_id == hospital_id)
            content = [row._asdict() for row in connection.execute(own)]
        with store.write(ACTOR) as work:
            bare.create(work.connection)
            begin = time.perf_counter()
            work.connection.execute(insert(bare), content)
            work.record("benchmark.bare", name)
        seconds += time.perf_counter() - begin
        rows += len(content)
    return rows, seconds


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="a store to use, empty or with a demo hospital")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jingguan-clone-") as folder:
        file = Path(folder) / "store.db"
        store = open_store(asked.url or f"sqlite:///{file.as_posix()}")
        source = load_demo(store, ACTOR, CATALOG, LAST_MONTH)
        _brought_to_size(store, source)
        rows = sum(_count(store, table, source) for table in copied_tables())
        first, copy = _seconds(lambda: clone(store, ACTOR, source, "演练一"))
        again, _ = _seconds(lambda: reset(store, ACTOR, copy))
        gone, _ = _seconds(lambda: remove(store, ACTOR, copy, "演练一"))
        bare_rows, bare = _executemany(store, source)
        result: dict[str, Any] = {
            "rows": rows,
            "clone_seconds": round(first, 2),
            "reset_seconds": round(again, 2),
            "remove_seconds": round(gone, 2),
            "rows_a_second": round(rows / first),
            "against_executemany": round((rows / first) / (bare_rows / bare), 2),
        }
        if not asked.url:
            plain, _ = _seconds(lambda: shutil.copyfile(file, file.with_suffix(".copy")))
            result["file_copy_seconds"] = round(plain, 2)
            result["against_file_copy"] = round(first / plain, 1)
        store.close()
    for label, value in result.items():
        print(f"{label:24} {value:>12}")
    print(json.dumps({**result, "machine": machine()}))


if __name__ == "__main__":
    main()
