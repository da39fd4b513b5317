"""Chinese for everybody until English is asked for, by the switch or by the address."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_browser_that_prefers_english_is_spoken_to_in_chinese(
    tab: Open, demo_address: str
) -> None:
    screen = tab(demo_address).open()
    screen.title("运营总览")
    assert screen.page.evaluate("navigator.language") == "en-US"
    assert screen.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "精管台" in screen.page.title()


def test_the_switch_changes_menu_title_and_charts(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open()
    screen.put_welcome_away()
    chart = screen.page.get_by_test_id("stVegaLiteChart").first
    expect(chart).to_contain_text("2024年")
    screen.page.get_by_role("radio", name="English").click()
    screen.title("Overview")
    expect(screen.page.get_by_test_id("stSidebarNav")).to_contain_text("Department")
    expect(screen.page.get_by_test_id("stSidebarNav")).not_to_contain_text("科室")
    expect(chart).not_to_contain_text("年")
    expect(screen.card("Outpatient and emergency visits")).to_be_visible()
    screen.asks(lang="en")
    screen.menu("Import")
    screen.reload()
    screen.title("Import")
    screen.page.get_by_role("radio", name="中文").click()
    screen.title("数据导入")
    expect(screen.page).not_to_have_url(re.compile("lang="))
    assert screen.faults == []


def test_what_was_chosen_is_said_in_the_new_language_and_stays_chosen(
    tab: Open, demo_address: str
) -> None:
    screen = tab(demo_address).open("department", dept="0101", indicator="OP003")
    screen.choose("期间", "年累计")
    expect(screen.page.locator("h3").first).to_contain_text("2026年1月–2026年10月")
    screen.page.get_by_role("radio", name="English").click()
    screen.title("Department")
    expect(screen.page.get_by_role("combobox", name="Span")).to_have_value("Year to date")
    assert (
        screen.chosen().items()
        >= {
            "Month": "Oct 2026",
            "Department": "0101 Cardiology",
            "Compare with": "Same months last year",
            "Indicator": "Average length of stay",
        }.items()
    )
    screen.choose("Compare with", "Target only")
    screen.asks(compare="target", dept="0101", span="ytd", indicator="OP003", lang="en")


def test_an_address_can_ask_for_english(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open("data_catalogue", lang="en", indicator="OP001")
    screen.title("Indicators")
    expect(screen.page.locator("h3").first).to_have_text("OP001 Bed occupancy rate")
    assert screen.page.evaluate("document.documentElement.lang") == "en"
