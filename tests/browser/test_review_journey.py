"""A plan is judged by three people in three browsers, talked over, judged again and taken along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
docx = pytest.importorskip("docx", reason="python-docx is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.screen import Screen

CRITERIA = ("科学性", "依据性", "可操作性", "可检查性")
APART = {"运营 林晓": 5, "财务 陈静": 3, "质控 王蕾": 1}
CLOSER = {"运营 林晓": 4, "财务 陈静": 4, "质控 王蕾": 3}


def test_three_reviewers_in_three_browsers(
    tab: Open, browser: Browser, demo_address: str, tmp_path: Path
) -> None:
    from tests.browser.screen import Screen

    screen = tab(demo_address).open("planning_reviews", lang="zh")
    number = _round(screen)
    people: dict[str, Screen] = {}
    for name in APART:
        page = browser.new_context(timezone_id="Asia/Shanghai").new_page()
        page.set_viewport_size({"width": 1440, "height": 900})
        people[name] = Screen(page, demo_address)
        people[name].open("planning_reviews", round=number, lang="zh")
        people[name].choose("操作人", name)
    _judge(people, APART, cards=0)
    first, *_ = people.values()
    first.press("公布本轮评分")
    first.says(re.compile("一致性"))
    first.page.get_by_role("tab", name="一致性与合议").click()
    first.says("运营 林晓 5")
    first.settle()
    first.page.get_by_label("记一句合议意见").first.fill("基线 *口径* 要写明")
    first.page.get_by_role("button", name="记下").first.click()
    first.says("基线 *口径* 要写明")
    first.settle()
    first.press("合议后重评")
    first.says("已交 0/3 份。")
    for name, one in people.items():
        one.reload().choose("操作人", name)
    _judge(people, CLOSER, cards=4)
    first.press("公布本轮评分")
    box = first.page.get_by_role("combobox", name="哪一轮")
    expect(box).to_have_value("三人快评（已定稿）")
    first.settle()
    first.page.get_by_role("tab", name="结果").click()
    with first.page.expect_download() as waiting:
        first.page.get_by_role("button", name=re.compile("docx")).click()
    path = tmp_path / "review.docx"
    waiting.value.save_as(path)
    assert "基线 *口径* 要写明" in _text(path)
    for one in people.values():
        assert one.faults == []
        assert one.strangers == []
        one.page.context.close()


def _round(screen: Screen) -> str:
    """Open a round on the first plan; its number."""
    page = screen.page
    before = page.url
    page.get_by_role("tab", name="发起一轮").click()
    screen.settle()
    page.get_by_label("这一轮叫什么").fill("三人快评")
    page.get_by_role("radio", name=re.compile("^快评")).click()
    box = page.get_by_role("combobox", name=re.compile("评委"))
    for name in APART:
        screen.pick(box, name)
    page.keyboard.press("Escape")
    screen.press("发起评审")
    expect(page).not_to_have_url(before)
    screen.says("已交 0/3 份。")
    found = re.search(r"round=(\d+)", page.url)
    assert found is not None
    return found[1]


def _judge(people: Mapping[str, Screen], scores: Mapping[str, int], cards: int) -> None:
    """Everybody fills in his sheet before the first is handed in; then all hand in.

    cards: what is shown of turns that are over; it stays, whoever has handed in.
    """
    for name, screen in people.items():
        for criterion in CRITERIA:
            group = screen.page.get_by_role("radiogroup", name=criterion)
            group.get_by_text(str(scores[name]), exact=True).click()
            screen.settle()
    for name, screen in people.items():
        screen.press("交评分表")
        screen.says(re.compile(f"{re.escape(name)} 已交评分，公布前不再显示"))
        expect(screen.page.get_by_test_id("stMetric")).to_have_count(cards)


def _text(path: Path) -> str:
    document = docx.Document(str(path))
    told = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *told])
