"""What has come in, and what a new file would change."""

from __future__ import annotations

import pandas as pd
import pytest

from core.intake.delivered.records import (
    batches,
    changes,
    known_files,
    month_totals,
    reported,
)
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import (
    DEPARTMENTS,
    INCOME,
    RULES,
    WORKLOAD,
    delivery,
    fill,
    found,
)

SAME = {"new": 0, "changed": 0, "same": 5}


def test_the_newest_batch_comes_first(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    listed = batches(store, hospital_id)["contract"].tolist()
    assert listed == ["driver", "direct_cost", "income", "workload", "departments"]
    assert batches(store, hospital_id, most=1)["contract"].tolist() == ["driver"]


def test_a_file_is_known_until_it_is_undone(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    given = delivery(hospital_id, "income")
    batch = load(store, actor, given, RULES)
    assert known_files(store, hospital_id, "income") == {given.sha256}
    assert known_files(store, hospital_id, "workload") == frozenset()
    undo(store, actor, batch, 1, RULES)
    assert known_files(store, hospital_id, "income") == frozenset()


def test_what_a_month_holds_is_counted_table_by_table(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    held = reported(store, hospital_id, 202502).set_index("contract").iloc[:4]
    assert held["rows"].to_dict() == {"workload": 2, "income": 2, "direct_cost": 1, "driver": 1}
    assert held["departments"].to_dict() == {
        "workload": 2,
        "income": 2,
        "direct_cost": 1,
        "driver": 1,
    }
    assert held["batch_id"].to_dict() == {"workload": 2, "income": 3, "direct_cost": 4, "driver": 5}


def test_a_month_without_files_holds_nothing(store: Store, actor: Actor) -> None:
    held = reported(store, fill(store, actor), 202412)
    assert set(held["rows"]) == {0}
    assert held["batch_id"].isna().all()


def test_month_totals_add_up_the_control_column(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    assert month_totals(store, hospital_id, "workload", "outpatient_visits") == [
        (202502, 110),
        (202501, 180),
    ]
    assert month_totals(store, hospital_id, "income", "amount") == [
        (202502, 7_300_00),
        (202501, 500_00 + 120_50 + 9_000_01 - 20_00),
    ]


CHANGES = [
    (WORKLOAD, SAME),
    (WORKLOAD.assign(remark="改"), SAME),
    (WORKLOAD.assign(outpatient_visits=1), {"new": 0, "changed": 5, "same": 0}),
    (WORKLOAD.assign(month=202503).iloc[:3], {"new": 3, "changed": 0, "same": 0}),
    (WORKLOAD.drop(columns="surgeries"), {"new": 0, "changed": 2, "same": 3}),
    (WORKLOAD.assign(transfers_in=0), {"new": 0, "changed": 5, "same": 0}),
]


@pytest.mark.parametrize(("rows", "expected"), CHANGES)
def test_a_file_is_compared_with_what_is_stored(
    store: Store, actor: Actor, rows: pd.DataFrame, expected: dict[str, int]
) -> None:
    hospital_id = fill(store, actor)
    assert changes(store, delivery(hospital_id, "workload", rows)) == expected


@pytest.mark.parametrize("contract", ["workload", "income", "direct_cost", "driver"])
def test_everything_in_a_first_file_is_new(store: Store, actor: Actor, contract: str) -> None:
    given = delivery(found(store, actor), contract)
    assert changes(store, given) == {"new": len(given.rows), "changed": 0, "same": 0}


def test_what_was_announced_is_what_loading_does(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    correction = delivery(hospital_id, "income", INCOME.iloc[[0, 1]].assign(amount=1))
    assert changes(store, correction) == {"new": 0, "changed": 2, "same": 0}
    load(store, actor, correction, RULES)
    assert changes(store, correction) == {"new": 0, "changed": 0, "same": 2}


def test_a_list_of_departments_is_compared_by_code(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = DEPARTMENTS.assign(dept_code=["D01", "D02", "X"])
    given = delivery(hospital_id, "departments", rows)
    assert changes(store, given) == {"new": 1, "changed": 0, "same": 2}
