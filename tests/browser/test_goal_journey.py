"""A goal from a template, broken down to departments, and its progress."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_goal_is_taken_from_a_template_broken_down_and_followed(
    tab: Open, demo_address: str
) -> None:
    screen = tab(demo_address).open("planning_goals", lang="zh", plan="1")
    page = screen.page
    page.get_by_role("tab", name="加目标").click()
    page.get_by_text("科室间床位使用率差异系数降低 20%").wait_for()
    page.get_by_label("为什么改").first.fill("职代会提出")
    page.get_by_label("为什么改").first.blur()
    screen.settle()
    page.get_by_role("button", name="加入规划", exact=True).first.click()
    screen.says("已加入 1 个目标")
    screen.says("57 个目标")
    screen.settle()
    page.get_by_text("分解到下级").click()
    screen.settle()
    box = page.get_by_label("科室", exact=True).last
    screen.pick(box, re.compile("消化内科"), typed="消化内科")
    page.keyboard.press("Escape")
    form = page.get_by_test_id("stForm").filter(has_text="生成下级目标")
    form.get_by_label("为什么改").fill("分到科室")
    page.get_by_role("button", name="生成下级目标").click()
    screen.says("58 个目标")
    page.get_by_role("link", name="看目标进度").click()
    screen.says("目标进度")
    screen.says("个落后")
