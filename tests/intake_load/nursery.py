"""A process that bears importing children, so that each is born with everything in memory.

Run as `python -m tests.intake_load.nursery`. A line on standard input is the path of a store:
a child is born, says its process number when it begins to import and `done` when it has; the
line `reap` waits for it to end and answers `reaped`.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import traceback

from core.intake.records import Delivery, load
from core.store.engine import Actor
from core.store.opening import open_store
from tests.intake_load.big import big_delivery, big_income
from tests.intake_load.deliveries import RULES

ACTOR = Actor("测试员", "tests")


def clock() -> dt.datetime:
    """The same moment in every process."""
    return dt.datetime(2026, 1, 15, 8, 0, tzinfo=dt.UTC)


def correction() -> Delivery:
    """20,160 rows, of which the template holds half with other amounts."""
    rows = big_income(months=12, ordering=20, performing=14, categories=3)
    return big_delivery(1, rows, "correction")


def _say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def _import(path: str, delivery: Delivery) -> None:
    store = open_store(f"sqlite:///{path}", clock)
    _say(os.getpid())
    load(store, ACTOR, delivery, RULES)
    _say("done")


def main() -> None:
    """Bear a child for each path, reap it when asked."""
    delivery = correction()
    _say("ready")
    child = 0
    for line in sys.stdin:
        if line.strip() == "reap":
            os.waitpid(child, 0)
            _say("reaped")
            continue
        child = os.fork()
        if child == 0:
            try:
                _import(line.strip(), delivery)
            except BaseException:
                traceback.print_exc()
                _say("failed")
            finally:
                os._exit(0)


if __name__ == "__main__":
    main()
