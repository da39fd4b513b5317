"""A GBK file with two bad rows: preview, confirm, the number on home, and back again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.screen import Screen

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEADER = (
    "月份,科室编码,科室名称,门诊人次,急诊人次,入院人次,出院人次,实际占用床日,实际开放床日,手术台次"
)
ROWS = (
    "2026-10,0101,心血管内科,106000,0,200,227,1800,1922,65",
    "2026-10,9999,没有的科,1,1,1,1,1,1,1",
    "2026-10,0102,呼吸与危重症医学科,很多,0,1,1,1,1,1",
)
VISITS = "门急诊人次"


def _visits(screen: Screen) -> int:
    text = screen.card(VISITS).inner_text()
    return int(re.sub(r"\D", "", text))


def test_two_bad_rows_one_good_and_the_way_back(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    file = tmp_path / "十月工作量.csv"
    file.write_bytes("\n".join([HEADER, *ROWS, ""]).encode("gbk"))
    screen = tab(demo_address).open()
    screen.put_welcome_away()
    before = _visits(screen)
    screen.menu("数据导入")
    screen.choose("这是哪张表", "科室月度工作量表")
    screen.upload(file)
    screen.says("可以导入 1 行；2 行被拒收，原因见下。")
    _names_both_rows(screen, tmp_path)
    screen.press("确认写入 1 行")
    screen.says(re.compile(r"^批次 \d+ 已生效"))
    screen.page.get_by_role("link", name="去运营总览看结果").click()
    screen.title("运营总览")
    after = _visits(screen)
    assert after - before > 90_000
    screen.menu("数据导入")
    _undo_the_newest(screen)
    screen.menu("运营总览")
    assert _visits(screen) == before
    assert screen.faults == []
    assert screen.strangers == []


def _names_both_rows(screen: Screen, folder: Path) -> None:
    """The table is drawn on a canvas: its words are in the refused rows that can be downloaded."""
    import openpyxl

    with screen.page.expect_download() as waiting:
        screen.press("下载拒收行（xlsx）")
    waiting.value.save_as(folder / "rejected.xlsx")
    sheet = openpyxl.load_workbook(folder / "rejected.xlsx").worksheets[0]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in lines] == [3, 4]
    assert "9999" in str(lines[0][1])
    assert "门诊人次" in str(lines[1][1])


def _undo_the_newest(screen: Screen) -> None:
    """Click the box before the first row of the history."""
    history = screen.page.get_by_test_id("stDataFrame").last
    history.scroll_into_view_if_needed()
    box = history.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + 18, box["y"] + 52)  # the grid is one picture
    screen.page.get_by_role("button", name=re.compile("撤销批次")).click()
    screen.says("被它替换的行已恢复")
