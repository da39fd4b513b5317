"""弹性排班: gaps by hour against the forecast, suggested shifts, the own roster, a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import streamlit as st

from core.hospital.scenarios.records import scenarios
from core.store.opening import open_store
from core.words import t
from pages.shared import staffing_reads
from tests.pages.app import STAFFING, Tab
from tests.stores import url_of

OWN = "8-12:20.20.20.20.20.20.20;20-12:20.20.20.20.20.20.20"


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["staffing_tab"] = t(f"staffing.tab.{name}")
    return tab.run()


def test_the_worst_hours_and_the_suggestion_are_in_the_headline(demo: Path) -> None:
    said = Tab(STAFFING).headline()
    assert "11月2日–11月8日急诊医师缺" in said
    assert "建议" in said


def test_suggested_shifts_leave_no_hour_uncovered(demo: Path) -> None:
    assert Tab(STAFFING).metrics()[t("staffing.card.uncovered")].endswith("→ 0")


def test_hours_of_which_the_case_is_silent_are_not_filled_unless_asked(demo: Path) -> None:
    silent = t("staffing.silent", hours=59)
    tab = Tab(STAFFING)
    assert silent in tab.said()
    tab.at.checkbox(key="flow_staffing_between").check()
    tab.run()
    assert silent not in tab.said()
    assert tab.query()["between"] == "1"


def test_a_float_for_more_hours_takes_more_people(demo: Path) -> None:
    def hours(tab: Tab) -> str:
        return part(tab, "departments").table()[t("staffing.column.float_hours")].sum()

    assert hours(Tab(STAFFING, level="90")) > hours(Tab(STAFFING))


def test_another_kind_of_staff_has_its_own_standard(demo: Path) -> None:
    tab = Tab(STAFFING).choose("flow_staffing_staff", "nurse")
    assert "护士" in tab.headline()
    assert tab.at.number_input(key="flow_staffing_least").value == 2


def test_the_standard_can_be_typed_and_is_in_the_address(demo: Path) -> None:
    tab = Tab(STAFFING)
    tab.at.number_input(key="flow_staffing_per").set_value(8.0)
    tab.run()
    assert tab.query()["per"] == "8.0"
    assert Tab(STAFFING, per="8.0").headline() == tab.headline()


def test_the_own_roster_of_the_address_is_compared(demo: Path) -> None:
    tab = Tab(STAFFING, roster="own", duty=OWN, people="100")
    assert "不缺人" in tab.headline()
    cards = tab.metrics()
    assert cards[t("staffing.card.uncovered")] == "0 → 0"
    assert cards[t("staffing.card.overtime")] == "0 → 0"


def test_without_a_roster_the_need_is_shown(demo: Path) -> None:
    tab = Tab(STAFFING, roster="own")
    assert "需要" in tab.headline()
    assert t("staffing.strip.need") in [one.value for one in tab.at.caption]


def test_a_forecast_that_loses_asks_before_it_suggests(demo: Path) -> None:
    worse = {"ratio": 1.2, "wape": 0.3, "loses": True}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staffing_reads, "licence", lambda *_: worse)
        tab = Tab(STAFFING)
        assert t("staffing.loses") in [one.value for one in tab.at.warning]
        assert tab.metrics()[t("staffing.card.uncovered")].endswith("—")
        tab.at.checkbox(key="flow_staffing_confirm").check()
        assert tab.run().metrics()[t("staffing.card.uncovered")].endswith("→ 0")


def test_one_day_has_its_arrivals_and_its_people(demo: Path) -> None:
    tab = part(Tab(STAFFING, day="sat"), "day")
    charts: Any = tab.at.get("vega_lite_chart")
    assert len(charts) == 2


def test_law_is_said_not_to_be_checked_and_the_roster_is_a_file(demo: Path) -> None:
    files: dict[str, Any] = {}

    def offered(label: str, data: Any, **_: Any) -> None:
        files[label] = data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "download_button", offered)
        tab = part(Tab(STAFFING), "shifts")
    assert t("staffing.law") in [one.value for one in tab.at.warning]
    book = openpyxl.load_workbook(io.BytesIO(files[t("staffing.download")]()))
    assert book.sheetnames == [
        t("staffing.sheet.shifts"),
        t("staffing.sheet.coverage"),
        t("export.about"),
    ]
    assert book[t("staffing.sheet.coverage")].max_row == 169


def test_endoscopy_and_nursing_have_their_standards(demo: Path) -> None:
    tab = part(Tab(STAFFING), "care")
    assert tab.metrics()[t("staffing.staff.aide")] == t("staffing.count", count=2)
    tab.at.number_input(key="flow_staffing_care_level1").set_value(20)
    assert tab.run().metrics()[t("staffing.nursing.hours")] == "90.0 小时"
    assert tab.query()["care_level1"] == "20"
    again = part(Tab(STAFFING, care_level1="20", rooms="10"), "care").metrics()
    assert again[t("staffing.nursing.hours")] == "90.0 小时"
    assert again[t("staffing.staff.aide")] == t("staffing.count", count=2)


def test_the_own_roster_is_saved_and_compared(demo: Path) -> None:
    tab = part(Tab(STAFFING, roster="own", duty=OWN), "saved")
    tab.at.text_input(key="flow_staffing_name").set_value("现行班表")
    tab.press(t("saved.save"))
    other = part(Tab(STAFFING), "saved").press("现行班表")
    assert other.query()["duty"] == OWN
    other.at.multiselect(key="flow_staffing_compared").set_value([number_of(demo)])
    rows = other.run().table(-1).set_index(t("queues.compare.item"))
    assert rows.loc[t("staffing.compare.short"), "现行班表"] == "0"


def number_of(demo: Path) -> str:
    store = open_store(url_of(demo))
    rows = scenarios(store, (1, "flow_staffing"))
    store.close()
    return str(rows["id"].iloc[0])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hospital_without_hourly_arrivals_is_told_what_to_do(clinic: Path, language: str) -> None:
    tab = Tab(STAFFING, lang=language)
    assert t("staffing.none") in [one.value for one in tab.at.info]


def test_a_hospital_without_data_says_what_to_do(empty: Path) -> None:
    assert t("empty.title") in Tab(STAFFING).said()
