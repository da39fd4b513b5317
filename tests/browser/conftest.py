"""One chromium and one server a file; a tab of its own for each test.

Playwright keeps an event loop while it runs: it is closed with each file, so that other tests in
the same process find none.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.screen import Screen

Open = Callable[..., "Screen"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from tests.browser.screen import CHROMIUM, chromium

    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent: no browser to drive")
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def demo_address(browser: Browser, demo_file: Path, tmp_path_factory: pytest.TempPathFactory):
    """A server on a copy of the demo hospital; tests of one file share it."""
    store = Path(shutil.copy(demo_file, tmp_path_factory.mktemp("server") / "store.db"))
    with serve(store) as address:
        yield address


@pytest.fixture
def tab(browser: Browser) -> Iterator[Open]:
    """Open a tab on an address: 1280 x 900, a browser that prefers English, Shanghai's time."""
    from tests.browser.screen import Screen

    contexts = []

    def opened(address: str, width: int = 1280, height: int = 900) -> Screen:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-US",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        contexts.append(context)
        return Screen(context.new_page(), address)

    yield opened
    for context in contexts:
        context.close()
