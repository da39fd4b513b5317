"""A day less in bed: beds freed, saved under a name, opened by its link, held against another."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
FREED = "腾出床位·各病区分开"


def test_a_shorter_stay_frees_beds_and_is_kept(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open()  # the first link of a process is told of in the console
    screen.open("flow_beds", period="2026-10", lang="zh")
    page = screen.page
    screen.says(re.compile("还能多收"))
    page.get_by_role("tab", name="推演").click()
    screen.settle()
    half = int(screen.card(FREED).inner_text().split()[0])
    handle = page.get_by_test_id("stSlider").get_by_role("slider")
    handle.focus()
    for _ in range(5):  # a tenth of a day each, from half a day to a day
        handle.press("ArrowLeft")
    screen.asks(days="-1")
    screen.settle()
    whole = int(screen.card(FREED).inner_text().split()[0])
    assert whole > half > 0
    page.get_by_role("tab", name="保存与对比").click()
    screen.settle()
    page.get_by_label("情景名称").fill("住院日少一天")
    page.get_by_label("情景名称").blur()
    page.get_by_role("button", name="保存", exact=True).click()
    screen.says(re.compile("用现在的改动覆盖“住院日少一天”"))
    screen.settle()
    number = re.search(r"scenario=(\d+)", page.url)
    assert number is not None
    tall = tab(demo_address, height=1600)
    other = tall.open("flow_beds", scenario=number.group(1), lang="zh")
    other.page.get_by_role("tab", name="推演").click()
    other.settle()
    assert int(other.card(FREED).inner_text().split()[0]) == whole
    other.page.get_by_role("radio", name="上午出院").click()
    other.asks(**{"try": "noon"})
    other.settle()
    other.page.get_by_role("tab", name="保存与对比").click()
    other.settle()
    other.says("已存情景")
    box = other.page.get_by_role("combobox", name=re.compile("与基期对比"))
    for name in ("住院日少一天", "当前试算"):
        other.pick(box, name)
        other.settle()
    other.page.keyboard.press("Escape")
    other.says(re.compile("都按 2026年10月 的床日与入院重算"))
    assert screen.faults == other.faults == []
    assert screen.strangers == other.strangers == []
