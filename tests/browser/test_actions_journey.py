"""A signal becomes an action, is done by one, verified by another, and judged by its chart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_signal_to_its_effect(tab: Open, demo_address: str, tmp_path: Path) -> None:
    tab(demo_address).open()  # the first link of a process is told of in the console
    screen = tab(demo_address).open("analysis_signals", period="2026-10", lang="zh")
    page = screen.page
    page.get_by_role("button", name="派任务").first.click()
    popover = page.get_by_test_id("stPopoverBody")
    title = popover.get_by_label("要做的事").input_value()
    screen.choose("责任人", "后勤 吴涛")
    screen.choose("验证人", "质控 王蕾")
    popover.get_by_role("button", name="提出行动").click()
    page.get_by_role("link", name=re.compile("待整改 · 责任人 后勤 吴涛")).click()
    screen.title("改进闭环")
    screen.choose("操作人", "后勤 吴涛")
    page.get_by_role("button", name="开始整改").click()
    page.get_by_label("做了什么（必填）").fill("已停用并议价")
    proof = tmp_path / "张三 病历.pdf"
    proof.write_bytes(b"%PDF-1.4 proof")
    screen.upload(proof)
    page.get_by_role("button", name="提交证据", exact=True).click()
    screen.says(re.compile("等验证人 质控 王蕾 验证"))
    screen.choose("操作人", "质控 王蕾")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile(r"A\d{4}-1\.pdf")).click()
    assert re.fullmatch(r"A\d{4}-1\.pdf", waiting.value.suggested_filename)
    page.get_by_label("怎样验证的，结论是什么（必填）").fill("现场看过")
    page.get_by_role("button", name="验证通过，关闭").click()
    screen.says(re.compile("验证通过，关闭 → ● 已关闭"))
    screen.says(title)
    page.get_by_role("link", name="返回清单").click()
    page.get_by_role("tab", name="效果").click()
    screen.says(re.compile("整改前 4.18‰，2025年9月 起 2.70‰。结论：有效"))
    assert screen.faults == []
    assert screen.strangers == []
