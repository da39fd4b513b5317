"""An address is enough: as the first thing a new process is asked for, and after a reload."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ASKED = {
    "period": "2026-02",
    "span": "quarter",
    "dept": "0101",
    "compare": "lunar",
    "indicator": "OP003",
}


def test_a_deep_link_is_the_first_request_of_a_new_process(tab: Open, own_address: str) -> None:
    screen = tab(own_address).open("department", **ASKED)
    screen.title("科室")
    expect(screen.page.locator("h3").first).to_contain_text("心血管内科 2026年1月–2026年2月")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    expect(screen.page.get_by_text("Page not found")).to_have_count(0)
    screen.asks(**ASKED)
    assert screen.faults == []
    assert screen.strangers == []


def test_the_address_follows_the_choices_and_survives_a_reload(
    tab: Open, demo_address: str
) -> None:
    screen = tab(demo_address).open("department", dept="0101")
    screen.choose("月份", "2026年9月")
    screen.choose("期间", "季度至今")
    screen.choose("对比", "上期（上月、上季）")
    expect(screen.page.locator("h3").first).to_contain_text("2026年7月–2026年9月")
    chosen = {"period": "2026-09", "span": "quarter", "dept": "0101", "compare": "last_period"}
    screen.asks(**chosen)
    screen.reload()
    expect(screen.page.locator("h3").first).to_contain_text("心血管内科 2026年7月–2026年9月")
    screen.asks(**chosen)


def test_the_view_goes_along_from_page_to_page_and_back(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open("department", dept="0101", period="2026-08")
    screen.asks(indicator="FN001")
    screen.menu("指标字典")
    screen.asks(dept="0101", period="2026-08")
    steps: list[int] = []
    # The page's own step, that of the scope and that of the indicator.
    while screen.page.locator("h1").inner_text() != "科室" and len(steps := [*steps, 1]) < 5:
        screen.page.go_back()
        screen.settle()
    screen.title("科室")
    expect(screen.page.locator("h3").first).to_contain_text("心血管内科 2026年8月")
