"""An event is reported without a name on a phone, and followed by its receipt."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "夜间走廊灯不亮，推床撞到门框，患者没有受伤。"


def test_an_event_is_reported_and_followed_on_a_phone(tab: Open, demo_address: str) -> None:
    tab(demo_address).open()  # the first link of a process is told of in the console
    screen = tab(demo_address, width=400, height=860).open("control_incidents", lang="zh")
    page = screen.page
    page.get_by_text("差点发生（未遂）", exact=True).click()
    page.get_by_label("发生了什么").fill(WORDS)
    screen.choose("类别", "器械设备")
    screen.pick(page.get_by_role("combobox", name="发生科室"), "重症医学科", typed="重症")
    screen.press("匿名提交")
    screen.says("已收到。这是回执码")
    code = page.get_by_test_id("stCode").inner_text().strip()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= 400
    assert code not in page.url
    screen.settle()
    page.get_by_role("tab", name="凭回执跟进").click()
    screen.settle()
    page.get_by_label("回执码").fill(code)
    page.get_by_label("补充内容（可不填）").fill("第二天灯已修好。")
    screen.press("查看进展")
    screen.says("已收到，等待分级。")
    screen.says(WORDS)
    screen.says("第二天灯已修好。")
    assert screen.faults == []
    assert screen.strangers == []
