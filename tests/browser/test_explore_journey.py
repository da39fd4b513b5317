"""From a red card to who is behind it; a view saved here and opened in another browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.screen import Screen

AXIS = 190
"""Pixels in which a chart writes names, left of its bars."""


def red_card(screen: Screen, code: str) -> None:
    """Click through a card of the first page that misses its target."""
    screen.page.locator(f"a[href*='analysis_explore'][href*='indicator={code}']").first.click()
    screen.title("多维分析")


def first_bar(screen: Screen, beyond: int = 6) -> None:
    """Click the bar on top of the first chart, just beyond its zero line."""
    chart = screen.page.get_by_test_id("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    screen.page.wait_for_timeout(500)  # a chart is drawn after the script has run
    chart.click(position={"x": AXIS + beyond, "y": 17})


def line(screen: Screen, place: int) -> None:
    """Click the box before a line of the table, which is one picture; the first is 0."""
    table = screen.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + 18, box["y"] + 52 + 35 * place)


def test_a_card_off_its_target_leads_to_the_department_and_its_disease_groups_in_three_clicks(
    tab: Open, demo_address: str
) -> None:
    screen = tab(demo_address).open()
    screen.put_welcome_away()
    red_card(screen, "OP003")
    screen.asks(indicator="OP003", by="department", sort="worst")
    first_bar(screen)
    screen.asks(by="disease_group")
    assert "dept=" in screen.page.url
    screen.settle()
    first_bar(screen)
    screen.asks(show="trend")
    assert "group=" in screen.page.url
    assert screen.faults == []


def test_a_red_card_leads_to_the_department_and_the_disease_groups_that_lose(
    tab: Open, demo_address: str
) -> None:
    """The surplus is kept by department: below it stands what the groups of its cases earn."""
    screen = tab(demo_address).open(period="2026-10")
    screen.put_welcome_away()
    card = screen.page.locator("[data-testid=stMetric]", has_text="医疗盈余率")
    expect(card.locator("xpath=../..")).to_contain_text("未达")
    red_card(screen, "FN022")
    screen.asks(indicator="FN022", by="department")
    line(screen, 3)  # the first is what belongs to no department
    screen.asks(by="disease_group", indicator="FN033")
    assert "dept=" in screen.page.url
    screen.settle()
    assert screen.faults == []


def test_the_way_back_is_one_step_at_a_time(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open(
        "analysis_explore",
        indicator="OP024",
        by="machine",
        dept="0601",
        machine="CT-06",
        show="trend",
    )
    screen.press("放射影像科")
    screen.asks(show="ranked", by="machine", dept="0601")
    assert "machine=CT-06" not in screen.page.url
    screen.press("全院")
    screen.asks(by="department")
    expect(screen.page).not_to_have_url(re.compile("dept="))


def test_a_saved_view_opens_in_another_browser(
    tab: Open, browser: Browser, demo_address: str
) -> None:
    from tests.browser.screen import Screen

    here = tab(demo_address).open(
        "analysis_explore", indicator="OP003,OP001", by="campus", sort="value", period="2026-08"
    )
    here.press("已存视图")
    here.page.get_by_label("视图名称").first.fill("院区对比")
    here.press("保存当前视图")
    here.settle()
    other = browser.new_context(locale="en-US", timezone_id="Asia/Shanghai")
    there = Screen(other.new_page(), demo_address).open("analysis_explore")
    there.press("已存视图")
    there.page.get_by_role("button", name="院区对比").click()
    there.asks(by="campus", sort="value", period="2026-08")
    there.says("平均住院日")
    there.says("老院区")
    other.close()
