"""A signal becomes an action, is done by one, verified by another, and judged by its chart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.carrying_out import carry_out, raise_it
from tests.browser.conftest import Open

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_signal_to_its_effect(tab: Open, demo_address: str, tmp_path: Path) -> None:
    tab(demo_address).open()  # the first link of a process is told of in the console
    screen = tab(demo_address).open("analysis_signals", period="2026-10", lang="zh")
    page = screen.page
    title = raise_it(screen)
    carry_out(screen, tmp_path)
    screen.says(title)
    page.get_by_role("link", name="返回清单").click()
    page.get_by_role("tab", name="效果").click()
    screen.says(re.compile("整改前 4.18‰，2025年9月 起 2.70‰。结论：有效"))
    assert screen.faults == []
    assert screen.strangers == []
