"""What people say of a chart, and the way of a signal onto the page of the weekly meeting."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
docx = pytest.importorskip("docx", reason="python-docx is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_note_and_a_rebase_stay_with_the_chart(tab: Open, demo_address: str) -> None:
    screen = tab(demo_address).open("analysis_control", indicator="OP003", lang="zh")
    page = screen.page
    page.get_by_text("记备注，或重设基线").click()
    page.get_by_label("改了什么").fill("日间病房 *启用*")
    page.get_by_role("button", name="保存备注", exact=True).click()
    screen.says("日间病房 *启用*")
    screen.settle()
    said = {"理由": "床位整合", "批准人": "王院长"}
    for _ in range(5):  # a form that is drawn anew forgets what was typed just before
        if not page.get_by_label("理由").is_visible():
            page.get_by_text("记备注，或重设基线").click()
        for label, text in said.items():
            page.get_by_label(label).fill(text)
        page.wait_for_timeout(500)
        if all(page.get_by_label(label).input_value() == text for label, text in said.items()):
            break
    page.get_by_role("button", name="重设基线", exact=True).click()
    screen.says("床位整合（批准：王院长")
    screen.reload()
    screen.says("日间病房 *启用*")
    screen.says("床位整合（批准：王院长")


def test_a_signal_goes_onto_the_agenda_and_out_as_docx(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address).open("analysis_signals", lang="zh")
    page = screen.page
    page.get_by_role("button", name="处理", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="列入周例会").click()
    matter = dialog.get_by_label("事项").input_value()
    dialog.get_by_role("button", name="列入周例会").last.click()
    screen.settle()
    page.get_by_role("tab", name="周例会议题").click()
    screen.says(matter)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出议题单（docx）").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name.startswith("周例会议题单")
    document = docx.Document(str(path))
    told = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    told += [paragraph.text for paragraph in document.paragraphs]
    assert any(matter in text for text in told)
