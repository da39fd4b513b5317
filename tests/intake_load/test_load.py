"""A confirmed file goes in as it is, all of it or nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import DataError
from core.frames import Scope
from core.hospital.facts import FACT_TABLES
from core.hospital.records import departments
from core.hospital.rollups.records import RollupRule
from core.intake.delivered.records import batches
from core.intake.records import load
from core.intake.staging import records as staging
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import (
    FRAMES,
    INCOME,
    RULES,
    WORKLOAD,
    delivery,
    fill,
    found,
)
from tests.intake_load.reference import added_up, everything, rollups, stored

CONTRACTS = ["workload", "income", "direct_cost", "driver"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_cell_of_a_file_is_stored_as_given(store: Store, actor: Actor, contract: str) -> None:
    hospital_id = found(store, actor)
    batch = load(store, actor, delivery(hospital_id, contract), RULES)
    names = FACT_TABLES[contract].columns
    given = [
        {names[str(name)]: None if pd.isna(value) else value for name, value in row.items()}
        for row in FRAMES[contract].to_dict("records")
    ]
    for row, expected in zip(stored(store, contract), given, strict=True):
        assert {name: row[name] for name in expected} == expected
        assert (row["hospital_id"], row["batch_id"]) == (hospital_id, batch)


def test_the_order_of_rows_in_a_file_is_irrelevant(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    load(store, actor, delivery(hospital_id, "income", INCOME.iloc[::-1]), RULES)
    assert [row["amount_fen"] for row in stored(store, "income")] == INCOME["amount"].tolist()


def test_roll_ups_equal_the_sum_of_the_rows(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    assert rollups(store, hospital_id) == added_up(store, hospital_id, RULES)
    assert rollups(store, hospital_id)[202501, "D01", "income_outpatient"] == 620_50


def test_roll_ups_agree_after_a_correction(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    load(store, actor, delivery(hospital_id, "income", INCOME.assign(amount=7_00)), RULES)
    sums = rollups(store, hospital_id)
    assert sums == added_up(store, hospital_id, RULES)
    assert sums[202501, "D01", "income_outpatient"] == 14_00


def test_only_the_months_of_the_file_are_rolled_up_again(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE rollup_month SET value = -1"))
    february = WORKLOAD[WORKLOAD["month"] == 202502].assign(discharges=1)
    load(store, actor, delivery(hospital_id, "workload", february), RULES)
    sums = rollups(store, hospital_id)
    assert sums[202501, "D01", "discharges"] == -1
    assert sums[202502, "D01", "discharges"] == 1
    assert sums[202502, "D01", "income_outpatient"] == -1, "another table's measure"


def test_what_a_file_leaves_blank_is_missing_and_not_zero(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    row = next(row for row in stored(store, "workload") if row["department"] == "D02")
    assert row["emergency_visits"] is None
    sums = rollups(store, hospital_id)
    assert (202501, "D02", "emergency_visits") not in sums
    assert sums[202501, "T01", "outpatient_visits"] == 0, "a zero that was reported is a zero"


def test_a_column_that_a_file_lacks_is_missing_and_not_zero(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    few = WORKLOAD[["month", "dept_code", "outpatient_visits"]]
    load(store, actor, delivery(hospital_id, "workload", few), RULES)
    assert {row["admissions"] for row in stored(store, "workload")} == {None}
    assert {measure for _, _, measure in rollups(store, hospital_id)} == {"outpatient_visits"}


def test_a_correction_replaces_its_rows_and_leaves_the_others(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    correction = INCOME.iloc[[0]].assign(amount=1_00)
    batch = load(store, actor, delivery(hospital_id, "income", correction), RULES)
    amounts = [row["amount_fen"] for row in stored(store, "income")]
    assert amounts == [1_00, *INCOME["amount"].tolist()[1:]]
    kept = everything(store)["income_history"]
    assert [(row[-1], row[6]) for row in kept] == [(batch, 500_00)]


def test_the_same_file_twice_changes_nothing(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    before = everything(store)
    for contract in FRAMES:
        with pytest.raises(DataError, match="E_IMPORT_TWICE"):
            load(store, actor, delivery(hospital_id, contract), RULES)
    assert everything(store) == before


def test_a_file_without_rows_is_refused(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    with pytest.raises(DataError, match="E_IMPORT_EMPTY"):
        load(store, actor, delivery(hospital_id, "income", INCOME.iloc[:0]), RULES)


@pytest.mark.parametrize("contract", FRAMES)
def test_a_file_for_a_hospital_that_is_not_there_is_refused(
    store: Store, actor: Actor, contract: str
) -> None:
    before = everything(store)
    with pytest.raises(DataError, match="E_HOSPITAL: hospital=7"):
        load(store, actor, delivery(7, contract), RULES)
    assert everything(store) == before


def test_rows_of_an_unknown_department_bring_nothing_in(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    before = everything(store)
    stray = INCOME.assign(performing_code=["D01", "D01", "D01", "D01", "D01", "Z99"])
    with pytest.raises(IntegrityError):
        load(store, actor, delivery(hospital_id, "income", stray), RULES)
    assert everything(store) == before


def test_a_confirmed_file_may_bring_departments(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    stray = INCOME.assign(performing_code="Z99")
    load(store, actor, delivery(hospital_id, "income", stray, new_departments=("Z99",)), RULES)
    row = departments(store, Scope(hospital_id, *(202501, 202502), ("Z99",))).iloc[0]
    assert (row["name_zh"], row["category"]) == ("Z99", "unclassified")


@pytest.mark.parametrize("step", ["import.step.stage", "import.step.swap", "import.step.rollup"])
def test_an_import_that_breaks_off_leaves_nothing(store: Store, actor: Actor, step: str) -> None:
    hospital_id = fill(store, actor)
    before = everything(store)

    def break_off(share: float, reached: str) -> None:
        if reached == step:
            raise KeyboardInterrupt

    correction = delivery(hospital_id, "income", INCOME.assign(amount=1_00))
    with pytest.raises(KeyboardInterrupt):
        load(store, actor, correction, RULES, break_off)
    assert everything(store) == before
    load(store, actor, correction, RULES)
    assert {row["amount_fen"] for row in stored(store, "income")} == {1_00}


def test_a_rule_that_fails_after_the_swap_leaves_nothing(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    before = everything(store)
    broken = RollupRule("broken", "income", column="no_such_column")
    with pytest.raises(KeyError):
        load(store, actor, delivery(hospital_id, "income", INCOME.assign(amount=1)), [broken])
    assert everything(store) == before


def test_progress_only_rises_and_ends_at_one(
    store: Store, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_CHUNK", 2)
    hospital_id = found(store, actor)
    shares: list[float] = []
    load(
        store,
        actor,
        delivery(hospital_id, "income"),
        RULES,
        lambda share, step: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(stored(store, "income")) == 6


def test_money_beyond_what_a_double_holds_is_exact_in_the_rows(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    huge = INCOME.iloc[[0]].assign(amount=9_007_199_254_740_993)
    load(store, actor, delivery(hospital_id, "income", huge), RULES)
    assert stored(store, "income")[0]["amount_fen"] == 9_007_199_254_740_993


@pytest.mark.parametrize("remark", ["𠮷䶮㐂", "a\tb\\N\\.", "'; DROP TABLE income; --", "=1+1"])
def test_a_remark_is_stored_letter_by_letter(store: Store, actor: Actor, remark: str) -> None:
    hospital_id = found(store, actor)
    load(store, actor, delivery(hospital_id, "income", INCOME.assign(remark=remark)), RULES)
    assert {row["remark"] for row in stored(store, "income")} == {remark}


def test_whole_numbers_that_came_as_decimals_are_stored_whole(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = WORKLOAD.assign(surgeries=np.array([5.0, np.nan, 7.0, np.nan, 0.0]))
    load(store, actor, delivery(hospital_id, "workload", rows), RULES)
    assert [row["surgeries"] for row in stored(store, "workload")] == [5, None, 7, None, 0]


def test_a_batch_says_who_brought_what(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    given = delivery(hospital_id, "income", rejected=2, control_total="amount=1234.50")
    load(store, actor, given, RULES)
    row = batches(store, hospital_id).iloc[0]
    assert (row["contract"], row["file_name"], row["status"]) == ("income", "income.csv", "done")
    assert (row["who"], row["rows"], row["rejected"]) == ("测试员", 6, 2)
    assert (row["month_first"], row["month_last"]) == (202501, 202502)
    assert row["control_total"] == "amount=1234.50"
    assert row["at"] == store.clock()


def test_one_file_brought_by_four_at_once_is_in_once(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    start = threading.Barrier(4)

    def bring(_: int) -> str:
        start.wait()
        try:
            load(store, actor, delivery(hospital_id, "income"), RULES)
        except DataError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(bring, range(4)))
    assert answers == ["E_IMPORT_TWICE"] * 3 + ["in"]
    assert len(stored(store, "income")) == 6


def test_corrections_of_the_same_rows_at_once_all_end_in_the_history(
    store: Store, actor: Actor
) -> None:
    hospital_id = fill(store, actor)

    def correct(fen: int) -> int:
        rows = INCOME.assign(amount=fen)
        return load(store, actor, delivery(hospital_id, "income", rows), RULES)

    with ThreadPoolExecutor(4) as people:
        loaded = list(people.map(correct, [1, 2, 3, 4]))
    assert {row["batch_id"] for row in stored(store, "income")} == {max(loaded)}
    assert len(everything(store)["income_history"]) == 4 * len(INCOME)
    assert rollups(store, hospital_id) == added_up(store, hospital_id, RULES)
