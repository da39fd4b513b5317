"""床位: what can still come, the board, the what-ifs; saved, opened by link, compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.words import t
from pages.shared.beds_choice import TRIALS
from tests.pages.app import BEDS, Tab
from tests.stores import HOSTILE


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["beds_tab"] = t(f"beds.tab.{name}")
    return tab.run()


def answers(tab: Tab) -> dict[str, str]:
    return tab.metrics()


def freed(tab: Tab) -> int:
    return int(answers(tab)[t("beds.item.freed")].split()[0])


def test_the_headline_adds_up(demo: Path) -> None:
    """Free + out - in is what can still be taken; the demo's census ends on 31 October."""
    tab = Tab(BEDS)
    numbers = [int(one) for one in re.findall(r"(?<= )\d+", tab.headline().partition("；")[0])]
    take, free, out, come = numbers
    assert free + out - come == take
    assert free == 192
    assert "10月31日" in "".join(one.value for one in tab.at.caption)


def test_the_board_holds_every_ward_and_the_house(demo: Path) -> None:
    rows = Tab(BEDS).table().set_index(t("beds.column.ward"))
    assert len(rows) == 47  # 46 wards over night, and all of them
    names = [t(f"beds.column.{name}") for name in ("open", "occupied", "free")]
    wards, house = rows[names].iloc[:-1], rows[names].iloc[-1]
    assert house.tolist() == wards.sum().tolist()


def test_a_department_has_a_board_of_its_own(demo: Path) -> None:
    tab = Tab(BEDS, dept="0101")
    rows = tab.table()
    assert len(rows) == 4
    assert rows[t("beds.column.ward")].iloc[-1] == "心血管内科"


def test_one_day_less_frees_beds_and_two_days_more(demo: Path) -> None:
    tab = part(Tab(BEDS, days="-1"), "trial")
    one = freed(tab)
    tab.at.slider(key="flow_beds_stay").set_value(-2.0)
    assert freed(tab.run()) > one > 0
    assert tab.query()["days"] == "-2"


def test_the_address_opens_a_what_if(demo: Path) -> None:
    tab = part(Tab(BEDS, **{"try": "noon", "noon": "70", "ward": "0101W1"}), "trial")
    assert answers(tab)[t("beds.item.noon")].endswith("→ 70%")
    assert tab.at.selectbox(key="flow_beds_ward").value == "0101W1"


@pytest.mark.parametrize("trial", TRIALS)
def test_every_what_if_answers(demo: Path, trial: str) -> None:
    tab = part(Tab(BEDS, **{"try": trial, "pool": "0109W1,0209W1"}), "trial")
    assert not tab.at.info
    assert len(tab.at.metric) >= 8


def test_a_what_if_is_saved_opened_by_link_and_compared(demo: Path) -> None:
    tab = part(Tab(BEDS, days="-1"), "trial")
    before = freed(tab)
    part(tab, "saved").at.text_input(key="flow_beds_name").set_value("住院日少一天")
    tab.press(t("saved.save"))
    number = tab.query()["scenario"]
    part(tab, "trial").at.slider(key="flow_beds_stay").set_value(-0.5)
    tab.run()
    part(tab, "saved").at.multiselect(key="flow_beds_compared").set_value([number, "now"])
    rows = tab.run().table().set_index(t("beds.column.what"))
    said = rows.loc[t("beds.item.freed")]
    assert int(said["住院日少一天"].split()[0]) == before > int(said.iloc[1].split()[0])
    other = part(Tab(BEDS, scenario=number), "trial")
    assert other.at.slider(key="flow_beds_stay").value == -1.0
    assert freed(other) == before


def test_a_low_ward_is_exempt_with_its_reason_and_the_address_says_so(wards: Path) -> None:
    tab = Tab(BEDS)
    action = t("beds.column.action")
    rows = tab.table().set_index(t("beds.column.ward"))
    assert rows.loc[HOSTILE, action].startswith("与相近科室")
    tab.choose("flow_beds_exempt_W2", "infection")
    rows = tab.table().set_index(t("beds.column.ward"))
    assert rows.loc[HOSTILE, action] == t("beds.exempted", reason="感染科")
    assert tab.query()["exempt"] == "W2:infection"


def test_a_day_ward_holds_no_bed_for_the_night(wards: Path) -> None:
    tab = Tab(BEDS)
    assert t("beds.day_wards", beds=5) in "".join(one.value for one in tab.at.caption)
    assert answers(tab)[t("beds.card.free")] == t("beds.count", n=11)


def test_the_census_of_one_ward_is_drawn(wards: Path) -> None:
    tab = part(Tab(BEDS, ward="W1"), "census")
    assert any("内科病区预计" in one.value for one in tab.at.caption)


def test_without_cases_hours_and_planned_operations_are_asked_for(wards: Path) -> None:
    tab = part(Tab(BEDS, **{"try": "noon"}), "trial")
    assert [one.value for one in tab.at.info] == [t("beds.try.noon.none")]
    tab.choose("flow_beds_trial", "day")
    assert [one.value for one in tab.at.info] == [t("beds.try.day.none")]


def test_wards_used_differently_are_evened_out_by_beds(wards: Path) -> None:
    """19 and 10 of 20 spread .31, to be .248: with one bed moved .26, with two .22."""
    tab = part(Tab(BEDS, **{"try": "even", "base": "2026-09"}), "trial")
    assert answers(tab)[t("beds.item.shifted")] == t("beds.count", n=2)


def test_monthly_figures_alone_are_no_forecast(gap: Path) -> None:
    tab = Tab(BEDS, days="-2")
    assert [one.value for one in tab.at.info] == [t("beds.monthly")]
    assert answers(tab)[t("beds.card.use")] == "80.6%"
    assert freed(tab) > 0


def test_a_hospital_without_beds_is_told_what_to_bring(any_store: Path) -> None:
    assert t("empty.title") in "".join(one.value for one in Tab(BEDS).at.markdown)
