"""瓶颈与排队: the slowest node named, a machine more, lists cleared, weeks played."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.hospital.scenarios.records import scenarios
from core.store.opening import open_store
from core.words import t
from tests.pages.app import QUEUES, Tab
from tests.stores import url_of

CASE = "case.ultrasound"


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["queues_tab"] = t(f"queues.tab.{name}")
    return tab.run()


def typed(tab: Tab, name: str, value: float) -> Tab:
    tab.at.number_input(key=f"flow_queues_{name}").set_value(value)
    return tab.run()


def test_the_slowest_and_the_busiest_node_are_named(demo: Path) -> None:
    said = Tab(QUEUES).headline()
    assert "内镜" in said
    assert "超声" in said


def test_a_node_with_more_work_than_time_is_not_stable(demo: Path) -> None:
    cards = Tab(QUEUES, node="ultrasound.0602").metrics()
    assert cards[t("queues.card.now", machines="26")] == t("queues.unstable")


def test_five_to_eight_machines_take_the_wait_away(demo: Path) -> None:
    cards = Tab(QUEUES, node=CASE).metrics()
    assert cards["现有 5 台"] == "50.3 分钟"
    assert cards["假设 8 台"] == "0.7 分钟"
    assert cards["第 6 台"] == "−86%"


def test_what_is_typed_is_in_the_address_and_comes_back_from_it(demo: Path) -> None:
    tab = typed(Tab(QUEUES, node=CASE), "asked", 6)
    assert tab.metrics()["假设 6 台"] == "7.1 分钟"
    assert tab.query()["n"] == "6"
    again = Tab(QUEUES, node=CASE, n="6", lam="10")
    assert "假设 6 台" in again.metrics()
    assert again.at.number_input(key="flow_queues_arrivals").value == 10.0


def test_another_node_brings_its_own_numbers(demo: Path) -> None:
    tab = typed(Tab(QUEUES, node=CASE), "asked", 6).choose("flow_queues_node", "endoscopy.0606")
    assert tab.at.number_input(key="flow_queues_now").value == 9
    assert "n" not in tab.query()


def test_another_spread_is_marked_approximate(demo: Path) -> None:
    def marked(tab: Tab) -> bool:
        return any(t("queues.approximate").strip() in one.value for one in tab.at.markdown)

    tab = Tab(QUEUES, node=CASE)
    assert not marked(tab)
    tab.at.session_state["queues_more"] = True
    tab.run()
    assert marked(typed(tab, "cv", 0.5))


def test_the_list_is_cleared_on_day_seven_with_eight_machines(demo: Path) -> None:
    rows = part(Tab(QUEUES, node=CASE), "booked").table().set_index(t("queues.column.machines"))
    assert rows.loc["8", t("queues.column.clear")] == t("queues.day", day="7")
    assert rows.loc["5", t("queues.column.clear")] == t("queues.never")


def test_the_week_is_played_by_hour_with_its_seed(demo: Path) -> None:
    tab = part(Tab(QUEUES, node=CASE, lam="4", n="3"), "week").press(t("queues.week.run"))
    assert t("queues.week.card.worst") in tab.metrics()
    assert "20261115" in tab.said()


def test_settings_of_the_week_are_in_the_address_and_come_back_from_it(demo: Path) -> None:
    tab = typed(part(Tab(QUEUES, node=CASE), "week"), "urgent", 20)
    tab.at.toggle(key="flow_queues_stays").set_value(False)
    tab.run()
    assert (tab.query()["urgent"], tab.query()["stays"]) == ("20", "0")
    again = part(Tab(QUEUES, node=CASE, urgent="20", stays="0", seed="7"), "week")
    assert again.at.number_input(key="flow_queues_urgent").value == 20
    assert again.at.number_input(key="flow_queues_seed").value == 7
    assert not again.at.toggle(key="flow_queues_stays").value


def test_settings_of_the_week_outlive_a_look_at_another_part(demo: Path) -> None:
    tab = typed(part(Tab(QUEUES, node=CASE), "week"), "opens", 10)
    again = part(part(tab, "booked"), "week")
    assert again.at.number_input(key="flow_queues_opens").value == 10


def test_an_unstable_week_is_not_played(demo: Path) -> None:
    tab = part(Tab(QUEUES, node=CASE, n="4"), "week")
    assert tab.at.warning
    assert t("queues.week.run") not in [button.label for button in tab.at.button]


def test_a_what_if_is_saved_and_compared(demo: Path) -> None:
    tab = part(Tab(QUEUES, node=CASE), "saved")
    tab.at.text_input(key="flow_queues_name").set_value("五变八")
    tab.press(t("saved.save"))
    other = part(Tab(QUEUES), "saved")
    store = open_store(url_of(demo))
    number = str(scenarios(store, (1, "flow_queues"))["id"].iloc[0])
    store.close()
    other.at.multiselect(key="flow_queues_compared").set_value([number])
    rows = other.run().table()
    assert "50.3 分钟" in rows["五变八"].tolist()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hospital_without_machines_tries_the_case(clinic: Path, language: str) -> None:
    tab = Tab(QUEUES, lang=language)
    assert t("queues.none") in [one.value for one in tab.at.info]
    assert len(tab.metrics()) == 4


def test_a_hospital_without_data_says_what_to_do(empty: Path) -> None:
    assert t("empty.title") in Tab(QUEUES).said()
