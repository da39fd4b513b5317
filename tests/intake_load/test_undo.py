"""A batch can be taken back, the last one first."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.frames import Scope
from core.hospital.records import departments
from core.hospital.tables import ImportBatch
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import INCOME, RULES, WORKLOAD, delivery, fill, found
from tests.intake_load.reference import added_up, everything, rollups, stored

FACTS = ("income", "income_history", "rollup_month", "department")


def _rows(store: Store) -> dict:
    kept = everything(store)
    return {table: kept[table] for table in FACTS}


def _correct(store: Store, actor: Actor, hospital_id: int, fen: int) -> int:
    return load(store, actor, delivery(hospital_id, "income", INCOME.assign(amount=fen)), RULES)


def _codes(store: Store, hospital_id: int) -> list[str]:
    return departments(store, Scope(hospital_id, 202501, 202502))["department"].tolist()


def test_undoing_a_first_file_leaves_no_row_of_it(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    before = _rows(store)
    batch = load(store, actor, delivery(hospital_id, "income"), RULES)
    undo(store, actor, batch, 1, RULES)
    assert _rows(store) == before


def test_undoing_a_correction_brings_the_replaced_rows_back(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    before = _rows(store)
    batch = _correct(store, actor, hospital_id, 1)
    undo(store, actor, batch, 1, RULES)
    assert _rows(store) == before


def test_corrections_are_undone_in_the_order_they_came(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    first = _correct(store, actor, hospital_id, 1)
    second = _correct(store, actor, hospital_id, 2)
    before = everything(store)
    with pytest.raises(DataError) as refused:
        undo(store, actor, first, 1, RULES)
    assert refused.value.code == "E_UNDO_LATER"
    assert refused.value.fields == {"batch": first, "later": second}
    assert everything(store) == before
    undo(store, actor, second, 1, RULES)
    assert {row["amount_fen"] for row in stored(store, "income")} == {1}
    undo(store, actor, first, 1, RULES)
    assert [row["amount_fen"] for row in stored(store, "income")] == INCOME["amount"].tolist()


def test_a_later_file_of_other_months_does_not_stand_in_the_way(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    january, february = (part for _, part in INCOME.groupby("month"))
    first = load(store, actor, delivery(hospital_id, "income", january), RULES)
    load(store, actor, delivery(hospital_id, "income", february), RULES)
    undo(store, actor, first, 1, RULES)
    assert {row["month"] for row in stored(store, "income")} == {202502}


def test_a_batch_is_undone_once(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    batch = load(store, actor, delivery(hospital_id, "income"), RULES)
    undo(store, actor, batch, 1, RULES)
    before = everything(store)
    for seen in (1, 2):
        with pytest.raises(ConflictError, match="E_CONFLICT"):
            undo(store, actor, batch, seen, RULES)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        undo(store, actor, batch + 1, 1, RULES)
    assert everything(store) == before


def test_an_undone_file_may_come_again(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    batch = load(store, actor, delivery(hospital_id, "income"), RULES)
    undo(store, actor, batch, 1, RULES)
    again = load(store, actor, delivery(hospital_id, "income"), RULES)
    assert {row["batch_id"] for row in stored(store, "income")} == {again}
    states = store.frame(select(col(ImportBatch.status)).order_by(col(ImportBatch.id)))
    assert states["status"].tolist() == ["done", "undone", "done"]


def test_departments_that_a_file_brought_go_with_it(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = INCOME.assign(performing_code="Z99")
    given = delivery(hospital_id, "income", rows, new_departments=("Z99",))
    batch = load(store, actor, given, RULES)
    assert _codes(store, hospital_id) == ["D01", "D02", "T01", "Z99"]
    undo(store, actor, batch, 1, RULES)
    assert _codes(store, hospital_id) == ["D01", "D02", "T01"]


def test_departments_that_another_file_uses_stay(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = INCOME.assign(performing_code="Z99")
    given = delivery(hospital_id, "income", rows, new_departments=("Z99",))
    batch = load(store, actor, given, RULES)
    work = WORKLOAD.iloc[[0]].assign(dept_code="Z99")
    load(store, actor, delivery(hospital_id, "workload", work), RULES)
    undo(store, actor, batch, 1, RULES)
    assert "Z99" in _codes(store, hospital_id)


def test_departments_that_somebody_has_named_since_stay(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = INCOME.assign(performing_code="Z99")
    given = delivery(hospital_id, "income", rows, new_departments=("Z99",))
    batch = load(store, actor, given, RULES)
    names = pd.DataFrame({"dept_code": ["Z99"], "dept_name": ["康复科"]})
    named = load(store, actor, delivery(hospital_id, "departments", names), RULES)
    undo(store, actor, batch, 1, RULES)
    assert "Z99" in _codes(store, hospital_id)
    undo(store, actor, named, 1, RULES)


def _expected(layers: dict[tuple, list[tuple[int, int]]]) -> dict[tuple, int]:
    """Key -> 分 of the newest layer."""
    return {key: stack[-1][1] for key, stack in layers.items() if stack}


def _actual(store: Store) -> dict[tuple, int]:
    names = ("month", "ordering", "performing", "unit", "category")
    return {tuple(row[n] for n in names): row["amount_fen"] for row in stored(store, "income")}


def _one_more(
    store: Store, actor: Actor, hospital_id: int, fen: int, chance: random.Random
) -> tuple[int, list[tuple]]:
    """Load a random part of the file with another amount; the batch and its keys."""
    rows = INCOME.iloc[sorted(chance.sample(range(6), chance.randint(1, 6)))].assign(amount=fen)
    batch = load(store, actor, delivery(hospital_id, "income", rows), RULES)
    return batch, list(rows.iloc[:, :5].itertuples(index=False, name=None))


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_loading_and_undoing_gives_the_newest_layer_that_is_left(
    store: Store, actor: Actor, seed: int
) -> None:
    chance = random.Random(seed)
    hospital_id = found(store, actor)
    layers: dict[tuple, list[tuple[int, int]]] = {}
    keys_of: dict[int, list[tuple]] = {}
    for step in range(25):
        if not keys_of or chance.random() < 0.5:
            batch, keys = _one_more(store, actor, hospital_id, step + 1, chance)
            keys_of[batch] = keys
            for key in keys:
                layers.setdefault(key, []).append((batch, step + 1))
        else:
            batch = chance.choice(sorted(keys_of))
            on_top = all(layers[key][-1][0] == batch for key in keys_of[batch])
            if not on_top:
                with pytest.raises(DataError, match="E_UNDO_LATER"):
                    undo(store, actor, batch, 1, RULES)
                continue
            undo(store, actor, batch, 1, RULES)
            for key in keys_of.pop(batch):
                layers[key].pop()
        assert _actual(store) == _expected(layers)
        assert rollups(store, hospital_id) == added_up(store, hospital_id, RULES)
