"""The picture of the README: python -m tests.browser.screens.

Home on the demo hospital, as of 15 November 2026, in Chinese, light, the welcome put away.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from core.access.records import dismiss_welcome
from core.store.engine import Actor
from core.store.opening import open_store
from tests.browser.screen import Screen, chromium
from tests.browser.server import ROOT, serve
from tests.stores import ACTOR, url_of, write_demo

PICTURE = ROOT / "tests" / "screens" / "home.png"
WIDTH, HEIGHT = 1440, 1100


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_demo(Path(folder) / "demo.db", Actor("首次启动", "start"))
        store = open_store(url_of(path))
        dismiss_welcome(store, ACTOR, 1)
        store.close()
        with serve(path) as address, chromium() as browser:
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="light",
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            screen = Screen(context.new_page(), address).open()
            screen.page.wait_for_selector("[data-testid=stVegaLiteChart] svg, canvas")
            screen.page.wait_for_load_state("networkidle")
            PICTURE.parent.mkdir(exist_ok=True)
            screen.page.screenshot(path=PICTURE, animations="disabled")


if __name__ == "__main__":
    main()
