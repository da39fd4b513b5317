"""From the forecast to a roster that can be taken along; the hospital's own roster is typed."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_roster_is_suggested_from_the_forecast_and_exported(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address).open()  # the first link of a process is told of in the console
    screen.open("flow_forecast", stream="emergency", freq="M", lang="zh")
    page = screen.page
    screen.says(re.compile("急诊预计 .+80% 可能在"))
    page.get_by_role("link", name="按它排班").click()
    screen.title("弹性排班")
    screen.asks(stream="emergency")
    screen.says(re.compile("急诊医师缺 .* 人时，最缺"))
    screen.settle()
    page.get_by_text("资料没说的时段，按假设补 2 医 4 护").click()
    screen.asks(between="1")
    screen.settle()
    page.get_by_role("tab", name="建议班次").click()
    screen.says(re.compile("没有检查劳动法"))
    screen.settle()
    with page.expect_download() as waiting:
        screen.press("下载排班表 xlsx")
    path = tmp_path / "roster.xlsx"
    waiting.value.save_as(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["建议班次", "每小时人手"]
    assert book["建议班次"].max_row > 20
    assert screen.faults == []
    assert screen.strangers == []
