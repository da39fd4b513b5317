"""The first minutes: an empty folder, the demo, the welcome, a department, one's own hospital."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.server import serve

if TYPE_CHECKING:
    from tests.browser.screen import Screen

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_an_empty_folder_to_a_department(tab: Open, tmp_path: Path) -> None:
    with serve(tmp_path / "local" / "jingguan.db") as address:
        screen = tab(address)
        screen.page.goto(address)
        expect(screen.page.get_by_text("演示医院").first).to_be_visible(timeout=60_000)
        expect(screen.page.get_by_role("progressbar")).to_be_visible()
        expect(screen.page.get_by_role("link", name="app")).to_have_count(0)
        expect(screen.page.locator("h1")).to_have_text("运营总览", timeout=240_000)
        expect(screen.page.get_by_test_id("stMetric")).to_have_count(12)
        expect(screen.card("门急诊人次")).to_have_text(re.compile(r"\d{2,3},\d{3} 人次"))
        expect(screen.page.get_by_role("dialog")).to_contain_text("先看演示")
        screen.put_welcome_away()
        screen.reload()
        expect(screen.card("门急诊人次")).to_be_visible()
        expect(screen.page.get_by_role("dialog")).to_have_count(0)
        _into_a_department(screen)
        assert screen.faults == []
        assert screen.strangers == []


def _into_a_department(screen: Screen) -> None:
    matter = screen.page.get_by_role("link", name=re.compile("^[■▲▼] .*科 · ")).first
    name = re.findall(r"(\S+科) · ", matter.inner_text())[0]
    matter.click()
    screen.title("趋势预警图（控制图）")
    screen.menu("科室")
    expect(screen.page.locator("h3").first).to_contain_text(name)
    screen.asks(period="2026-10", span="month", compare="last_year")


def test_leaving_the_demo_sets_it_aside_and_starts_an_empty_hospital(
    tab: Open, demo_file: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(demo_file, tmp_path / "store.db"))
    with serve(store) as address:
        screen = tab(address).open()
        screen.put_welcome_away()
        screen.press("换成本院数据")
        dialog = screen.page.get_by_role("dialog")
        dialog.get_by_role("button", name="归档演示并开始").click()
        screen.says("请填写机构名称")
        dialog.get_by_role("textbox").fill("县人民医院")
        dialog.get_by_role("button", name="归档演示并开始").click()
        expect(dialog).to_have_count(0)
        screen.says("县人民医院")
        screen.says("还没有数据")
        expect(screen.page.get_by_text("演示数据")).to_have_count(0)
        assert len(list((tmp_path / "archive").glob("store-*.db"))) == 1
        assert screen.faults == []
