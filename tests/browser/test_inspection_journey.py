"""Draw a sample, inspect it in two browsers at once, veto, and make the finding an action."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.carrying_out import carry_out, raise_it
from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.screen import Screen


def test_from_the_sample_to_the_effect_of_the_action(
    tab: Open, browser: Browser, demo_address: str, tmp_path: Path
) -> None:
    from tests.browser.screen import Screen

    tab(demo_address).open()  # the first link of a process is told of in the console
    screen = tab(demo_address).open("control_inspections", dept="0207", lang="zh")
    page = screen.page
    page.get_by_role("tab", name="计划与抽样").click()
    screen.settle()
    page.get_by_role("button", name="抽样并建立检查单").click()
    screen.says(re.compile("已建立"))
    page.get_by_role("tab", name="去检查").click()
    page.get_by_role("button", name=re.compile("开始填下一份")).click()
    number = _opened(screen)
    phone = browser.new_context(accept_downloads=True, timezone_id="Asia/Shanghai").new_page()
    phone.set_viewport_size({"width": 400, "height": 800})
    other = Screen(phone, demo_address)
    other.open("control_inspections", inspection=number, lang="zh")
    apart = _apart(screen)
    _answer(screen, "MR01", "合格")
    assert _apart(screen) == apart  # nothing moves under a finger that is quick
    for place in range(1, 10):  # one person from the top, the other from below
        who = screen if place < 5 else other
        _answer(who, f"MR{place + 1:02d}", "合格" if place != 1 else "不合格")
    other.settle()
    screen.settle()
    screen.page.get_by_text(re.compile("否决：缺入院记录")).click()
    screen.says(re.compile("丙；否决：缺入院记录"))
    screen.press("提交检查单")
    screen.says(re.compile("被否决封顶"))
    other.reload()
    raise_it(other, "甲级病历率")
    carry_out(other, tmp_path)
    other.says(re.compile("暂不下结论"))
    expect(other.page.get_by_test_id("stVegaLiteChart")).to_have_count(1)
    assert screen.faults == other.faults == []
    assert screen.strangers == other.strangers == []
    phone.context.close()


def _answer(screen: Screen, item: str, result: str) -> None:
    """Click until it stands there: a click may meet a form that is just drawn anew."""
    group = screen.page.get_by_role("radiogroup", name=f"{item} 结果")
    button = group.get_by_role("radio", name=result, exact=True)
    for _ in range(5):
        screen.settle()
        button.click()
        try:
            expect(button).to_be_checked(timeout=5_000)
            break
        except AssertionError:
            continue
    expect(button).to_be_checked()
    screen.settle()


def _apart(screen: Screen) -> float:
    """How far the last item stands below the first, px."""
    tops = [
        screen.page.get_by_role("radiogroup", name=f"{item} 结果").bounding_box()
        for item in ("MR01", "MR10")
    ]
    first, last = (box["y"] for box in tops if box)
    return round(last - first)


def _opened(screen: Screen) -> str:
    screen.page.wait_for_url(re.compile("inspection="))
    return re.search(r"inspection=(\d+)", screen.page.url)[1]  # type: ignore[index]
