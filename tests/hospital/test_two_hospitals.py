"""Two hospitals in one store never see each other's rows, through any read there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from core.access.records import add_staff, staff
from core.frames import Scope
from core.hospital.records import (
    cost_items,
    departments,
    driver_items,
    facts,
    hospitals,
    mappings,
    months_reported,
    save_mapping,
    save_target,
    targets,
)
from core.hospital.tables import Hospital
from core.intake.delivered.records import (
    batches,
    changes,
    known_files,
    month_totals,
    reported,
)
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import INCOME, RULES, delivery, fill, found

Read = Callable[[Store, int], Any]
ALL = (190001, 299912)
READS: dict[str, Read] = {
    "departments": lambda store, one: departments(store, Scope(one, *ALL)),
    "cost_items": cost_items,
    "driver_items": driver_items,
    "facts": lambda store, one: facts(store, Scope(one, *ALL)),
    "facts of one ward": lambda store, one: facts(store, Scope(one, *ALL, ("D01",))),
    "months_reported": months_reported,
    "targets": lambda store, one: targets(store, Scope(one, *ALL)),
    "mappings": lambda store, one: mappings(store, one, "income"),
    "staff": staff,
    "batches": batches,
    "known_files": lambda store, one: sorted(known_files(store, one, "income")),
    "reported": lambda store, one: reported(store, one, 202501),
    "month_totals": lambda store, one: month_totals(store, one, "income", "amount"),
    "changes": lambda store, one: changes(store, delivery(one, "income")),
}


def _furnish(store: Store, actor: Actor, hospital_id: int, who: str) -> None:
    add_staff(store, actor, hospital_id, [(who, "")])
    values = {"indicator": "alos", "month_from": 202501, "high": 9.0, "kind": "target"}
    save_target(store, actor, hospital_id, {**values, "source": who})
    mapping = {"contract": "income", "name": who, "fingerprint": "f", "spec": "{}"}
    save_mapping(store, actor, hospital_id, mapping)


def _seen(answer: Any) -> Any:
    return answer.astype(str).to_csv(index=False) if isinstance(answer, pd.DataFrame) else answer


@pytest.mark.parametrize("read", READS)
def test_what_one_hospital_reads_does_not_change_with_the_other(
    store: Store, actor: Actor, read: str
) -> None:
    mine = fill(store, actor, "县医院")
    _furnish(store, actor, mine, "甲")
    before = _seen(READS[read](store, mine))
    other = found(store, actor, "二院")
    _furnish(store, actor, other, "乙")
    more = INCOME.assign(amount=INCOME["amount"] + 7, month=INCOME["month"] + 1)
    batch = load(store, actor, delivery(other, "income", more), RULES)
    assert _seen(READS[read](store, mine)) == before
    undo(store, actor, batch, 1, RULES)
    assert _seen(READS[read](store, mine)) == before


@pytest.mark.parametrize("read", [name for name in READS if "items" not in name])
def test_an_empty_hospital_beside_a_full_one_reads_nothing(
    store: Store, actor: Actor, read: str
) -> None:
    _furnish(store, actor, fill(store, actor, "县医院"), "甲")
    with store.write(actor) as work:
        empty = Hospital(name_zh="新院", created_at=store.clock())
        work.session.add(empty)
        work.session.flush()
        work.record("hospital.create", "新院")
        assert empty.id is not None
        empty_id = empty.id
    answer = READS[read](store, empty_id)
    if read == "reported":
        assert answer["rows"].sum() == 0
    elif read == "changes":
        assert answer == {"new": len(INCOME), "changed": 0, "same": 0}
    else:
        assert answer is None or len(answer) == 0


def test_both_hospitals_are_listed(store: Store, actor: Actor) -> None:
    fill(store, actor, "县医院")
    fill(store, actor, "二院")
    assert hospitals(store)["name_zh"].tolist() == ["县医院", "二院"]


def test_the_same_file_may_go_into_two_hospitals(store: Store, actor: Actor) -> None:
    first, second = fill(store, actor, "县医院"), fill(store, actor, "二院")
    assert _seen(READS["facts"](store, first)) == _seen(READS["facts"](store, second))
