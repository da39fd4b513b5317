"""Changes of basis on the allocation page: made, seen at work, refused, taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.costing.basis.change import Change
from core.costing.basis.records import changes, save
from core.costing.rules import load_rules
from core.hospital.records import hospital_of
from core.store.engine import Actor
from core.store.opening import open_store
from core.words import set_language, t, texts
from tests.pages.app import ALLOCATION, ROOT, Tab
from tests.stores import url_of

BASE = load_rules(ROOT / "data" / "costing" / "rules.toml")
OTHER = Actor("另一人", "test")


class Inputs(Tab):
    """The part with drivers, its form open: a test keeps no state of what opens and shuts."""

    def run(self) -> Inputs:
        self.at.session_state["allocation"] = t("allocation.tab.inputs")
        self.at.session_state["basis_open"] = True
        super().run()
        return self


def inputs_of(**query: str) -> Tab:
    if query.get("lang"):
        set_language(query["lang"])
    return Inputs(ALLOCATION, **query)


def choose(tab: Tab, source: str, driver: str) -> Tab:
    tab.choose("basis_source", source)
    key = next(str(w.key) for w in tab.at.selectbox if str(w.key).startswith("basis.driver_"))
    return tab.choose(key, driver)


def cost_of(month: str, department: str) -> float:
    rows = Tab(ALLOCATION, period=month).table()
    own = rows[rows[t("column.department")] == department]
    return float(own[t("costing.column.full")].iloc[0])


def stored(path: Path) -> list[dict[Any, Any]]:
    store = open_store(url_of(path))
    rows = changes(store, hospital_of(store)).to_dict("records")
    store.close()
    return rows


def put(path: Path, change: Change) -> None:
    store = open_store(url_of(path))
    save(store, OTHER, hospital_of(store), change, base=BASE, seen=None)
    store.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_opens_in_both_languages(demo: Path, language: str) -> None:
    tab = inputs_of(lang=language)
    said = tab.said()
    assert texts(language)["basis.none"] in said
    assert texts(language)["basis.driver"] in said


def test_a_driver_is_changed_with_its_reason_and_taken_back(demo: Path) -> None:
    before, earlier = cost_of("2026-10", "心血管内科"), cost_of("2026-09", "心血管内科")
    tab = choose(inputs_of(), "0801", "floor_area")
    assert [told.value for told in tab.at.info if "试算" in told.value]
    tab.press(t("basis.save"))
    assert tab.errors() == [t("error.E_BASIS_REASON", most=200)]
    tab.write(t("basis.reason"), "院办按面积分摊更合理").press(t("basis.save"))
    assert tab.errors() == []
    assert cost_of("2026-10", "心血管内科") != before
    assert cost_of("2026-09", "心血管内科") == earlier
    row = stored(demo)[0]
    assert (row["department"], row["month"], row["drivers"]) == ("0801", 202610, ("floor_area",))
    store = open_store(url_of(demo))
    with store.read() as connection:
        newest = text("SELECT action, new FROM audit ORDER BY id DESC LIMIT 1")
        action, new = connection.execute(newest).one()
    store.close()
    assert (action, json.loads(new)["reason"]) == ("allocation.rule.save", "院办按面积分摊更合理")

    table = tab.at.session_state["basis_picked"]["where"][0]
    tab.select(table, 0)
    tab.press(t("basis.back"))
    assert tab.errors() == [t("error.E_BASIS_REASON", most=200)]
    tab.write(t("basis.back.reason"), "院务会未通过").press(t("basis.back"))
    assert stored(demo) == []
    assert cost_of("2026-10", "心血管内科") == before


def test_who_saw_an_older_state_is_refused_and_sees_the_newest(demo: Path) -> None:
    tab = choose(inputs_of(), "0801", "floor_area")
    put(demo, Change("0801", 202610, ("equipment_value",), "别人先改了"))
    tab.write(t("basis.reason"), "我也要改").press(t("basis.save"))
    assert tab.errors() == [t("error.E_CONFLICT")]
    assert stored(demo)[0]["reason"] == "别人先改了"
    assert "别人先改了" in tab.said()
    tab.press(t("basis.save"))
    assert tab.errors() == []
    assert stored(demo)[0]["reason"] == "我也要改"


def test_a_month_that_is_none_is_said(demo: Path) -> None:
    tab = choose(inputs_of(), "0801", "floor_area")
    tab.write(t("basis.from"), "2026-13").run()
    assert tab.errors() == [t("error.E_MONTH", value="2026-13")]
    assert stored(demo) == []


def test_a_rule_that_stops_the_month_can_be_taken_back_there(demo: Path) -> None:
    put(demo, Change("0801", 202610, ("driver:NONE",), "**加粗** 试"))
    tab = Tab(ALLOCATION)
    assert tab.headline() == t("allocation.refused", count=1)
    assert "**加粗** 试" in tab.said()
    table = tab.at.session_state["basis_picked"]["where"][0]
    tab.select(table, 0)
    tab.write(t("basis.back.reason"), "没有这个动因").press(t("basis.back"))
    assert tab.errors() == []
    assert stored(demo) == []


def test_some_items_of_a_department_get_a_driver_of_their_own(demo: Path) -> None:
    tab = inputs_of().choose("basis_source", "0801")
    box = next(one for one in tab.at.multiselect if str(one.key).startswith("basis_items_0801"))
    item, label = box.value, box.options[0]
    assert item == []
    box.select(label)
    tab.run()
    key = next(str(w.key) for w in tab.at.selectbox if str(w.key).startswith("basis.driver_"))
    tab.choose(key, "floor_area").write(t("basis.reason"), "按面积更合理").press(t("basis.save"))
    assert tab.errors() == []
    row = stored(demo)[0]
    assert (row["department"], len(row["items"])) == ("0801", 1)
    pool = t("costing.pool", department=department_named(tab, "0801"), items=label)
    assert pool in tab.said()


def department_named(tab: Tab, code: str) -> str:
    box = next(one for one in tab.at.selectbox if one.key == "basis_source")
    return next(text for text in box.options if text.startswith(code)).removeprefix(f"{code} ")
