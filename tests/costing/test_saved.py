"""Scenarios saved with a name: kept as they were, by whom, at which version."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from core.costing.changes import Scenario, scenario_of
from core.costing.saved.records import (
    LONGEST,
    LONGEST_NOTE,
    Kept,
    overwrite_scenario,
    remove_scenario,
    save_scenario,
    scenario_in,
    scenarios,
)
from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.store.engine import Actor, Store


def tried(name: str, percent: float = 5) -> Scenario:
    changes = [
        {"kind": "wages", "percent": percent},
        {"kind": "move", "from": "0101", "to": "0102", "persons": 2},
    ]
    return scenario_of({"name": name, "method": "direct", "change": changes}, name)


@pytest.fixture
def place(store: Store, actor: Actor) -> int:
    return create_hospital(store, actor, "甲医院")


def test_a_scenario_comes_back_as_it_was(store: Store, actor: Actor, place: int) -> None:
    made = save_scenario(
        store, actor, place, Kept(tried(" 调薪  5% "), 202610, "month", "提请讨论")
    )
    row = scenarios(store, place).iloc[0].to_dict()
    assert (row["id"], row["name"], row["note"], row["who"]) == (
        made,
        "调薪 5%",
        "提请讨论",
        "测试员",
    )
    assert scenario_in(row) == tried("调薪 5%")
    with store.read() as connection:
        audit = connection.execute(text("SELECT action, subject FROM audit ORDER BY id")).fetchall()
    assert tuple(audit[-1]) == ("scenario.save", f"scenario:{made}")


def test_scenarios_stay_with_their_hospital(store: Store, actor: Actor, place: int) -> None:
    save_scenario(store, actor, place, Kept(tried("甲"), 202610, "month"))
    other = create_hospital(store, actor, "乙医院")
    save_scenario(store, actor, other, Kept(tried("甲"), 202610, "month"))
    assert len(scenarios(store, place)) == 1


def test_names_and_notes_have_bounds(store: Store, actor: Actor, place: int) -> None:
    save_scenario(store, actor, place, Kept(tried("甲"), 202610, "month"))
    with pytest.raises(DataError, match="E_VIEW_TAKEN"):
        save_scenario(store, actor, place, Kept(tried("甲"), 202610, "month"))
    with pytest.raises(DataError, match="E_VIEW_NAME"):
        save_scenario(store, actor, place, Kept(tried("长" * (LONGEST + 1)), 202610, "month"))
    with pytest.raises(DataError, match="E_SCENARIO_NOTE"):
        note = "长" * (LONGEST_NOTE + 1)
        save_scenario(store, actor, place, Kept(tried("乙"), 202610, "month", note))
    assert len(scenarios(store, place)) == 1


def test_who_saw_an_older_version_is_told(store: Store, actor: Actor, place: int) -> None:
    made = save_scenario(store, actor, place, Kept(tried("甲"), 202610, "month"))
    overwrite_scenario(store, actor, made, Kept(tried("甲", 9), 202609, "year12"), 1)
    row = scenarios(store, place).iloc[0].to_dict()
    assert (row["month"], row["span"], row["version"]) == (202609, "year12", 2)
    assert scenario_in(row).changes[0] == tried("甲", 9).changes[0]
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        overwrite_scenario(store, actor, made, Kept(tried("甲"), 202610, "month"), 1)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_scenario(store, actor, made, 1)
    remove_scenario(store, actor, made, 2)
    assert scenarios(store, place).empty


def test_codes_only_are_stored(store: Store, actor: Actor, place: int) -> None:
    save_scenario(store, actor, place, Kept(tried("甲"), 202610, "month"))
    content = json.loads(scenarios(store, place)["content"].iloc[0])
    assert content["change"][1] == {"kind": "move", "from": "0101", "to": "0102", "persons": 2}
