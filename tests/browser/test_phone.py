"""A phone, 400 pixels wide: everything can be read without scrolling sideways."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from tests.browser.conftest import Open

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = "[document.documentElement.scrollWidth, document.body.scrollWidth]"


@pytest.mark.parametrize("language", ["en"])
def test_no_page_scrolls_sideways(tab: Open, demo_address: str, language: str) -> None:
    screen = tab(demo_address, width=400, height=800)
    for path in ("", "department", "department?dept=0101", "data_imports", "data_catalogue"):
        place, _, query = path.partition("?")
        asked: dict[str, str] = dict(parse_qsl(query))
        screen.open(place, lang=language, **asked)
        assert max(screen.page.evaluate(WIDTHS)) <= 400, path
        main = screen.page.get_by_test_id("stMain")
        assert main.evaluate("element => element.scrollWidth") <= 400, path
    assert screen.faults == []
