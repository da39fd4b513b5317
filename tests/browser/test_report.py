"""A final report reopened after new data came in says what it said; the next edition does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.screen import Screen
from tests.browser.test_import_journey import HEADER

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW_ROW = "2026-10,0101,心血管内科,106000,0,200,227,1800,1922,65"
SAID = "十月 *门诊* 少两天 <b>长假</b>"


def _workload(screen: Screen) -> str:
    """The first sentence of 工作量 in the report that is open."""
    sentence = screen.page.get_by_text(re.compile(r"^门急诊人次 [\d,]+ 人次（")).first
    expect(sentence).to_be_visible()
    return sentence.inner_text()


def _bring_new_data(screen: Screen, folder: Path) -> None:
    file = folder / "十月工作量.csv"
    file.write_bytes("\n".join([HEADER, NEW_ROW, ""]).encode("gbk"))
    screen.menu("数据导入")
    screen.choose("这是哪张表", "科室月度工作量表")
    screen.upload(file)
    screen.press("确认写入 1 行")
    screen.says(re.compile(r"^批次 \d+ 已生效"))


def test_a_final_report_is_unchanged_by_new_data(
    tab: Open, own_address: str, tmp_path: Path
) -> None:
    screen = tab(own_address).open()
    screen.put_welcome_away()
    screen.menu("月度经营报表")
    screen.press("生成月报")
    screen.says("已生成 2026年10月 第 1 版草稿。")
    screen.page.get_by_role("tab", name="工作量", exact=True).click()
    screen.page.get_by_role("textbox", name="评述").fill(SAID)
    screen.press("保存评述")
    screen.says("评述已保存（第 1 次）。")
    screen.settle()
    screen.page.get_by_test_id("stPopover").get_by_text("定稿").click()
    reviewer = screen.page.get_by_role("combobox", name="审核人")
    screen.pick(reviewer, re.compile("质控 王蕾"), typed="质控 王蕾")
    screen.page.get_by_role("button", name="定稿", exact=True).last.click()
    screen.says("2026年10月 第 1 版已定稿。")
    screen.page.get_by_role("tab", name="全文摘要", exact=True).click()
    before = _workload(screen)
    _bring_new_data(screen, tmp_path)
    screen.menu("月度经营报表")
    screen.says("这是定稿")
    screen.page.get_by_role("tab", name="全文摘要", exact=True).click()
    assert _workload(screen) == before
    screen.says(SAID)
    screen.press("新建一版")
    screen.says("已生成 2026年10月 第 2 版草稿。")
    expect(screen.page.get_by_text(before)).to_have_count(0)
    assert _workload(screen) != before
    screen.choose("版次", "第 1 版 · 定稿")
    expect(screen.page.get_by_text(before)).to_be_visible()
    assert screen.faults == []
    assert screen.strangers == []
