"""快速建院 as a person does it: twelve departments pasted, a hospital, and every page opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.server import serve
from tests.stores import write_empty

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROWS = "\n".join(
    "\t".join(row)
    for row in [
        ("科室名称", "类别", "在岗人数", "床位", "月直接成本", "月收入"),
        ("内科", "临床", "30", "45", "95", "130"),
        ("外科", "临床", "28", "40", "88", "140"),
        ("妇产科", "临床", "22", "30", "60", "75"),
        ("儿科", "临床", "18", "25", "45", "48"),
        ("中医科", "临床", "12", "15", "28", "33"),
        ("急诊科", "临床", "16", "", "32", "26"),
        ("检验科", "医技", "10", "", "30", "52"),
        ("放射科", "医技", "9", "", "26", "44"),
        ("药剂科", "医技", "14", "", "20", ""),
        ("设备科", "医辅", "5", "", "7", ""),
        ("院办", "行政后勤", "8", "", "11", ""),
        ("财务科", "行政后勤", "6", "", "8", ""),
    ]
)
PAGES = ("运营总览", "科室", "数据导入", "指标字典", "数据质量", "医院与演练")


def test_a_pasted_grid_becomes_a_hospital_on_which_every_page_opens(
    tab: Open, tmp_path: Path
) -> None:
    with serve(write_empty(tmp_path / "store.db")) as address:
        screen = tab(address).open()
        screen.page.get_by_role("link", name="手头没有文件？用科室清单快速建院").click()
        screen.title("快速建院")
        before = screen.card("月门急诊人次").inner_text()
        screen.press("从 Excel 粘贴多行")
        screen.page.get_by_role("textbox", name="依次为").fill(ROWS)
        screen.press("填入表格")
        screen.settle()
        expect(screen.card("月门急诊人次")).not_to_have_text(before)
        screen.settle()
        screen.press("建院")
        screen.says("“县中医院”已建成：12 个科室，2025年11月–2026年10月。")
        screen.menu("运营总览")
        screen.put_welcome_away()
        for page in PAGES:
            screen.menu(page)
            expect(screen.page.get_by_test_id("stException")).to_have_count(0)
            expect(screen.page.get_by_test_id("stAlertContentError")).to_have_count(0)
        assert screen.faults == []
        assert screen.strangers == []
