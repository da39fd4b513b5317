"""分摊沙盘: changes on the left, their answer on the right; saved, compared, sought."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.hospital.scenarios.records import scenarios
from core.store.opening import open_store
from core.words import t
from pages.shared.sandbox_edit import KINDS
from tests.pages.app import SANDBOX, Tab
from tests.stores import url_of


def add(tab: Tab, kind: str) -> Tab:
    boxes = [one for one in tab.at.selectbox if str(one.key).startswith("sandbox_add_")]
    boxes[0].set_value(kind)
    return tab.run()


def set_percent(tab: Tab, value: float, place: int = 0) -> Tab:
    sliders = [one for one in tab.at.slider if str(one.key).startswith("sandbox_percent_")]
    sliders[place].set_value(value)
    return tab.run()


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["sandbox_tab"] = t(f"sandbox.tab.{name}")
    return tab.run()


def save(tab: Tab, name: str) -> Tab:
    part(tab, "saved").at.text_input(key="costing_sandbox_name").set_value(name)
    return tab.press(t("saved.save"))


def test_the_base_is_told_before_anything_is_changed(demo: Path) -> None:
    tab = Tab(SANDBOX)
    assert "−331.0 万元" in tab.at.subheader[0].value
    assert t("sandbox.first") in [one.value for one in tab.at.caption]


def test_lower_wages_show_at_once_and_by_department(demo: Path) -> None:
    tab = set_percent(add(Tab(SANDBOX), "wages"), -5.0)
    before, after = "−331.0 万元", tab.at.subheader[0].value
    assert before in after
    cards = {one.label: one.delta for one in tab.at.metric}
    assert cards[t("sandbox.card.cost")].startswith("−")
    rows = part(tab, "departments").table()
    change = rows[t("sandbox.column.delta_cost")]
    assert (change < 0).all()
    assert rows[t("sandbox.column.profit")].sum() > rows[t("sandbox.column.profit_before")].sum()


def test_another_driver_leaves_the_whole_as_it_was(demo: Path) -> None:
    tab = add(Tab(SANDBOX), "driver")
    assert "✓" in tab.at.subheader[0].value
    rows = part(tab, "departments").table()
    assert rows[t("sandbox.column.delta_cost")].sum() == pytest.approx(0, abs=0.001)
    assert (rows[t("sandbox.column.delta_cost")] != 0).any()


@pytest.mark.parametrize(
    "kind",
    [one for one in KINDS if one not in ("wages", "driver")],
)
def test_every_kind_of_change_is_answered(demo: Path, kind: str) -> None:
    tab = add(Tab(SANDBOX, dept="0503"), kind)
    assert not tab.at.error
    assert len(tab.at.metric) == 4
    assert part(tab, "tornado").table()[t("sandbox.column.said")].str.len().gt(0).all()


def test_a_scenario_is_saved_opened_elsewhere_and_compared(demo: Path) -> None:
    tab = set_percent(add(Tab(SANDBOX), "wages"), 5.0)
    save(tab, "调薪 5%")
    set_percent(tab, -3.0)
    save(tab, "降薪 3%")
    assert [one.value for one in tab.at.slider] == [-3.0]  # what is on screen stays
    store = open_store(url_of(demo))
    rows = scenarios(store, (1, "costing_sandbox"))
    store.close()
    assert rows["name"].tolist() == sorted(["调薪 5%", "降薪 3%"])
    other = part(Tab(SANDBOX), "saved")
    codes = [str(number) for number in rows["id"]]
    other.at.multiselect(key="costing_sandbox_compared").set_value(codes)
    other.run()
    compared = other.table()
    assert {"调薪 5%", "降薪 3%"} < set(compared.columns)
    up, down = (compared[name].iloc[3] for name in ("调薪 5%", "降薪 3%"))
    assert up.startswith("−")
    assert down.startswith("+")
    named = int(rows.loc[rows["name"] == "调薪 5%", "id"].iloc[0])
    opened = Tab(SANDBOX, scenario=str(named))
    sliders = [one for one in opened.at.slider if str(one.key).startswith("sandbox_percent_")]
    assert sliders[0].value == 5.0


def test_a_name_that_is_taken_is_refused(demo: Path) -> None:
    tab = add(Tab(SANDBOX), "wages")
    save(tab, "甲")
    save(tab, "甲")
    assert any("甲" in one.value for one in tab.at.error)


def test_the_percent_that_reaches_a_goal_is_found_and_used(demo: Path) -> None:
    tab = part(add(Tab(SANDBOX), "price"), "seek")
    tab.press(t("sandbox.seek"))
    assert tab.at.success
    tab.press(t("sandbox.seek.use"))
    rows = part(tab, "departments").table()
    whole = rows[t("sandbox.column.profit")].sum()
    assert abs(whole) < 20_000  # a hundredth of a percent of the fees


def test_a_store_without_data_says_what_to_do(empty: Path) -> None:
    assert t("empty.title") in "".join(one.value for one in Tab(SANDBOX).at.markdown)
