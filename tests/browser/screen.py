"""A browser's tab on the app: opened, waited for, read; and what it said behind our back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import (
    TimeoutError as NotInTime,
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
expect.set_options(timeout=60_000)
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
SECONDS = 60_000
STILL = """asked => {
    const now = performance.now();
    const idle = document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]');
    const still = idle && !document.querySelector('[data-testid=stSkeleton]');
    const since = window.jingguanStill;
    if (!still || !since || since.asked !== asked) {
        window.jingguanStill = {asked, from: still ? now : Infinity};
        return false;
    }
    since.from = Math.min(since.from, now);
    return now - since.from >= 200;
}"""
"""Whether the app has been idle, without a skeleton, for a fifth of a second on end."""


class Screen:
    """One tab. Faults and foreign requests are kept from the first moment on."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        self.strangers: list[str] = []
        self._asked = 0
        page.set_default_timeout(SECONDS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._see(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        # On a deep link the browser first asks for /<page>/_stcore/...: Streamlit's own 404.
        asked = str(message.location.get("url", ""))
        if message.type == "error" and not re.search(r"/\w+/_stcore/", asked):
            self.faults.append(f"{message.text} {asked}")

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if (
            parts.scheme in ("http", "https", "ws", "wss")
            and parts.netloc != urlsplit(self.address).netloc
        ):
            self.strangers.append(url)

    def open(self, path: str = "", **query: str) -> Screen:
        self.page.goto(f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else ""))
        return self.settle()

    def settle(self) -> Screen:
        """Wait until the app has run and shows no skeleton any more."""
        self.page.wait_for_selector(f"{IDLE} h1")
        self._still()
        return self

    def _still(self) -> None:
        """A click is told to the server a moment after it is made: one look would be too early."""
        self._asked += 1
        self.page.wait_for_function(STILL, arg=self._asked, polling=40)

    def reload(self) -> Screen:
        self.page.reload()
        return self.settle()

    def asks(self, **wanted: str) -> None:
        """Wait until the address holds these parameters."""
        for name, value in wanted.items():
            expect(self.page).to_have_url(
                re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"), timeout=SECONDS
            )

    def chosen(self) -> dict[str, str]:
        """What every select box shows, by its label."""
        boxes = self.page.get_by_role("combobox").all()
        return {str(box.get_attribute("aria-label")): box.input_value() for box in boxes}

    def title(self, text: str) -> None:
        """Wait until the page is this one."""
        expect(self.page.locator("h1")).to_have_text(text, timeout=SECONDS)
        self.settle()

    def card(self, label: str) -> Locator:
        """The value on a card."""
        name = self.page.get_by_test_id("stMetricLabel").get_by_text(label, exact=True)
        card = self.page.get_by_test_id("stMetric").filter(has=name)
        return card.get_by_test_id("stMetricValue")

    def menu(self, name: str) -> None:
        """Go to a page by the menu."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
        self.title(name)

    def choose(self, label: str, option: str) -> None:
        """Choose in a select box, as a person does: open, then click."""
        box = self.page.get_by_test_id("stSelectbox").filter(
            has=self.page.get_by_test_id("stWidgetLabel").get_by_text(label, exact=True)
        )
        self.pick(box.get_by_role("combobox"), option)
        # a box that is being drawn anew is there twice for a moment
        expect(box.get_by_role("combobox").first).to_have_value(option)

    def pick(self, box: Locator, option: str | re.Pattern[str], typed: str = "") -> None:
        """Take an option of a box, of a long list after typing a part of it."""
        line = self.page.get_by_role("option", name=option, exact=isinstance(option, str)).first
        for _ in range(5):  # a list that is open closes when the page scrolls or is drawn again
            self._still()
            box.first.evaluate("box => box.scrollIntoView({block: 'center'})")
            box.first.click()
            if typed:
                box.first.fill(typed)
            try:
                line.click(timeout=4_000)
                break
            except NotInTime:  # no Escape: it would close a popover around the box
                continue
        self._still()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def upload(self, file: Path) -> None:
        """Give the file, again where the page was being drawn anew and lost it."""
        chooser = self.page.locator("input[type=file]")
        taken = self.page.get_by_test_id("stFileChip").first
        for _ in range(4):
            self.settle()
            expect(chooser).to_have_count(1)  # the one before may still be on its way out
            chooser.set_input_files(file)
            try:
                expect(taken).to_be_visible(timeout=5_000)
                return
            except AssertionError:
                continue

    def put_welcome_away(self) -> None:
        """Close the welcome, where nobody has put it away for good yet."""
        if self.page.get_by_role("dialog").count():
            self.press("知道了，不再显示")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        self.settle()

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=SECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
