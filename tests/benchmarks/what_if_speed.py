"""Server time of a slider move in the sandbox on the demo hospital.

`python -m tests.benchmarks.what_if_speed [--moves 40]`: a scenario of three changes, one of which
moves, by method and by where it stands among the three; what a page keeps of the others is kept
here too, and the garbage collector is frozen after warm-up as in the app. In CPU-milliseconds;
and as a ratio to answering the scenario from nothing in the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from functools import lru_cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from core.costing.changes import Scenario, change_of
from core.costing.model import Method
from core.costing.records import facts_of
from core.costing.rules import load_rules
from core.costing.scenarios import Run, answer, run_of
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.opening import open_store
from tests.benchmarks.machine import machine
from tests.stores import LAST_MONTH, url_of, write_demo

RULES = Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml"


OTHERS: tuple[dict[str, Any], ...] = (
    {"kind": "wages", "percent": 3},
    {"kind": "price_cut", "goods": "material", "percent": 20},
)
METHODS: tuple[Method, ...] = ("three_level", "step_down")


def moved(percent: float, method: Method, first: bool) -> Scenario:
    volume = {"kind": "volume", "percent": percent}
    contents = (volume, *OTHERS) if first else (*OTHERS, volume)
    changes = tuple(change_of(content) for content in contents)
    return Scenario(name="what if", method=method, change=changes)


def seconds(run: Run, scenario: Scenario) -> float:
    started = time.process_time()
    answer(run, scenario)
    run.wholes(scenario.method, scenario.changes)
    return time.process_time() - started


def kept(run: Run) -> Run:
    """What a page keeps between moves."""
    return Run(lru_cache(maxsize=None)(run.profits), lru_cache(maxsize=None)(run.wholes))


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

    bare = run_of(facts, rules)
    seconds(bare, moved(1.0, METHODS[0], False))
    gc.collect()
    gc.freeze()
    found: dict[str, Any] = {}
    for method, first in product(METHODS, (False, True)):
        run, name = kept(bare), f"{method}_{'first' if first else 'last'}"
        seconds(run, moved(1.0, method, first))
        tried = [moved(1.0 + place / 2, method, first) for place in range(1, moves + 1)]
        each = sorted(seconds(run, scenario) for scenario in tried)
        found[f"{name}_cpu_ms"] = round(1000 * median(each), 1)
        found[f"{name}_cpu_ms_p95"] = round(1000 * each[int(len(each) * 0.95) - 1], 1)
        anew = median(seconds(bare, scenario) for scenario in tried[:5])
        found[f"{name}_share_of_anew"] = round(median(each) / anew, 2)
    found["machine"] = machine()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
