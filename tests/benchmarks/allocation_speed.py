"""Time of an allocation against what it could cost at least, and against a loop over rows.

`python -m tests.benchmarks.allocation_speed [--repeats 3]`: 1,000 centres (500 of them support, 40
receivers each) with 100 cost items, reciprocal with origin, against numpy's bare solution of the
same equations for the same answers; step-down with origin against a pandas loop that shares a row
at a time; strict levels of 5,000 centres with 200 items. From frames to frames, in one run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation, allocate
from core.costing.model import Method
from tests.benchmarks.machine import machine

Given = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
RECEIVERS = 40


def hospital(centres: int, items: int, seed: int = 1) -> Given:
    """Half of the centres are support, in three categories; each serves 40 others."""
    rng = np.random.default_rng(seed)
    codes = np.array([f"D{place:05}" for place in range(centres)])
    support = centres // 2
    thirds = np.array(["admin", "medical_aux", "medical_tech"])[np.arange(support) * 3 // support]
    category = np.concatenate([thirds, np.repeat("clinical", centres - support)])
    direct = pd.DataFrame(
        {
            "department": np.repeat(codes, items),
            "item": np.tile([f"I{place:03}" for place in range(items)], centres),
            "amount_fen": rng.integers(0, 10**8, centres * items),
        }
    )
    receivers = np.concatenate(
        [
            np.append(
                rng.choice(np.delete(np.arange(centres), place), RECEIVERS - 1, replace=False),
                rng.integers(support, centres),
            )
            for place in range(support)
        ]
    )
    services = pd.DataFrame(
        {
            "from_department": np.repeat(codes[:support], RECEIVERS),
            "to_department": codes[receivers],
            "driver": "hours",
            "quantity": rng.random(len(receivers)) + 0.01,
        }
    )
    return direct, services, pd.DataFrame({"department": codes, "category": category})


def best(repeats: int, make: Callable[[], object]) -> float:
    """Seconds of the fastest of several."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        make()
        times.append(time.perf_counter() - begun)
    return min(times)


def with_origin(given: Given, method: Method) -> Allocation:
    """A whole run: from frames to the final costs and where they came from."""
    found = allocate(*given, method)
    assert found.origin.shape[0] == len(found.final)
    return found


def bare(given: Given) -> Callable[[], np.ndarray]:
    """The same answers, final costs and origin, from matrices that are ready: only numpy."""
    found = allocate(*given, "reciprocal").solved
    assert found is not None
    among = found.shares[:, found.supports].toarray()
    out = found.shares[:, found.keepers].toarray()
    matrix = np.eye(len(among)) - among
    own = found.network.direct[found.supports].astype(float)
    kept = found.network.direct[found.keepers]
    return lambda: kept + np.linalg.solve(matrix, out).T @ own


def row_by_row(given: Given) -> pd.DataFrame:
    """Step-down as it is often written: a row of a pandas frame at a time."""
    direct, services, departments = given
    balance = direct.pivot_table(index="department", columns="item", values="amount_fen")
    balance = balance.astype(float)
    rank = ["admin", "medical_aux", "medical_tech"]
    supports = departments[departments["category"].isin(rank)].sort_values("category")
    closed: set[str] = set()
    for source in supports["department"]:
        closed.add(source)
        rows = services[services["from_department"] == source]
        rows = rows[~rows["to_department"].isin(closed)]
        whole = rows["quantity"].sum()
        for _, row in rows.iterrows():
            share = balance.loc[source] * (row["quantity"] / whole)
            balance.loc[row["to_department"]] = balance.loc[row["to_department"]] + share
        balance.loc[source] = 0.0
    return balance


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    small, large = hospital(1000, 100), hospital(5000, 200)
    least = best(asked.repeats, bare(small))
    reciprocal = best(asked.repeats, lambda: with_origin(small, "reciprocal"))
    down = best(asked.repeats, lambda: with_origin(small, "step_down"))
    loop = best(1, lambda: row_by_row(small))
    levels = best(asked.repeats, lambda: allocate(*large, "three_level").final)
    result: dict[str, Any] = {
        "bare_solve_with_origin_s": round(least, 4),
        "reciprocal_with_origin_s": round(reciprocal, 4),
        "reciprocal_over_bare": round(reciprocal / least, 1),
        "step_down_with_origin_s": round(down, 4),
        "pandas_loop_s": round(loop, 2),
        "loop_over_step_down": round(loop / down, 1),
        "loop_over_reciprocal": round(loop / reciprocal, 1),
        "levels_5000_x_200_s": round(levels, 2),
    }
    for name, value in result.items():
        print(f"{name:28} {value:>10}")
    print(json.dumps(result | {"machine": machine()}))


if __name__ == "__main__":
    main()
