"""Processor time of a rerun of a page on the server, in milliseconds.

`python -m tests.benchmarks.rerun_cost [--passes 5] [--months 24] [--page home]` starts the app on
the demo hospital and speaks to it as a browser does. In each rerun the month of the scope bar
changes, as when a person chooses it; the first pass over the months fills the caches and is shown
apart; what it sets off in the background is waited for.
Nothing else may run on the machine. Linux only.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from core.months import add_months, month_text
from tests.benchmarks.machine import machine
from tests.benchmarks.server import Server, demo_store, serving

MONTHS = [month_text(add_months(202512, -step)) for step in range(24)]


class Browser:
    """One session: asks for reruns, keeps what a browser keeps, reads until the script ends.

    address: of the page, '' for the first one.
    """

    def __init__(self, connection: ClientConnection, address: str = "") -> None:
        self.connection = connection
        self.address = address
        self.kept: set[str] = set()
        self.page = ""
        self.drawn = 0

    def rerun(self, **query: str) -> None:
        """Run the page at this address, to its end."""
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(query)
        asked.rerun_script.page_script_hash = self.page
        if not self.page:
            asked.rerun_script.page_name = self.address
        asked.rerun_script.cached_message_hashes.extend(sorted(self.kept))
        self.connection.send(asked.SerializeToString())
        self.drawn = 0
        while not self._finished():
            pass

    def _finished(self) -> bool:
        raw = self.connection.recv(timeout=60)
        message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        if kind == "navigation":  # which of the app's pages was asked for
            self.page = message.navigation.page_script_hash
        if kind in ("delta", "ref_hash"):
            self.drawn += 1
        if message.metadata.cacheable:
            self.kept.add(message.hash)
        if message.delta.new_element.HasField("exception"):
            raise SystemExit(f"the page failed: {message.delta.new_element.exception.message}")
        return kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        )


def one_pass(server: Server, browser: Browser, chosen: dict[str, str]) -> list[float]:
    """CPU-ms of one rerun for each month."""
    costs = []
    for month in MONTHS:
        before = server.cpu_ms()
        browser.rerun(period=month, **chosen)
        time.sleep(0.1)  # what the server does after the last message belongs to the rerun
        costs.append(server.cpu_ms() - before)
        if browser.drawn < 20:
            raise SystemExit(f"only {browser.drawn} elements: this is not the page")
    return costs


def idle(server: Server) -> float:
    """CPU-ms that the server takes in the same pause without being asked."""
    before = server.cpu_ms()
    time.sleep(2)
    return (server.cpu_ms() - before) / 20


def settle(server: Server, seconds: int = 600) -> None:
    """Wait until the server has made in the background what the first visits asked for."""
    for _ in range(seconds):
        before = server.cpu_ms()
        time.sleep(1)
        if server.cpu_ms() - before < 100:
            return
    raise SystemExit("the server is still at work in the background")


def page_costs(url: str, address: str = "", passes: int = 5, **chosen: str) -> dict[str, float]:
    """What a rerun of the page at this address costs on the store of this URL.

    chosen: further parameters of the address, such as dept.
    """
    with (
        serving(url) as server,
        connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            origin=server.address,  # pyright: ignore[reportArgumentType]
            subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
            max_size=None,
        ) as connection,
    ):
        browser = Browser(connection, address)
        browser.rerun(period=MONTHS[0], **chosen)
        first = one_pass(server, browser, chosen)
        settle(server)
        again = [cost for _ in range(passes) for cost in one_pass(server, browser, chosen)]
        return {
            "reruns": len(again),
            "elements": browser.drawn,
            "cpu_ms_median": round(median(again), 1),
            "cpu_ms_p95": round(sorted(again)[int(len(again) * 0.95)], 1),
            "cpu_ms_median_first_visit": round(median(first), 1),
            "cpu_ms_idle_in_the_same_pause": round(idle(server), 1),
        }


PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "home": ("", {}),
    "department": ("department", {"dept": "0101"}),
    "explore": ("analysis_explore", {}),
    "control": ("analysis_control", {}),
    "chart": ("analysis_control", {"indicator": "QA001"}),
    "signals": ("analysis_signals", {}),
    "report": ("analysis_report", {}),
    "equipment": ("analysis_equipment", {}),
    "allocation": ("costing_allocation", {}),
    "sandbox": ("costing_sandbox", {}),
    "profit": ("costing_profit", {}),
    "budget": ("costing_budget", {}),
    "disease": ("costing_disease", {}),
    "group": ("costing_disease", {"group": "I04"}),
    "breakeven": ("costing_breakeven", {}),
    "queues": ("flow_queues", {}),
    "actions": ("control_actions", {}),
    "action": ("control_actions", {"action": "1"}),
    "incidents": ("control_incidents", {}),
    "triage": ("control_incidents", {"part": "triage"}),
    "risk": ("control_incidents", {"part": "risk"}),
    "goals": ("planning_goals", {"plan": "1"}),
    "goal": ("planning_goals", {"plan": "1", "goal": "16"}),
    "progress": ("planning_progress", {"plan": "1"}),
    "reviews": ("planning_reviews", {}),
    "comparison": ("planning_comparison", {}),
    "staffing": ("flow_staffing", {}),
    "beds": ("flow_beds", {}),
    "forecast": ("flow_forecast", {"freq": "M"}),
    "inspections": ("control_inspections", {}),
    "scorecard": ("control_scorecard", {}),
}
"""Address and parameters of every page that is read, by name."""


def main() -> None:
    """Measure, print a table, then JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--months", type=int, default=len(MONTHS))
    parser.add_argument("--page", choices=PAGES, action="append")
    asked = parser.parse_args()
    del MONTHS[asked.months :]
    with tempfile.TemporaryDirectory(prefix="jingguan-rerun-") as folder:
        url = demo_store(Path(folder) / "demo.db")
        result = {}
        for name in asked.page or PAGES:
            address, chosen = PAGES[name]
            result[name] = page_costs(url, address, asked.passes, **chosen)
    for name, costs in result.items():
        for label, value in costs.items():
            print(f"{name + ' ' + label:44} {value:>10}")
    print(json.dumps({**result, "machine": machine()}))


if __name__ == "__main__":
    main()
