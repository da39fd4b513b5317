"""Seconds from `streamlit run` to the first numbers in a browser.

`python -m tests.benchmarks.cold_start [--rounds 3]`: from an empty folder, where the demo hospital
is made first, and from a store that holds it. The browser is open before the clock starts, as on
a person's desk, and a start that is not counted leaves compiled modules behind, as pip does.
Nothing else may run on the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.machine import machine
from tests.benchmarks.server import demo_store, serving

CHROMIUM = "/usr/bin/chromium"
NUMBER = "[data-testid=stMetricValue]"
MOST = 120_000


def seconds_to_numbers(browser: Browser, url: str, bytecode: Path) -> tuple[float, float]:
    """Until the port answers, and until a headline card shows a number, from the command on."""
    page = browser.new_page(locale="zh-CN", viewport={"width": 1400, "height": 900})
    with serving(url, bytecode) as server:
        listening = time.perf_counter() - server.begun
        page.goto(server.address, timeout=MOST)
        page.locator(NUMBER).filter(has_text=re.compile(r"\d")).first.wait_for(timeout=MOST)
        seen = time.perf_counter() - server.begun
        page.close()
    return listening, seen


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="jingguan-cold-") as name,
        sync_playwright() as playwright,
    ):
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        filled = demo_store(folder / "filled.db")
        bytecode = folder / "bytecode"
        seconds_to_numbers(browser, f"sqlite:///{folder / 'first' / 'a.db'}", bytecode)
        empty = [
            seconds_to_numbers(browser, f"sqlite:///{folder / f'empty{turn}' / 'a.db'}", bytecode)
            for turn in range(asked.rounds)
        ]
        again = [seconds_to_numbers(browser, filled, bytecode) for _ in range(asked.rounds)]
        browser.close()
    result = {
        "rounds": asked.rounds,
        "listening_s": round(median(listening for listening, _ in empty + again), 2),
        "empty_folder_s": round(median(seen for _, seen in empty), 2),
        "filled_store_s": round(median(seen for _, seen in again), 2),
    }
    for label, value in result.items():
        print(f"{label:32} {value:>10}")
    print(json.dumps({**result, "machine": machine()}))


if __name__ == "__main__":
    main()
