"""Machines raised from five to eight: the wait falls, the curve flattens, the list is cleared."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_five_to_eight_machines_shorten_the_wait(tab: Open, demo_address: str) -> None:
    tab(demo_address).open()  # the first link of a process is told of in the console
    screen = tab(demo_address).open("flow_queues", node="case.ultrasound", n="5", lang="zh")
    page = screen.page
    screen.says("50.3 分钟")
    field = page.get_by_label("假设台数")
    field.fill("8")
    field.press("Enter")
    screen.asks(node="case.ultrasound")
    screen.says(re.compile("5 台加到 8 台：平均等待 50.3 分钟 → 0.7 分钟"))
    screen.settle()
    screen.says(re.compile("曲线变平"))
    page.get_by_role("tab", name="预约几天").click()
    screen.says("5 台永远清不完，8 台第 7 天清完")
    screen.settle()
    page.get_by_role("tab", name="哪个时段等").click()
    screen.press("运行模拟")
    screen.says(re.compile("模拟 30 次 × 4 周"))
    screen.settle()
    page.get_by_role("tab", name="保存与对比").click()
    screen.settle()
    page.get_by_label("情景名称").fill("加到 8 台")
    page.get_by_label("情景名称").blur()
    page.get_by_role("button", name="保存", exact=True).click()
    screen.says(re.compile("用现在的改动覆盖“加到 8 台”"))
    assert screen.faults == []
    assert screen.strangers == []
