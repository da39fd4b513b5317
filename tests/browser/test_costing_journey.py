"""One yuan followed from a clinical department to the rows of the ledger; the live workbook."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.browser.conftest import Open
from tests.browser.test_explore_journey import line

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_one_yuan_is_followed_to_its_ledger_rows(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open()  # the first link of a process is told of in the console
    screen.open("costing_allocation", dept="0101", period="2026-10")
    screen.page.get_by_role("tab", name="一元钱追踪").click()
    screen.says(re.compile("^心血管内科 当月入账"))
    screen.settle()
    line(screen, 1)  # the first line is its own direct cost
    screen.says(re.compile("^介入导管室 当月入账"))
    screen.page.get_by_role("radio", name="一个科室的成本到哪去").click()
    screen.says(re.compile("最后到了"))
    assert screen.faults == []
    assert screen.strangers == []


def test_the_workbook_that_can_be_added_up_again_arrives(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address).open("costing_allocation", period="2026-10")
    with screen.page.expect_download() as waiting:
        screen.press("下载可复算的工作簿")
    path = tmp_path / "book.xlsx"
    waiting.value.save_as(path)
    cells = openpyxl.load_workbook(path)["三级分摊"]["D40":"J60"]
    assert any(str(cell.value).startswith("=") for row in cells for cell in row)


def test_two_scenarios_are_built_saved_and_compared(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open("costing_sandbox", period="2026-10", lang="zh")
    page = screen.page
    screen.says(re.compile("收支结余合计"))
    for place, (kind, name) in enumerate((("人员经费", "调薪"), ("换分摊动因", "换动因")), 1):
        screen.pick(page.get_by_role("combobox", name="添加一项改动"), kind)
        screen.says(f"{place} · {kind}")
        screen.settle()
        page.get_by_role("tab", name="保存与对比").click()
        screen.settle()
        page.get_by_label("情景名称").fill(name)
        page.get_by_label("情景名称").blur()
        page.get_by_role("button", name="保存", exact=True).click()
        screen.says(re.compile(f"用现在的改动覆盖“{name}”"))
        screen.settle()
    other = tab(demo_address).open("costing_sandbox", period="2026-10", lang="zh")
    other.page.get_by_role("tab", name="保存与对比").click()
    box = other.page.get_by_role("combobox", name=re.compile("与基期对比"))
    for name in ("调薪", "换动因"):
        other.pick(box, name)
        other.settle()
    other.page.keyboard.press("Escape")
    other.says("各科收支结余的变化（元）")
    other.page.locator("button", has_text="调薪").first.click()
    other.says(re.compile("收支结余由"))
    assert other.faults == []
