"""Patient flow in a browser: a forecast made, tested, changed by an event, taken along."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_forecast_is_made_changed_by_an_event_and_exported(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address, height=1700).open()  # a process tells of its first link
    screen.open("flow_forecast", stream="emergency", freq="W", lang="zh")
    page = screen.page
    screen.press("生成预测")
    screen.says(re.compile("正在预测|正在用过去的起点"))
    screen.says(re.compile("急诊预计 .+80% 可能在"))
    screen.says(re.compile("优于照搬|与照搬相当|不如照搬"))
    screen.settle()
    before = page.get_by_test_id("stMetricValue").first.inner_text()
    page.get_by_role("tab", name="事件日历").click()
    screen.settle()
    screen.pick(page.get_by_role("combobox", name=re.compile("事件类型")), re.compile("^人次增减"))
    screen.says("人次变化 %（假设）")
    page.get_by_label("名称", exact=True).last.fill("流感季")
    page.get_by_label("原因或依据").fill("疾控预警")
    page.get_by_label("原因或依据").blur()
    screen.press("保存事件")
    screen.says(re.compile("疾控预警 ——"))
    screen.settle()
    assert page.get_by_test_id("stMetricValue").first.inner_text() != before
    page.get_by_role("tab", name="预测", exact=True).click()
    screen.says(re.compile("标出的日子：.*流感季"))
    with page.expect_download() as waiting:
        screen.press("下载 xlsx")
    path = tmp_path / "forecast.xlsx"
    waiting.value.save_as(path)
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 14
    assert "按事件假设" in str(rows[1][1])
    assert screen.faults == []
    assert screen.strangers == []
