"""One chromium a file, one server on the demo for them all; a tab of its own for each test.

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
    from playwright.sync_api import Browser, BrowserContext

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


@pytest.fixture(scope="session")
def demo_address(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a copy of the demo hospital.

    The tests of a process share it, and what they write: a test counts on nothing but its own
    rows. What is asked for first of a process has a test with a server of its own.
    """
    store = Path(shutil.copy(demo_file, tmp_path_factory.mktemp("server") / "store.db"))
    with serve(store) as address:
        yield address


@pytest.fixture
def own_address(demo_file: Path, tmp_path: Path) -> Iterator[str]:
    """A server of this test alone, on a copy of the demo hospital."""
    with serve(Path(shutil.copy(demo_file, tmp_path / "store.db"))) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that prefers English, in Shanghai; what it has loaded once, it keeps."""
    opened = browser.new_context(locale="en-US", timezone_id="Asia/Shanghai", accept_downloads=True)
    yield opened
    opened.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Open]:
    """Open a tab on an address."""
    from tests.browser.screen import Screen

    pages = []

    def opened(address: str, width: int = 1440, height: int = 900) -> Screen:
        pages.append(context.new_page())
        pages[-1].set_viewport_size({"width": width, "height": height})
        return Screen(pages[-1], address)

    yield opened
    for page in pages:
        page.close()
