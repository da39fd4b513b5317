"""Server time of a slider move in the sandbox on the demo hospital.

`python -m tests.benchmarks.what_if_speed [--moves 40]`: a scenario of three changes, one of which
moves; what a page keeps of the others is kept here too, and the garbage collector is frozen after
warm-up as in the app. In CPU-milliseconds, and as a ratio to
answering the scenario from nothing in the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from core.costing.changes import Change, Scenario, change_of
from core.costing.model import Method
from core.costing.records import facts_of
from core.costing.rules import load_rules
from core.costing.scenarios import Run, answer, path, profits
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.stores import LAST_MONTH, url_of, write_demo

RULES = Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml"


def moved(percent: float) -> Scenario:
    contents: list[dict[str, Any]] = [
        {"kind": "wages", "percent": 3},
        {"kind": "price_cut", "goods": "material", "percent": 20},
        {"kind": "volume", "percent": percent},
    ]
    changes = tuple(change_of(content) for content in contents)
    return Scenario(name="what if", change=changes)


def seconds(run: Run, percent: float) -> float:
    started = time.process_time()
    scenario = moved(percent)
    answer(run, scenario)
    path(run, scenario)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=40)
    moves = parser.parse_args().moves
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.db"
        maker = get_context("spawn").Process(target=write_demo, args=(file,))
        maker.start()  # apart: what is timed is a server that finds its store filled
        maker.join()
        store = open_store(url_of(file))
        facts = facts_of(store, Scope(hospital_of(store), LAST_MONTH, LAST_MONTH), LAST_MONTH)
        store.close()
    rules = load_rules(RULES)

    def bare(method: Method, changes: tuple[Change, ...]) -> pd.DataFrame:
        return profits(facts, rules, method, changes)

    kept: Run = lru_cache(maxsize=None)(bare)
    seconds(kept, 1.0)
    gc.collect()
    gc.freeze()
    each = [seconds(kept, 1.0 + place / 2) for place in range(1, moves + 1)]
    anew = [seconds(bare, 1.0 + place / 2) for place in range(1, 6)]
    found = {
        "slider_move_cpu_ms": round(1000 * median(each), 1),
        "slider_move_cpu_ms_p95": round(1000 * sorted(each)[int(len(each) * 0.95) - 1], 1),
        "share_of_answering_anew": round(median(each) / median(anew), 2),
        "machine": machine(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
