"""An action from its owner's first step to the verifier's last, on a wide screen or a phone."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.screen import Screen

OWNER, VERIFIER = "后勤 吴涛", "质控 王蕾"
PHONE = 500
"""Pixels below which the menu with the acting person is folded away."""


def raise_it(screen: Screen, indicator: str = "") -> str:
    """Fill in the form behind the first button of the page; the title as it was proposed.

    indicator: name of what the action should move, where the form does not propose one.
    """
    page = screen.page
    page.get_by_role("button", name="派任务").first.click()
    popover = page.get_by_test_id("stPopoverBody")
    title = popover.get_by_label("要做的事").input_value()
    screen.choose("责任人", OWNER)
    screen.choose("验证人", VERIFIER)
    if indicator:
        # the list is longer than what is drawn of it: type, then click
        box = popover.get_by_role("combobox", name="应带动的指标")
        screen.pick(box, indicator, typed=indicator)
    popover.get_by_role("button", name="提出行动").click()
    return title


def carry_out(screen: Screen, folder: Path) -> None:
    """Start, hand in evidence, verify as another person: the action that is linked here."""
    page = screen.page
    page.get_by_role("link", name=re.compile(f"待整改 · 责任人 {OWNER}")).click()
    screen.title("改进闭环")
    act_as(screen, OWNER)
    page.get_by_role("button", name="开始整改").click()
    page.get_by_label("做了什么（必填）").fill("已停用并议价")
    proof = folder / "张三 病历.pdf"
    proof.write_bytes(b"%PDF-1.4 proof")
    screen.upload(proof)
    page.get_by_role("button", name="提交证据", exact=True).click()
    screen.says(re.compile(f"等验证人 {VERIFIER} 验证"))
    act_as(screen, VERIFIER)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile(r"A\d{4}-1\.pdf")).click()
    assert re.fullmatch(r"A\d{4}-1\.pdf", waiting.value.suggested_filename)
    page.get_by_label("怎样验证的，结论是什么（必填）").fill("现场看过")
    page.get_by_role("button", name="验证通过，关闭").click()
    screen.says(re.compile("验证通过，关闭 → ● 已关闭"))


def act_as(screen: Screen, name: str) -> None:
    """Choose who acts; on a phone the menu is opened and closed around it."""
    page = screen.page
    phone = (page.viewport_size or {"width": 0})["width"] < PHONE
    if phone:
        page.get_by_test_id("stExpandSidebarButton").click()
    screen.choose("操作人", name)
    if phone:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        screen.settle()
